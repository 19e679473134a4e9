import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainValues } from "../../batches/plain_values.ts";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "ü", "\ud800", "a\udfff", "\ufeff", "😀"),
);
const leaf = fc.oneof(
  fc.double(),
  fc.integer(),
  text,
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, NaN, Infinity),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array({ maxLength: 20 }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text.filter((name) => name !== "__proto__"), tie("value"), { maxKeys: 5 }),
    fc.array(fc.tuple(leaf, tie("value")), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.array(leaf, { maxLength: 4 }).map((all) => new Set(all)),
  ),
}));

const plainOf = (values: unknown[]) =>
  values.map((each) => {
    // Dictionaries of fast-check may have no prototype; what arrives is an object literal.
    return structuredClone(each);
  });

describe("plain values", () => {
  it("come back as they were: every kind of plain data, in every depth", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (values) => {
        expect(plainValues.decode(plainValues.encode(values))).toEqual(plainOf(values));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["an instance of a class of one's own", new (class Own {})()],
    ["a pattern", /x/],
    [
      "what contains itself",
      (() => {
        const loop: unknown[] = [];
        loop.push(loop);
        return loop;
      })(),
    ],
    ["a property named __proto__", JSON.parse('{"__proto__":1}')],
    ["what is too deep", Array.from({ length: 200 }).reduce((inner) => [inner], 0)],
  ])("are refused when they are none: %s", (_what, wrong) => {
    expect(() => plainValues.encode([wrong])).toThrow("MEANDER_FRAME  Cannot write");
  });
});

describe("bytes of a stranger", () => {
  const bytes = plainValues.encode([{
    a: [1, "text", 2n, new Map([[1, new Set(["x"])]])],
    b: null,
  }]);

  it("are refused wherever they are cut off, and with more behind them", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => plainValues.decode(bytes.subarray(0, length))).toThrow("MEANDER_FRAME");
    }
    expect(() => plainValues.decode(Uint8Array.of(...bytes, 0))).toThrow("left over");
  });

  it("are refused or read as something plain, whatever they are; never with another error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        try {
          plainValues.decode(any);
        } catch (error) {
          expect((error as Error).message).toMatch(/^MEANDER_FRAME {2}/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["a list of more than there is", [9, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a text of more than there is", [5, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ["a length without an end", [9, ...new Array(64).fill(0xff)]],
    ["lists in lists", new Array(100_000).fill(0).flatMap(() => [9, 1])],
    ["a property named __proto__", [10, 1, 5, 9, ...new TextEncoder().encode("__proto__"), 1]],
    ["a bigint of a million digits", [7, 0xc0, 0x84, 0x3d, ...new Array(1_000_000).fill(57)]],
  ])("make nothing of %s", (_what, any) => {
    expect(() => plainValues.decode(Uint8Array.from(any as number[]))).toThrow("MEANDER_FRAME");
  });
});
