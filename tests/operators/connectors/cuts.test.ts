import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { decode, type Job, objectType } from "./support.ts";

const utf8 = new TextEncoder();

// Pieces that matter to some format, whole and broken.
const pieces = fc.constantFrom<string | number>(
  ...'\n,"\r\\{}[]:0-.e \t'.split(""),
  ...["\r\n", '""', '"a\nb"', "\n\n", "1,2\n", "id,name\n", "true", "null", "12345678901234567"],
  ...['{"id":1}\n', '{"id":1,"name":"é"}\n', '{"id":12345678901234567890}\n', "ä", "日本", "😀"],
  ...['x,"y\n', "a long line of text\n", "1e999", "\u0000", "\ufeff", "\ufffd"],
  ...[0xef, 0xbb, 0xbf, 0xff, 0xfe, 0xe9, 0x80, 0xf0, 0x9f],
);

const inputs = fc.array(pieces, { maxLength: 60, size: "max" }).map((parts) =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "number" ? [part] : [...utf8.encode(part)]),
  )
);

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

const record = objectType({
  id: { kind: "integer" },
  name: { kind: "optional", of: { kind: "string" } },
});

/** What a job comes to: what was decoded, in its order, or the error and what came before it. */
function outcome(name: "lines" | "ndjson" | "csv", job: Job): unknown {
  try {
    const { order, lines } = decode(name, job);
    return { order, lines };
  } catch (error) {
    return (error as Error).message;
  }
}

describe("where the bytes are cut", () => {
  it.each<["lines" | "ndjson" | "csv", object, RecordType | undefined]>([
    ["lines", {}, undefined],
    ["lines", { maxLineBytes: 5 }, undefined],
    ["ndjson", {}, undefined],
    ["ndjson", {}, record],
    ["ndjson", { maxLineBytes: 12 }, record],
    ["csv", {}, undefined],
    ["csv", { header: false }, undefined],
    ["csv", { header: false, maxLineBytes: 12 }, undefined],
    ["csv", { header: ["id", "name"] }, record],
  ])("makes no difference to %s %j", (name, config, schema) => {
    fc.assert(
      fc.property(inputs, cuts, (input, cuts) => {
        const job = { input, config, ...(schema && { schema }) };
        expect(outcome(name, { ...job, cuts })).toEqual(outcome(name, job));
      }),
      { numRuns: 200 },
    );
  });

  it("makes no difference to records that go over the pieces that are worked on", () => {
    const field = "0123456789 ".repeat(500);
    const rows = Array.from({ length: 400 }, (_, n) => `${n},"${field}\n""${n % 7 ? "x" : "é"}"\n`);
    const input = "id,name\n" + rows.join("");
    const { records, bad } = decode("csv", { input, schema: record });
    expect(bad).toEqual([]);
    expect(records).toEqual(
      rows.map((_, n) => ({ id: n, name: `${field}\n"${n % 7 ? "x" : "é"}` })),
    );
    expect(decode("csv", { input, schema: record, cuts: [70_001] }).records).toEqual(records);
  });
});
