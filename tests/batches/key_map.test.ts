import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashKey, keyEquals } from "../../batches/keys.ts";
import { KeyMap, KeySet } from "../../batches/key_map.ts";
import { anyKey } from "./any_key.ts";

/** The same map as a plain list. */
class NaiveMap {
  entries: [unknown, number][] = [];

  index(key: unknown): number {
    return this.entries.findIndex(([other]) => keyEquals(other, key));
  }

  set(key: unknown, value: number): void {
    const at = this.index(key);
    if (at >= 0) this.entries[at][1] = value;
    else this.entries.push([key, value]);
  }

  delete(key: unknown): boolean {
    const at = this.index(key);
    if (at >= 0) this.entries.splice(at, 1);
    return at >= 0;
  }
}

const hashes: Record<string, (key: unknown) => number> = {
  "the real hash": hashKey,
  "four hashes for all keys": (key) => hashKey(key) & 3,
  "one hash for all keys": () => 0,
};

describe("KeyMap", () => {
  for (const [name, hash] of Object.entries(hashes)) {
    it(`does what a list does, with ${name}`, () => {
      const step = fc.tuple(
        fc.constantFrom("set", "set", "insert", "delete", "look", "clear"),
        fc.nat(11),
        fc.nat(),
      );
      const keys = fc.array(anyKey, { minLength: 12, maxLength: 12, size: "max" });
      fc.assert(
        fc.property(keys, fc.array(step, { maxLength: 40, size: "max" }), (world, steps) => {
          const map = new KeyMap<number>({ hash });
          const naive = new NaiveMap();
          for (const [action, which, value] of steps) {
            const key = world[which];
            const there = naive.index(key) >= 0;
            if (action === "set") {
              expect(map.set(key, value)).toBe(map);
              naive.set(key, value);
            } else if (action === "insert") {
              const expected = there ? naive.entries[naive.index(key)][1] : value;
              expect(map.getOrInsert(key, () => value)).toBe(expected);
              naive.set(key, expected);
            } else if (action === "delete") {
              expect(map.delete(key)).toBe(naive.delete(key));
            } else if (action === "clear" && value % 4 === 0) {
              map.clear();
              naive.entries = [];
            }
            expect(map.has(key)).toBe(naive.index(key) >= 0);
            expect(map.get(key)).toBe(naive.entries[naive.index(key)]?.[1]);
            expect(map.size).toBe(naive.entries.length);
            const entries = [...map];
            expect(entries.length).toBe(naive.entries.length);
            for (const [i, [k, v]] of entries.entries()) {
              expect(v).toBe(naive.entries[i][1]);
              expect(keyEquals(k, naive.entries[i][0])).toBe(true);
            }
          }
          expect([...map.values()]).toEqual(naive.entries.map(([, value]) => value));
          expect([...map.keys()].length).toBe(map.size);
        }),
      );
    });
  }

  it("keeps the first object of a key, at its place", () => {
    const first = { a: 1, b: [2] };
    const map = new KeyMap<string>().set(first, "x").set("later", "y").set({ b: [2], a: 1 }, "z");
    expect([...map]).toEqual([[first, "z"], ["later", "y"]]);
    expect([...map.keys()][0]).toBe(first);
  });

  it("makes a value once, and tells undefined from nothing", () => {
    const map = new KeyMap<undefined | number>();
    let made = 0;
    const make = () => void made++;
    map.getOrInsert([1], make as () => undefined);
    map.getOrInsert([1], make as () => undefined);
    map.getOrInsert(-0, make as () => undefined);
    map.getOrInsert(0, make as () => undefined);
    expect([made, map.size, map.has([1])]).toEqual([2, 2, true]);
    expect(() =>
      map.getOrInsert([2], () => {
        throw new Error("mine");
      })
    ).toThrow("mine");
    expect(map.has([2])).toBe(false);
  });

  it("does not confuse keys that have to do with its insides", () => {
    const map = new KeyMap<number>({ hash: () => 0 });
    const keys = [[], [[]], [[], []], { keys: [] }, { keys: [[]] }, [{ keys: [] }]];
    for (const [i, key] of keys.entries()) map.set(key, i);
    for (const [i, key] of keys.entries()) expect(map.get(structuredClone(key))).toBe(i);
    expect(map.size).toBe(keys.length);
  });

  it("refuses what cannot be a key, in every method", () => {
    const map = new KeyMap<number>();
    for (const bad of [Math.max, Symbol("s"), [new Map()]]) {
      expect(() => map.get(bad)).toThrow("MEANDER_KEY");
      expect(() => map.has(bad)).toThrow("MEANDER_KEY");
      expect(() => map.set(bad, 1)).toThrow("MEANDER_KEY");
      expect(() => map.delete(bad)).toThrow("MEANDER_KEY");
      expect(() => map.getOrInsert(bad, () => 1)).toThrow("MEANDER_KEY");
    }
    expect(map.size).toBe(0);
  });
});

describe("KeySet", () => {
  it("holds each value once, in the order of addition", () => {
    const set = new KeySet();
    expect([set.add([1]), set.add("a"), set.add([1]), set.add(NaN), set.add(NaN)]).toEqual([
      ...[true, true, false, true, false],
    ]);
    expect([...set]).toEqual([[1], "a", NaN]);
    expect([...set.values()]).toEqual([...set.keys()]);
    expect([set.has([1]), set.has([2]), set.size]).toEqual([true, false, 3]);
    expect([set.delete([1]), set.delete([1]), set.size]).toEqual([true, false, 2]);
    set.clear();
    expect(set.size).toBe(0);
  });
});
