/**
 * What a vertex is made from, and what its account asks of whoever runs it.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Summary } from "../../progress/summary.ts";
import type { AnyOperator, Place, Progressed } from "./definition.ts";

/** What the account asks of whoever runs the vertex. */
export interface VertexHost {
  /** Whether nothing at or before `time` can still arrive at the input. */
  isComplete(input: number, time: Time): boolean;
  /** The minimal times that may still arrive at the input. */
  frontier(input: number): readonly Time[];
  /** Whether a pending request keeps a right at this output that covers `time`. */
  requestCovers(output: number, time: Time): boolean;
  /** Counts records that the operator drops, with its reason. */
  drop(records: number, reason: string): void;
  /** Runs the task as a callback of the vertex, in a later turn. */
  later(task: () => Progressed): void;
  /** Runs the task as a callback of the vertex when so much time has passed; the result takes that back. */
  after(delayMs: number, task: () => Progressed): () => void;
  /** Stops those who send to the vertex, or lets them go on. */
  holdBack(isHeld: boolean): void;
  /** Commits what was staged outside of a callback, such as a capability dropped by a timer. */
  commitOutside(): void;
}

/** What a vertex is made from. */
export interface VertexOptions {
  /** The operator. */
  readonly definition: AnyOperator;
  /** The checked configuration. */
  readonly config: unknown;
  /** For messages: the path of the vertex. */
  readonly name: string;
  /** Where the vertex was written, for messages. */
  readonly site?: { toString(): string } | undefined;
  /** How many coordinates the times of each input have. */
  readonly inputDepth: number;
  /** How many coordinates the times of each output have. */
  readonly outputDepth: number;
  /** How many coordinates the root scope has. */
  readonly rootDepth: number;
  /** By input and output, what a batch gives a right to: `null` for the identity, `undefined` for nothing. */
  readonly connections: readonly (readonly (Summary | null | undefined)[])[];
  /**
   * Coordinates that nobody here may move: the counters of the gates around the vertex, which count its records as
   * those of a batch. None when left out.
   */
  readonly fixed?: readonly number[] | undefined;
  /** The same for all vertices of a dataflow on one worker, and for no others; of its own when left out. */
  readonly dataflow?: object | undefined;
  /** The worker that this shard of the vertex is on; the only one when left out. */
  readonly worker?: Place | undefined;
  /** Batches an output may emit before it gives way, and records a batch collects. */
  readonly limits: { readonly budget: number; readonly capacity: number };
}
