/**
 * Two streams joined by key as they arrive, the program `hashjoin` of Timely Dataflow's examples. Every record is
 * kept on the worker of its key, and meets what came on the other side before it: neither side waits, and
 * each pair is made once, when the later one of the two arrives.
 *
 *     deno run --no-prompt examples/hashjoin/main.ts --keys 1000 --records 10000 --batch 1000
 *     deno run --no-prompt --allow-read=. examples/hashjoin/main.ts --workers 2
 *
 * Each batch is an epoch. The pairs of an epoch are those with a record of that epoch and one of the same
 * or an earlier one; they are all there when the epoch is complete.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  type Input,
  type Output,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { numberAt, saltOf } from "../random.ts";

/** A record of either side. */
export type Keyed = readonly [key: number, value: number];

/** The values of a record on the left and of one on the right with the same key. */
export type Pair = readonly [left: number, right: number];

/** What the program offers to the outside. */
export type JoinPorts = {
  readonly left: Input<Keyed>;
  readonly right: Input<Keyed>;
  readonly pairs: Output<Pair>;
};

/** The program. */
export const hashJoin: Dataflow<JoinPorts> = dataflow("hashjoin", (root): JoinPorts => {
  // Records come in on all workers in turn, and go from there to the worker of their key.
  const left = root.input<Keyed>("left", { source: "split" });
  const right = root.input<Keyed>("right", { source: "split" });
  const pairs = left.join<Keyed, number, Pair>(right, {
    per: "forever",
    leftKey: ([key]) => key,
    rightKey: ([key]) => key,
    value: ([, mine], [, other]) => [mine, other],
  });
  return { left, right, pairs: pairs.output("pairs") };
});

/** What arrives in an epoch. */
export interface Arrivals {
  readonly left: readonly Keyed[];
  readonly right: readonly Keyed[];
}

/** The pairs of each epoch that has any, as soon as it is complete. */
export async function* joined(
  epochs: Iterable<Arrivals>,
  options: EngineOptions = {},
): AsyncGenerator<{ readonly epoch: number; readonly pairs: readonly Pair[] }, void> {
  await using run = execute(hashJoin, options);
  const { left, right, pairs } = run.handles;
  const feeding = feed();
  for await (const { time, records } of pairs.completed()) {
    yield { epoch: time as number, pairs: records };
  }
  await feeding;

  async function feed(): Promise<void> {
    let epoch = 0;
    for (const arrivals of epochs) {
      await left.send(arrivals.left);
      await right.send(arrivals.right);
      left.advanceTo(++epoch);
      right.advanceTo(epoch);
    }
    left.close();
    right.close();
  }
}

/** How much there is to join. */
export interface JoinSize {
  /** Keys are the whole numbers from 0 up to but not including this. */
  readonly keys: number;
  /** Records of each side, in all. */
  readonly records: number;
  /** How many of them come in an epoch. */
  readonly batch: number;
  readonly seed: number;
}

/** Random records, batch by batch. */
export function* randomArrivals({ keys, records, batch, seed }: JoinSize): Generator<Arrivals> {
  const salt = saltOf(seed);
  // Of four numbers in a row two make a record on the left, and two one on the right.
  const keyed = (place: number): Keyed => [
    numberAt(salt, place, keys),
    numberAt(salt, place + 1, keys),
  ];
  for (let first = 0; first < records; first += batch) {
    const length = Math.min(batch, records - first);
    const places = Array.from({ length }, (_unused, i) => 4 * (first + i));
    yield { left: places.map(keyed), right: places.map((place) => keyed(place + 2)) };
  }
}

/** Prints how many pairs each epoch has made. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { workers: count, ...size } = numbersFrom(args, {
    keys: { usual: 1000, least: 1, most: 2 ** 32 },
    records: { usual: 10_000, least: 0, most: 2 ** 28 },
    batch: { usual: 2000, least: 1, most: 2 ** 28 },
    seed,
    workers,
  });
  let total = 0;
  for await (const { epoch, pairs } of joined(randomArrivals(size), { workers: count })) {
    print(`epoch ${epoch}: ${pairs.length} pairs`);
    total += pairs.length;
  }
  print(`${total} pairs of ${size.records} records on each side`);
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
