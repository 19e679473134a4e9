import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "../../batches/platform_frame.ts";
import { columnsFrom } from "../../batches/column_builder.ts";
import { type Data, valuesOf } from "../../batches/data.ts";
import { anyKey } from "./any_key.ts";
import { anyNumber } from "./arbitraries.ts";

/** What comes out at the other end, as rows. */
function sent(data: Data<unknown>, length = data.length): unknown[] {
  return Array.from(valuesOf(decodeFrame(encodeFrame(data, length))));
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "ü", "\ud800", "\ufeff", "😀"),
);
const anyStruct = fc.record({ n: anyNumber, t: text, b: fc.boolean(), any: anyKey });
const anyRows: fc.Arbitrary<unknown[]> = fc.oneof(
  fc.array(anyNumber, { maxLength: 40, size: "max" }),
  fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40, size: "max" }),
  fc.array(fc.boolean(), { maxLength: 40, size: "max" }),
  fc.array(text, { maxLength: 40, size: "max" }),
  fc.array(anyStruct, { maxLength: 20, size: "max" }),
  fc.array(fc.oneof(anyStruct, fc.record({ n: anyNumber })), { maxLength: 10 }),
  fc.array(anyKey, { maxLength: 20, size: "max" }),
);

describe("frames", () => {
  it("give back what they were made of: every type, -0, undefined beside null", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const back = sent(rows);
        expect(back).toEqual(rows);
        // toEqual takes -0 for 0 nowhere, but undefined for a missing property.
        const names = (list: unknown[]) => list.map((row) => Object.keys(row ?? {}));
        expect(names(back)).toEqual(names(rows));
      }),
      { numRuns: 500 },
    );
  });

  it("carry what only the platform can write down", () => {
    const cyclic: Record<string, unknown> = { name: "self" };
    cyclic.self = cyclic;
    const rows = [
      new Map([[{ a: 1 }, new Set([1n])]]),
      /x/gi,
      new Uint8Array([1, 2]).buffer,
      cyclic,
    ];
    const [map, regexp, buffer, self] = sent(rows) as typeof rows;
    expect([map, regexp, buffer]).toEqual(rows.slice(0, 3));
    expect((self as typeof cyclic).self).toBe(self);
  });

  it("keep typed columns, of which the first records count only", () => {
    const ints = decodeFrame(encodeFrame(Int32Array.of(1, 2, 3, 99), 3));
    expect(ints).toEqual(Int32Array.of(1, 2, 3));
    const doubles = decodeFrame(encodeFrame(Float64Array.of(-0, NaN, 99), 2));
    expect(doubles).toEqual(Float64Array.of(-0, NaN));
    const rows = [{ city: "Oslo", n: 1 }, { city: "Lima", n: 2 }];
    expect(sent(columnsFrom({ city: "string", n: "i32" }, rows))).toEqual(rows);
  });

  it("are small for what is alike: no property names in every row", () => {
    const rows = Array.from({ length: 1000 }, (_unused, i) => ({ identity: i, amount: i / 2 }));
    expect(encodeFrame(rows, 1000).length).toBeLessThan(1000 * 12 + 200);
  });

  it("refuse what cannot leave its thread, showing the record", () => {
    class Own {}
    const own = [
      new Own(),
      { deep: [new Own()] },
      // They used to arrive as what they were made from.
      new (class extends Map {})(),
      new (class extends Array {})(),
      new (class extends Error {})(),
    ];
    const symbols = [Symbol("s"), { fine: 1, [Symbol("s")]: 1 }];
    for (const wrong of [() => 1, ...symbols, ...own, Promise.resolve()]) {
      expect(() => encodeFrame([{ fine: 1 }, wrong], 2)).toThrow(
        /^MEANDER_FRAME {2}Cannot send a record /,
      );
    }
  });
});

describe("bytes that are no frame", () => {
  const frame = encodeFrame([{ a: 1, b: "x", c: [1] }, { a: 2, b: "yy", c: null }], 2);

  it("are refused wherever they are cut off, and with more behind them", () => {
    for (let length = 0; length < frame.length; length++) {
      expect(() => decodeFrame(frame.subarray(0, length))).toThrow("MEANDER_FRAME");
    }
    expect(() => decodeFrame(new Uint8Array([...frame, 0]))).toThrow("1 bytes are left over");
  });

  it("are refused or read as some records, whatever byte is changed; never with another error", () => {
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(255), (at, byte) => {
        const changed = frame.slice();
        changed[at] = byte;
        try {
          decodeFrame(changed);
        } catch (error) {
          expect(String(error)).toContain("MEANDER_FRAME");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("allocate nothing by lengths that they only claim", () => {
    const huge = frame.slice();
    new DataView(huge.buffer).setUint32(4, 0xffffffff, true);
    expect(() => decodeFrame(huge)).toThrow("MEANDER_FRAME");
  });
});
