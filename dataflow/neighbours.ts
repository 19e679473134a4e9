/**
 * The other workers of an engine, wherever they run.
 *
 * @module
 */
import type { Link } from "../actors/workers/link.ts";
import type { Dataflow, Ports } from "./program.ts";
import type { Watching } from "./compile.ts";
import type { Unmade } from "./shard_there.ts";

/** The number in frames that are about no dataflow: events, and what is asked for. */
export const NO_DATAFLOW = -1;

/** A dataflow that is to be made on every worker. */
export interface StartOrder {
  /** Its number; they grow from one dataflow to the next. */
  readonly dataflow: number;
  readonly program: Dataflow<Ports>;
  readonly watching: Watching;
  /** Which kinds of events are asked for, as a mask. */
  readonly observed: number;
  /** Says that it cannot go on: a shard cannot be made, or a worker is lost. */
  readonly failed: (error: unknown) => void;
}

/** What an engine with several workers asks of the others. */
export interface Neighbours {
  /** The first worker's place among them. */
  readonly link: Link;
  /** Makes the shards of a dataflow. Returns at once, wherever they are made. */
  start(order: StartOrder): void;
  /**
   * Both phases of a dataflow's end on all of them. The first fault of a vertex that could not free what it
   * holds, or `undefined`; a promise of it when that takes more than this turn.
   */
  stop(dataflow: number): unknown | Promise<unknown>;
  /** A dataflow could not be made on the first worker, and was not started on any other. */
  notStarted(dataflow: number): void;
  /** A worker could not make its shard. */
  unmade(dataflow: number, worker: number, what: Unmade): void;
  /** A worker answers that it has stopped, with the fault of its end or `undefined`. */
  stopped(dataflow: number, worker: number, fault: unknown): void;
  /** From now on these kinds of events are asked for, as a mask. */
  ask(dataflow: number, observed: number): void;
  /** Blocks this thread for a moment, or until another worker has sent something. */
  block(): void;
}
