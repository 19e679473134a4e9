/**
 * Where records go: streams united and divided, and spread over workers.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { branch } from "../../operators/routes/branch.ts";
import { branchWhen } from "../../operators/routes/branch_when.ts";
import { broadcast } from "../../operators/routes/broadcast.ts";
import { capture, type CaptureInto } from "../../operators/capture/capture.ts";
import { concat } from "../../operators/routes/concat.ts";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { exchange } from "../../operators/routes/exchange.ts";
import { gather } from "../../operators/routes/gather.ts";
import { MOST_OUTPUTS, partition } from "../../operators/routes/partition.ts";
import type { Stream } from "../stream.ts";
import type { Named } from "./base.ts";
import { ResultStream } from "./results.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class RoutedStream<T> extends ResultStream<T> {
  /** All records of this stream and of the others. */
  concat(...others: Stream<T>[]): Stream<T> {
    return this.streamAt<T>(this.placed(concat, {}, {}, [[this, ...others]]));
  }

  /**
   * As many streams as there are `parts`, from 1 to 64; each record goes to the one whose index `f` gives.
   *
   * @throws {MeanderError} `MEANDER_GRAPH` for another number of parts.
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("by length", (root) => {
   *   const words = root.input<string>("words");
   *   const [short, long] = words.partition(2, (word) => word.length < 4 ? 0 : 1);
   *   return { words, short: short.output("short"), long: long.output("long") };
   * });
   * await using run = execute(program);
   * run.handles.words.send(["ox", "eagle", "cat"]);
   * run.handles.words.close();
   * expect(await run.handles.short.toArray()).toEqual(["ox", "cat"]);
   * expect(await run.handles.long.toArray()).toEqual(["eagle"]);
   * ```
   */
  partition(
    parts: number,
    f: (record: T) => number,
    options: Named = {},
  ): readonly Stream<T>[] {
    const streams = this.into(partition, { parts, f }, options, [[this]]);
    // Whoever takes the list apart would stumble over what is missing before the graph is judged.
    if (streams.length === parts) return streams;
    throw new MeanderError("MEANDER_GRAPH", `Cannot divide a stream into ${show(parts)} parts`, {
      hint: `Ask for 1 to ${MOST_OUTPUTS} of them`,
    });
  }

  /** Two streams: records for which `predicate` returns something true, and the others. */
  branch<U extends T>(
    predicate: (record: T, time: Time) => record is U,
    options?: Named,
  ): Branches<U, Exclude<T, U>>;
  branch(predicate: (record: T, time: Time) => unknown, options?: Named): Branches<T, T>;
  branch(predicate: (record: T, time: Time) => unknown, options: Named = {}): Branches<T, T> {
    const [yes, no] = this.into(branch, { predicate }, options, [[this]]);
    return { yes, no };
  }

  /**
   * Two streams: the records of times for which `predicate` returns something true, and the others. It has
   * to give the same for the same time.
   */
  branchWhen(predicate: (time: Time) => unknown, options: Named = {}): Branches<T, T> {
    const [yes, no] = this.into(branchWhen, { predicate }, options, [[this]]);
    return { yes, no };
  }

  /** Sends each record to the worker that its key belongs to. With one worker it changes nothing. */
  exchange(key: (record: T) => unknown, options: Named = {}): Stream<T> {
    return this.through(exchange, { key }, options);
  }

  /**
   * Writes the records and the progress of this stream to a log, which `scope.replay` makes a stream of again. A
   * log takes the records of all workers, gathered on the first; a function of the worker's index gives each
   * a log of its own.
   */
  captureInto(into: CaptureInto<T>, options: Named = {}): void {
    const { builder, scope } = this.source;
    this.placed(capture, { into, depth: builder.scopes[scope].depth }, options, [[this]]);
  }

  /** Sends each record to every worker. With one worker it changes nothing. */
  broadcast(options: Named = {}): Stream<T> {
    return this.through(broadcast, {}, options);
  }

  /** Brings all records to the first worker. With one worker it changes nothing. */
  gather(options: Named = {}): Stream<T> {
    return this.through(gather, {}, options);
  }

  /**
   * Gives every worker all records, in one order that is the same everywhere (Timely's sequencer): for commands,
   * which any worker may give and all have to follow alike.
   */
  sequence({ name = "sequence", limits }: Named = {}): Stream<T> {
    return this.gather({ name, limits }).broadcast({ name: `${name} to all`, limits });
  }
}

/** The two streams of a question. */
export interface Branches<Y, N> {
  /** Where it is true. */
  readonly yes: Stream<Y>;
  /** Where it is not. */
  readonly no: Stream<N>;
}
