import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Arrivals,
  joined,
  type Keyed,
  main,
  type Pair,
  randomArrivals,
} from "../../examples/hashjoin/main.ts";

/** All pairs of an epoch, by comparing each record with each. */
function plainly(epochs: readonly Arrivals[]): Pair[][] {
  return epochs.map((_unused, epoch) => {
    const pairs: Pair[] = [];
    for (const [i, { left }] of epochs.entries()) {
      for (const [j, { right }] of epochs.entries()) {
        if (Math.max(i, j) !== epoch) continue;
        for (const [key, mine] of left) {
          for (const [other, theirs] of right) if (key === other) pairs.push([mine, theirs]);
        }
      }
    }
    return pairs.sort(byValues);
  });
}

function byValues([a, b]: Pair, [c, d]: Pair): number {
  return a - c || b - d;
}

async function run(
  epochs: readonly Arrivals[],
  options?: Parameters<typeof joined>[1],
): Promise<Pair[][]> {
  const found: Pair[][] = epochs.map(() => []);
  for await (const { epoch, pairs } of joined(epochs, options)) {
    found[epoch] = pairs.toSorted(byValues);
  }
  return found;
}

const side = fc.array(fc.tuple(fc.nat({ max: 6 }), fc.nat()) as fc.Arbitrary<Keyed>, {
  maxLength: 12,
  size: "max",
});
const arrivals: fc.Arbitrary<Arrivals> = fc.record({ left: side, right: side });

/** Workers that take turns on one thread, in any order, with little room. */
const small = { workers: 3, threads: false, capacity: 2, budget: 1 } as const;

describe("joining by hash", () => {
  it("makes the pairs of comparing each with each, in the epoch of the later, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(fc.array(arrivals, { maxLength: 4 }), fc.nat(), async (epochs, seed) => {
        const known = plainly(epochs);
        expect(await run(epochs)).toEqual(known);
        expect(await run(epochs, { ...small, policy: { seed } })).toEqual(known);
      }),
      { numRuns: 40 },
    ));

  it.each([1, 2, 3])("makes the same on %d threads", async (workers) => {
    const epochs = [...randomArrivals({ keys: 20, records: 300, batch: 70, seed: 3 })];
    expect(epochs).toHaveLength(5);
    expect(await run(epochs, { workers })).toEqual(plainly(epochs));
  });

  it("pairs what came in another epoch", async () => {
    const found = await run([
      { left: [[1, 10]], right: [[2, 200]] },
      { left: [[2, 20]], right: [[1, 100], [1, 101]] },
    ]);
    expect(found).toEqual([[], [[10, 100], [10, 101], [20, 200]]]);
  });

  it("prints how many pairs there are", async () => {
    const size = { keys: 10, records: 40, batch: 25, seed: 9 };
    const [first, second] = plainly([...randomArrivals(size)]);
    const lines: string[] = [];
    const args = Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]);
    await main(args, (line) => lines.push(line));
    expect(lines).toEqual([
      `epoch 0: ${first.length} pairs`,
      `epoch 1: ${second.length} pairs`,
      `${first.length + second.length} pairs of 40 records on each side`,
    ]);
    await expect(main(["--batch", "0"], () => {})).rejects.toThrow(
      "Cannot use --batch 0: it takes",
    );
  });
});
