import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertKey, hashKey, keyEquals, MAX_KEY_DEPTH } from "../../batches/keys.ts";
import { anyKey, canonical, twin } from "./any_key.ts";

describe("keyEquals", () => {
  it("agrees with a naive oracle, and so is an equivalence relation", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        const expected = canonical(a) === canonical(b);
        expect(keyEquals(a, b)).toBe(expected);
        expect(keyEquals(b, a)).toBe(expected);
        expect(keyEquals(a, a)).toBe(true);
        expect(keyEquals(a, twin(a))).toBe(true);
        expect(keyEquals(twin(a), b)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("tells types, lengths and missing properties apart", () => {
    const different: unknown[] = [
      ...[1, 1n, "1", true, null, undefined, [1], [], {}, [undefined], { a: undefined }, {
        a: null,
      }],
      ...[new Date(1), Uint8Array.of(1), Int8Array.of(1), Int32Array.of(1), [1, 1], { a: 1, b: 1 }],
      ...[{ 0: 1 }, { __proto__: null, length: 1, 0: 1 }, { ["__proto__"]: 1 }, { a: { b: 1 } }],
    ];
    for (const [i, a] of different.entries()) {
      for (const [j, b] of different.entries()) expect(keyEquals(a, b)).toBe(i === j);
    }
  });

  it("does not look at inherited properties", () => {
    expect(keyEquals({ toString: 1 }, { a: 1 })).toBe(false);
    expect(keyEquals(JSON.parse('{"__proto__":1}'), { x: 1 })).toBe(false);
    expect(keyEquals(Array(2), [undefined, undefined])).toBe(true);
  });
});

describe("hashKey", () => {
  it("gives equal keys equal hashes, as 32-bit integers", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        assertKey(key);
        const hash = hashKey(key);
        expect(hash | 0).toBe(hash);
        expect(hashKey(twin(key))).toBe(hash);
      }),
      { numRuns: 1000 },
    );
  });

  // Computed from the description in key_hash.ts by a separate program in another language.
  it("is the recorded one, for placement and saved state rest on it", () => {
    const recorded: [unknown, number][] = [
      [0, -1832243442],
      [-0, -1832243442],
      [1, 920564995],
      [-1, 996586154],
      [2147483647, 1449607079],
      [2147483648, -1453914279],
      [0.5, -768783065],
      [NaN, -2052248880],
      [-Infinity, -1515997205],
      ["", -2009305568],
      ["a", 181683315],
      ["Zürich 🚆", 2097330188],
      [null, -2047822809],
      [undefined, 614249093],
      [true, 1558924552],
      [false, -871541811],
      [-12345678901234567890n, 1946499776],
      [new Date(0), 589603326],
      [[], 439355218],
      [[1, "a", null], -907988569],
      [{}, -1121502176],
      [{ b: [true], a: 1.5 }, -1231150504],
      [Uint8Array.of(1, 2), -657905728],
      [BigInt64Array.of(3n), -656946586],
    ];
    expect(recorded.map(([key]) => [key, hashKey(key)])).toEqual(recorded);
  });

  it("spreads integers, strings and pairs over workers and over 32 bits", () => {
    const families: ((i: number) => unknown)[] = [
      (i) => i,
      (i) => i * 1024,
      (i) => i + 0.5,
      (i) => `key-${i}`,
      (i) => [i % 100, Math.floor(i / 100)],
      (i) => ({ id: i, kind: "a" }),
      (i) => new Date(i * 86_400_000),
      (i) => BigInt(i) << 40n,
    ];
    for (const make of families) {
      const keys = 10_000;
      const all = new Set<number>();
      const workers = new Int32Array(7);
      for (let i = 0; i < keys; i++) {
        const hash = hashKey(make(i));
        all.add(hash);
        workers[(hash >>> 0) % 7]++;
      }
      // About 0.01 collisions are expected of 10,000 keys at random; 5 would be a defect.
      expect(all.size).toBeGreaterThan(keys - 5);
      // Six standard deviations about 10,000 / 7.
      for (const count of workers) expect(Math.abs(count - keys / 7)).toBeLessThan(210);
    }
  });
});

describe("what cannot be a key", () => {
  const cycle: Record<string, unknown> = { a: [1] };
  (cycle.a as unknown[]).push({ back: cycle });
  let deep: unknown = 1;
  for (let i = 0; i <= MAX_KEY_DEPTH; i++) deep = [deep];
  class Point {
    x = 1;
  }
  const refused: [unknown, string][] = [
    [Math.max, "as a key (function max): a function has no value to compare by. Use plain data"],
    [Symbol("s"), "(Symbol(s)): a symbol has no value"],
    [{ a: [0, { "b c": () => 1 }] }, 'at key.a[1]["b c"] (function b c)'],
    [cycle, "at key.a[1].back: the object contains itself. Use an identifier in its place"],
    [deep, "nested deeper than 256 levels"],
    [[new Point()], 'at key[0] (Point {"x":1}): an instance of Point cannot be compared by value'],
    [new Map(), "an instance of Map"],
    [new DataView(new ArrayBuffer(1)), "an instance of DataView"],
    [Object.create({ inherited: 1 }), "cannot be compared by value"],
    [{ [Symbol.iterator]: 1 }, "it has a property named by a symbol"],
  ];

  it("is refused with the path to it", () => {
    for (const [key, message] of refused) {
      expect(() => assertKey(key)).toThrow(message);
      expect(() => hashKey(key)).toThrow(message);
      expect(() => assertKey(key)).toThrow("MEANDER_KEY  Cannot use a value as a key");
    }
  });

  it("is refused by a comparison that has to look at it", () => {
    expect(() => keyEquals(Math.max, Math.max)).toThrow("MEANDER_KEY");
    expect(() => keyEquals([new Point()], [new Point()])).toThrow("an instance of Point");
    expect(() => keyEquals([1], new Map())).toThrow("an instance of Map");
    const other: unknown[] = [];
    other.push(other);
    const same: unknown[] = [];
    same.push(same);
    expect(() => keyEquals(other, same)).toThrow("contains itself");
  });

  it("does not include deep keys up to the limit, nor one object in two places", () => {
    let key: unknown = 1;
    let equal: unknown = 1;
    for (let i = 0; i < MAX_KEY_DEPTH; i++) [key, equal] = [[key], [equal]];
    expect(keyEquals(key, equal)).toBe(true);
    expect(hashKey(key)).toBe(hashKey(equal));
    const shared = { a: 1 };
    expect(() => assertKey([shared, shared])).not.toThrow();
  });
});
