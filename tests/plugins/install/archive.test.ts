import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { pack, unpack } from "../../../plugins/install/archive.ts";
import { pathProblem } from "../../../plugins/install/paths.ts";
import { readTar } from "../../../plugins/install/tar.ts";
import { writeTar } from "../../../plugins/install/tar_writer.ts";

const part = fc.stringMatching(/^[a-z][a-z0-9_@+-]{0,30}$/);
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `${parts.join("/")}.ts`);
const tree = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 1200 })), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 12,
}).filter((files) => files.every(([name]) => pathProblem(name) === undefined));

describe("archives of plugins", () => {
  it("give back what was packed, and are the same whatever came first", () => {
    fc.assert(
      fc.property(tree, (files) => {
        const named = new Map<string, Uint8Array>([["plugin.json", new Uint8Array([1])], ...files]);
        const packed = pack(named);
        expect(new Map(unpack(packed, "x"))).toEqual(named);
        expect(pack(new Map([...named].reverse()))).toEqual(packed);
      }),
      { numRuns: 40 },
    );
  });

  it("that are damaged are refused or have good paths only, and nothing else is thrown", () => {
    const files: [string, Uint8Array][] = [["a/b.ts", new Uint8Array(600)], [
      "c.ts",
      new Uint8Array(3),
    ]];
    const good = writeTar(files);
    const damage = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(damage, fc.nat({ max: good.length }), (changes, end) => {
        const bytes = good.slice(0, end < good.length / 2 ? good.length : end);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        try {
          for (const name of readTar(bytes, "x").keys()) expect(pathProblem(name)).toBe(undefined);
        } catch (error) {
          if (!MeanderError.is(error)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("have names as long as a header holds them", () => {
    const long = `${"d".repeat(100)}/${"e".repeat(50)}/${"f".repeat(60)}.ts`;
    expect([...readTar(writeTar([[long, new Uint8Array(1)]]), "x").keys()]).toEqual([long]);
    const whole = `${"d".repeat(60)}/${"f".repeat(110)}.ts`;
    expect(() => writeTar([[whole, new Uint8Array(1)]])).toThrow("its name is too long");
  });
});
