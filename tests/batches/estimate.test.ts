import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsFrom } from "../../batches/column_builder.ts";
import { estimateBytes, estimateData } from "../../batches/estimate.ts";
import { KeyMap, KeySet } from "../../batches/key_map.ts";

describe("estimateBytes", () => {
  it("is the size of a place for what fits into it", () => {
    for (const value of [0, -7, 3.5, true, null, undefined]) expect(estimateBytes(value)).toBe(8);
  });

  it("counts characters once where they are Latin, and twice otherwise", () => {
    const [short, long, wide] = ["", "a".repeat(1000), "ж".repeat(1000)].map(estimateBytes);
    expect([long - short, wide - short]).toEqual([1000, 2000]);
  });

  it("adds up what fields lead to", () => {
    const alone = estimateBytes({ n: 1 });
    expect(estimateBytes({ n: 1, text: "a".repeat(100) })).toBe(
      alone + estimateBytes("a".repeat(100)),
    );
    expect(estimateBytes({ n: 1, more: { n: 1 } })).toBe(2 * alone);
    expect(estimateBytes(new Uint8Array(5000))).toBeGreaterThan(5000);
  });

  it("grows with the entries of containers, of any kind", () => {
    const numbers = Array.from({ length: 1000 }, (_unused, i) => i);
    const pairs = numbers.map((n) => [`key ${n}`, n] as const);
    for (
      const [few, many] of [
        [numbers.slice(0, 10), numbers],
        [new Set(numbers.slice(0, 10)), new Set(numbers)],
        [new Map(pairs.slice(0, 10)), new Map(pairs)],
        [KeyMap.from(pairs.slice(0, 10)), KeyMap.from(pairs)],
        [KeySet.from(numbers.slice(0, 10)), KeySet.from(numbers)],
      ]
    ) {
      const ratio = estimateBytes(many) / estimateBytes(few);
      expect(ratio).toBeGreaterThan(50);
      expect(ratio).toBeLessThan(110);
    }
  });

  it("is finite for whatever there is, circles and hostile values included, and changes nothing", () => {
    const circle: Record<string, unknown> = {};
    for (let i = 0; i < 100; i++) circle[`self ${i}`] = circle;
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    let called = 0;
    const lazy = {
      get field() {
        return called++;
      },
    };
    for (const value of [circle, revoked.proxy, lazy, Symbol("s"), () => {}, 10n ** 40n]) {
      const bytes = estimateBytes(value);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(1e6);
    }
    expect(called).toBe(0);
    fc.assert(fc.property(fc.anything(), (value) => {
      expect(estimateBytes(value)).toBeGreaterThanOrEqual(8);
      expect(Number.isFinite(estimateBytes(value))).toBe(true);
    }));
  });
});

describe("estimateData", () => {
  it("takes a pooled buffer as large as it is", () => {
    expect(estimateData(new Int32Array(1024), 3)).toBe(4096);
    expect(estimateData(new Float64Array(1024), 3)).toBe(8192);
  });

  it("multiplies what a few rows take", () => {
    const row = { name: "x".repeat(50), n: 1 };
    const bytes = estimateData(new Array(1000).fill(row), 1000);
    expect(bytes / 1000).toBeCloseTo(estimateBytes(row), 0);
    expect(estimateData([], 0)).toBeLessThan(100);
  });

  it("takes columns for much less than the rows in them", () => {
    const rows = Array.from(
      { length: 1000 },
      (_unused, i) => ({ city: ["Oslo", "Lima"][i % 2], n: i, isNew: i % 3 === 0 }),
    );
    const columns = columnsFrom({ city: "string", n: "i32", isNew: "bool" }, rows);
    const bytes = estimateData(columns, 1000);
    expect(bytes).toBeGreaterThanOrEqual(1000 * (4 + 4 + 1));
    expect(bytes).toBeLessThan(estimateData(rows, 1000) / 3);
  });
});
