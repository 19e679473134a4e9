/**
 * Streams whose records come from elsewhere than from a vertex before them: from outside, or from the end of
 * a loop.
 *
 * @module
 */
import type { OnLimit } from "../operators/system/feedback.ts";
import { Stream } from "./stream.ts";

/** A named input of the dataflow: a stream that is fed from outside, where it runs. */
export class Input<T> extends Stream<T> {
  /** Tells the compiler that not every stream is one; never set. */
  declare protected readonly fed: T;
}

/** How a loop is closed. */
export interface FeedbackOptions {
  /** The vertex's name; `feedback` when left out. */
  readonly name?: string | undefined;
  /** How much each round adds to the scope's counter; 1 when left out. */
  readonly by?: number | undefined;
  /** Records do not begin iteration number `maxIterations` (counted from 0). */
  readonly maxIterations?: number | undefined;
  /** What becomes of records at that limit: dropped and counted (the default), or the dataflow fails. */
  readonly onLimit?: OnLimit | undefined;
}

/** What comes round a loop; `connect` says what goes in. */
export class LoopVariable<T> extends Stream<T> {
  /** Closes the loop with the stream. May be called more than once: the streams are then united. */
  connect(stream: Stream<T>): void {
    this.source.builder.connect(stream.source, this.source.vertex, 0);
  }
}
