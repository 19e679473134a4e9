import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dataflow, dataflow, execute, type IterateOptions, type Stream } from "../../mod.ts";
import { bagsByTime } from "../_support/bags.ts";

type Program = Dataflow<never>;

function program(
  options: IterateOptions,
  body: (records: Stream<number>) => Stream<number>,
): Program {
  return dataflow("iterating", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    return { numbers, results: root.iterate(numbers, options, body).output("results") };
  }) as unknown as Program;
}

async function results(made: Program, epochs: readonly (readonly number[])[]) {
  await using run = execute(made, { threads: false });
  const numbers = run.input<number>("numbers");
  const batches = Array.fromAsync(run.output<number>("results"));
  epochs.forEach((records, epoch) => numbers.sendAt(epoch, records));
  numbers.close();
  return bagsByTime(await batches);
}

const halved = (n: number) => Math.trunc(n / 2);

describe("iterate a number of times", () => {
  it("applies the body that often, to every epoch by itself", async () => {
    const made = program({ iterations: 3 }, (records) => records.map((n) => n * 2));
    const bags = await results(made, [[1, 2], [], [5]]);
    expect(bags).toEqual(bagsByTime([{ time: 0, records: [8, 16] }, { time: 2, records: [40] }]));
  });

  it("once is the body itself", async () => {
    const made = program({ iterations: 1 }, (records) => records.flatMap((n) => [n, n]));
    expect(await results(made, [[7]])).toEqual(bagsByTime([{ time: 0, records: [7, 7] }]));
  });

  it("takes no fewer than one", () => {
    expect(() => program({ iterations: 0 }, (records) => records)).toThrow("iterations");
  });
});

describe("iterate until a fixed point", () => {
  const settle = (numbers: readonly number[]) => {
    // By hand: the collection that halving and keeping each value once ends in.
    let before = numbers;
    for (;;) {
      const after = [...new Set(before.map(halved))];
      if (after.toSorted().join() === before.toSorted().join()) return after;
      before = after;
    }
  };

  it("leaves with what does not change any more, as multisets, whatever other epochs do", async () => {
    const body = (records: Stream<number>) => records.map(halved).distinct();
    const made = program({ untilFixpoint: true }, body);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -40, max: 40 })), { maxLength: 5 }),
        async (epochs) => {
          const expected = epochs.map((records, time) => ({ time, records: settle(records) }));
          expect(await results(made, epochs)).toEqual(bagsByTime(expected));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("sees a change of how often a record occurs", async () => {
    // Each round drops one of several equal ones.
    const body = (records: Stream<number>) =>
      records.aggregate<number, number, number[]>({
        key: (n) => n,
        initial: () => 0,
        fold: (count) => count + 1,
        emit: (n, count) => new Array<number>(Math.max(1, count - 1)).fill(n),
      }).flatMap((all) => all);
    const made = program({ untilFixpoint: true }, body);
    expect(await results(made, [[4, 4, 4, 9]])).toEqual(
      bagsByTime([{ time: 0, records: [4, 9] }]),
    );
  });

  it("ends with nothing when nothing is left", async () => {
    const made = program(
      { untilFixpoint: true },
      (records) => records.map((n) => n - 1).filter((n) => n > 0),
    );
    expect(await results(made, [[3, 1]])).toEqual({});
  });

  it("fails where it is not found in time, or leaves as it is", async () => {
    const grow = (records: Stream<number>) => records.map((n) => n + 1);
    const bounded = { untilFixpoint: true, maxIterations: 4 } as const;
    await expect(results(program(bounded, grow), [[0]])).rejects.toThrow(
      "MEANDER_ITERATIONS  Cannot find a fixed point",
    );
    const left = await results(program({ ...bounded, onLimit: "leave" }, grow), [[0, 10]]);
    expect(left).toEqual(bagsByTime([{ time: 0, records: [4, 14] }]));
  });
});
