import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StructColumn } from "../../../batches/data.ts";
import { fieldReader, Refusal, REFUSED } from "../../../operators/connectors/json_fields.ts";
import { findFault } from "../../../operators/connectors/json_scan.ts";
import type { RecordType } from "../../../operators/contract/record_type.ts";
import { decode, objectType } from "./support.ts";

const schema = objectType({
  id: { kind: "integer" },
  price: { kind: "number" },
  ok: { kind: "boolean" },
  "é": { kind: "string" },
});
const withNull = objectType({
  id: { kind: "integer" },
  name: { kind: "optional", of: { kind: "string" } },
  at: { kind: "optional", of: { kind: "datetime" } },
});

/** The record of a line by JSON.parse and the reader of fields, or undefined when it is bad. */
function simply(line: string, type: RecordType): unknown {
  try {
    const value = fieldReader(type)(JSON.parse(line), new Refusal());
    return value === REFUSED || findFault(line, type) !== undefined ? undefined : value;
  } catch {
    return undefined;
  }
}

const value = fc.constantFrom(
  ...["1", "-0", "0", "-7.25", "01", "1.", "1e3", "1e999", "1.0", "2147483648", "9007199254740991"],
  ...["9007199254740993", "0.12345678901234567", "123456789012345678.5", "true", "false", "null"],
  ...[
    '"x"',
    '""',
    '"日本"',
    '"a\\nb"',
    '"\\ud800"',
    '"a\tb"',
    '"2026-11-21"',
    '"0000-01-01T00:00+23:00"',
  ],
  ...["[]", "{}", '{"id":1}', "tru", "1e20", "-"],
);
const key = fc.constantFrom(
  "id",
  "price",
  "ok",
  "é",
  "name",
  "at",
  "x",
  "i\\u0064",
  "",
  "__proto__",
);
const space = fc.constantFrom("", "", "", " ", "  ", "\t");
const likely = fc.constantFrom(
  '{"id":1,"price":2.5,"ok":true,"é":"x"}',
  '{"é": "日", "ok": false, "price": -1, "id": 3000000000}',
  '{"id":1,"name":"x","at":null,"more":"y"}',
  '{"id":2}\r',
);
const line = fc.oneof(
  likely,
  fc.tuple(fc.array(fc.tuple(key, space, value, space), { maxLength: 6 }), space).map((
    [parts, s],
  ) =>
    `{${parts.map(([key, a, value, b]) => `"${key}":${a}${value}`.concat(b)).join(`,${s}`)}}${s}`
  ),
  fc.tuple(likely, fc.nat(40), fc.constantFrom('"', ",", "}", "{", "1", "e", "\\", " ")).map(
    ([text, at, sign]) => text.slice(0, at) + sign + text.slice(at + 1),
  ),
);

describe("ndjson in columns", () => {
  it.each([[schema], [withNull]])("is what the parser and the schema make of it", (type) => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { records, bad } = decode("ndjson", { input: lines.join("\n"), schema: type });
        const expected = lines.map((text) => simply(text, type));
        // A column of integers has no -0.
        const plain = (record: unknown) => JSON.parse(JSON.stringify(record));
        expect(records.map(plain)).toEqual(
          expected.filter((record) => record !== undefined).map(plain),
        );
        expect(bad.map(({ line }) => line)).toEqual(
          expected.flatMap((record, n) =>
            record === undefined && lines[n].trim() !== "" ? [n + 1] : []
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is a struct column, whatever the order of the keys", () => {
    const { data } = decode("ndjson", {
      input:
        '{"id":1,"price":2,"ok":true,"é":"x"}\n{"é": "y\\n", "x": 0, "price": 1e3, "ok": false, "id": 2}\n',
      schema,
    });
    expect(data).toHaveLength(1);
    expect(data[0]).toBeInstanceOf(StructColumn);
    expect((data[0] as StructColumn<unknown>).field("id")).toEqual(Int32Array.of(1, 2));
  });

  it("leaves text that UTF-8 cannot hold to rows", () => {
    const input = '{"id":1}\n{"id":2,"name":"\\ud800"}\n{"id":3}\n';
    expect(decode("ndjson", { input, schema: withNull }).records).toEqual([
      { id: 1, name: null, at: null },
      { id: 2, name: "\ud800", at: null },
      { id: 3, name: null, at: null },
    ]);
  });
});
