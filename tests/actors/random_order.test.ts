import { describe, expect, it } from "vitest";
import { RandomOrder, SeededRandom } from "../../actors/random_order.ts";
import { batchOf, drain, inletOf, recordsIn, takeFrom } from "./entries.ts";

const numbers = (seed: number, limit: number, count: number) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.below(limit));
};

describe("SeededRandom", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const seeds = [0, 1, 2, -1, 2 ** 31, 123456789];
    for (const seed of seeds) expect(numbers(seed, 1000, 50)).toEqual(numbers(seed, 1000, 50));
    const distinct = new Set(seeds.map((seed) => numbers(seed, 1000, 50).join()));
    expect(distinct.size).toBe(seeds.length);
  });

  it("gives integers from 0 up to but not including the limit, and all of them", () => {
    for (const limit of [1, 2, 3, 7, 8, 100]) {
      const seen = new Set(numbers(limit, limit, 2000));
      expect([...seen].sort((a, b) => a - b)).toEqual([...Array(limit).keys()]);
    }
    for (const n of numbers(5, 2 ** 32, 1000)) {
      expect(Number.isInteger(n) && n >= 0 && n < 2 ** 32).toBe(true);
    }
  });

  it("gives each of them about equally often, whatever came before", () => {
    for (const limit of [2, 3, 8, 10]) {
      const pairs = new Array<number>(limit * limit).fill(0);
      const drawn = numbers(42, limit, 40_000);
      for (let i = 1; i < drawn.length; i++) pairs[drawn[i - 1] * limit + drawn[i]]++;
      const expected = drawn.length / pairs.length;
      // Seven standard deviations: a fair generator never misses it by chance.
      for (const count of pairs) {
        expect(Math.abs(count - expected)).toBeLessThan(7 * Math.sqrt(expected));
      }
    }
  });

  it("begins differently at neighbouring seeds", () => {
    const firsts = Array.from({ length: 8000 }, (_unused, seed) => numbers(seed, 8, 1)[0]);
    for (let n = 0; n < 8; n++) {
      const count = firsts.filter((first) => first === n).length;
      expect(Math.abs(count - 1000)).toBeLessThan(7 * Math.sqrt(1000));
    }
  });
});

const [left, right] = [inletOf(0), inletOf(1)];

/** Two entries for the one inlet and two for the other, in the order of the seed. */
function orderOf(seed: number): string {
  const mailbox = new RandomOrder(seed);
  for (const record of ["1", "2"]) mailbox.put(left, batchOf(`l${record}`));
  for (const record of ["1", "2"]) mailbox.put(right, batchOf(`r${record}`));
  return recordsIn(drain(mailbox)).join(" ");
}

describe("RandomOrder (any order that the model allows, chosen by a seed)", () => {
  it("replays: the same seed is the same order", () => {
    for (let seed = 0; seed < 50; seed++) expect(orderOf(seed)).toBe(orderOf(seed));
  });

  it("reaches every interleaving of two inlets that keeps each one's order, and no other", () => {
    const reached = new Set(Array.from({ length: 400 }, (_unused, seed) => orderOf(seed)));
    expect([...reached].sort()).toEqual([
      "l1 l2 r1 r2",
      "l1 r1 l2 r2",
      "l1 r1 r2 l2",
      "r1 l1 l2 r2",
      "r1 l1 r2 l2",
      "r1 r2 l1 l2",
    ]);
  });

  it("lets others go first now and then, whatever waits: about one time in eight", () => {
    const mailbox = new RandomOrder(7);
    const count = 8000;
    for (let i = 0; i < count; i++) mailbox.put(left, batchOf(i));
    let refused = 0;
    for (let taken = 0; taken < count; mailbox.take() ? taken++ : refused++);
    const expected = count / 7;
    expect(Math.abs(refused - expected)).toBeLessThan(7 * Math.sqrt(expected));
    expect(mailbox.size).toBe(0);
  });

  it("gives each inlet an equal chance, however much waits there", () => {
    let first = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const mailbox = new RandomOrder(seed);
      for (let i = 0; i < 9; i++) mailbox.put(left, batchOf(i));
      mailbox.put(right, batchOf(0));
      if (takeFrom(mailbox)![0] === right) first++;
    }
    expect(Math.abs(first - 1000)).toBeLessThan(7 * Math.sqrt(500));
  });
});
