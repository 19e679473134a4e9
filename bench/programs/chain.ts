/**
 * A dataflow of maps in a row behind an input, with a probe at its end: what event_driven,
 * idle_dataflows and epoch_latency are built of.
 */
import { type Dataflow, dataflow, type Input, type Probe, type Stream } from "meander";
import { Tallies } from "./tallies.ts";

/**
 * The sum of the records that left the last map, which adds it up itself: checking costs no vertex. It
 * is the first number of an array because a worker's row of tallies can stand in for it at no cost.
 */
export type Sum = Float64Array;

/** What a chain offers. */
export type Chain = Dataflow<{ readonly input: Input<number>; readonly probe: Probe }>;

/** How a chain is built. */
export interface ChainOptions {
  readonly length: number;
  readonly sum: Sum;
  /** Whether the maps lie in a region of their own. */
  readonly region?: boolean;
  /** Whether exchanges and maps take turns; the last is always a map. */
  readonly exchange?: boolean;
}

/** input → `length` maps, each adding 1 → probe. */
export function chain({ length, sum, region, exchange }: ChainOptions): Chain {
  return dataflow("chain", (root) => {
    const input = root.input<number>("input");
    const maps = (stream: Stream<number>) => addMaps(stream, length, exchange ?? false, sum);
    const last = region === true
      ? root.region("maps", (inner) => maps(inner.within(input)))
      : maps(input);
    return { input, probe: last.probe() };
  });
}

/** The same in a region on several workers, whose input takes batches for each of them in turn. */
export function splitChain(length: number, shared: SharedArrayBuffer): Chain {
  return dataflow("chain", (root) => {
    const sum = Tallies.from(shared).claim();
    const input = root.input<number>("input", { source: "split" });
    const last = root.region(
      "maps",
      (inner) => addMaps(inner.within(input), length, false, sum),
    );
    return { input, probe: last.probe() };
  }, { madeBy: [splitChain, length, shared] });
}

/** `length` vertices in a row that add 1 or, if `exchange`, exchange and add 1 in turn. */
export function addMaps(
  stream: Stream<number>,
  length: number,
  exchange: boolean,
  sum: Sum,
): Stream<number> {
  for (let fromEnd = length - 1; fromEnd > 0; fromEnd--) {
    stream = exchange && fromEnd % 2 === 1 ? stream.exchange((x) => x) : stream.map((x) => x + 1);
  }
  return stream.map((x) => {
    sum[0] += x + 1;
    return x + 1;
  });
}

/** How many of the vertices of a chain add 1. */
export function addingVertices(length: number, exchange: boolean): number {
  return exchange ? length - Math.floor(length / 2) : length;
}

/** The sum of the records 0 to `count`, each raised by `each`. */
export function raisedSum(count: number, each: number): number {
  return count * (count - 1) / 2 + count * each;
}
