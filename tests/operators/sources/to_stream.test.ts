import { describe, expect, it } from "vitest";
import { range } from "../../../mod.ts";
import { type Collection, collectionBody } from "../../../operators/sources/to_stream.ts";
import { sourceOperator } from "../../../operators/sources/source.ts";
import { OperatorTest, type OperatorTestOptions } from "../../../operators/kit/operator_test.ts";

function testOf<T>(collection: Collection<T>, around?: OperatorTestOptions) {
  const body = collectionBody("given", collection, "first");
  return new OperatorTest(sourceOperator("given", "first", body), {}, around);
}

const kinds: [string, () => Collection<unknown>][] = [
  ["an array", () => [0, 1, 2, 3, 4]],
  ["a range", () => range(0, 5)],
  ["a set", () => new Set([0, 1, 2, 3, 4])],
  ["a function", () => () => [0, 1, 2, 3, 4].values()],
  ["a typed array", () => Int32Array.of(0, 1, 2, 3, 4)],
];

describe("toStream", () => {
  for (const [kind, make] of kinds) {
    it(`sends ${kind} at the least time, within the output budget`, () => {
      const test = testOf(make(), { budget: 1, capacity: 2 });
      test.pass(0);
      expect(test.batches("out").map(({ records }) => records)).toEqual([[0, 1], [2, 3], [4]]);
      expect(test.batches("out").every(({ time }) => time === 0)).toBe(true);
      expect(test.slices).toBeGreaterThanOrEqual(3);
      expect(test.rights).toEqual([]);
      test.finish();
    });

    it(`goes on where a snapshot was taken in ${kind}`, () => {
      const first = testOf(make());
      first.pass(0);
      const saved = { ...first.save(), state: { time: 0, isEnded: false, state: 3 }, rights: [0] };
      const second = testOf(make()).restore(saved);
      second.pass(0);
      expect([second.sent("out"), second.rights]).toEqual([[3, 4], []]);
    });
  }

  it("sends nothing of an empty collection, and ends", () => {
    for (const empty of [[], range(3, 3), new Map()]) {
      const test = testOf<unknown>(empty);
      test.pass(0);
      expect([test.sent("out"), test.rights]).toEqual([[], []]);
    }
  });

  it("tells an iterator that was left before its end", () => {
    let returned = 0;
    function* endless(): Generator<number> {
      try {
        for (let n = 0;; n++) {
          if (n === 100) throw new Error("too many");
          yield n;
        }
      } finally {
        returned++;
      }
    }
    const test = testOf(endless);
    expect(() => test.pass(0)).toThrow("too many");
    expect(returned).toBe(1);
    const body = collectionBody("left", endless, "first");
    const { close, next } = body({
      out: { isFull: false, push: () => {} },
      capability: { time: 0 },
      worker: { index: 0, count: 1 },
    } as never) as { close(): void; next(): unknown };
    expect(() => next()).toThrow("too many");
    close();
    expect(returned).toBe(2);
  });

  it("refuses what cannot be iterated, at once or when its function gives it", () => {
    const refused = /Cannot make a stream of 5 in "given": it takes something that can be iterated/;
    expect(() => testOf(5 as never)).toThrow(refused);
    expect(() => testOf(() => 5 as never)).toThrow(refused);
  });
});
