/**
 * What the shards of a gate and its keeper say to each other.
 *
 * @module
 */

/**
 * A shard asks for the right to open one more batch: a `full` one, or a `partial` one, which waits until nothing
 * is open; or it says that the partial one that it asked for has become full. A shard has one partial ticket at
 * most.
 */
export interface Ask {
  readonly worker: number;
  readonly kind: "full" | "partial" | "filled";
}

/** The right to open a batch, at the times from that of the message on and under the counter in it. */
export interface Grant {
  /** Whose it is. */
  readonly worker: number;
  /** At how many times, incomparable ones, it comes: it may be used when all have come. */
  readonly parts: number;
  /** Whether it answers the ticket for a partial batch. */
  readonly isPartial: boolean;
}

/** A time of the scope around a gate, under a counter of the gate's own scope. */
export function under(time: readonly number[], counter: number): readonly number[] {
  const moved = time.slice();
  moved[moved.length - 1] = counter;
  return moved;
}

/** The least counter among times of a gate's scope; infinite when there are none. */
export function leastCounter(times: readonly unknown[]): number {
  let least = Infinity;
  for (const time of times as readonly (readonly number[])[]) {
    least = Math.min(least, time[time.length - 1]);
  }
  return least;
}
