/**
 * What is done about times.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { SpillOptions } from "../../operators/spill/spill_options.ts";
import { accumulate, type AccumulateOptions } from "../../operators/times/accumulate.ts";
import { count } from "../../operators/times/count.ts";
import { delay } from "../../operators/times/delay.ts";
import { delayBatch } from "../../operators/times/delay_batch.ts";
import { reclock, type ReclockOptions } from "../../operators/times/reclock.ts";
import { synchronize, type SynchronizeOptions } from "../../operators/times/synchronize.ts";
import { reorder, type ReorderOptions } from "../../operators/windows/reorder.ts";
import { sessionWindow } from "../../operators/windows/session_window.ts";
import { window } from "../../operators/windows/window.ts";
import type {
  SessionWindowOptions,
  WindowOptions,
} from "../../operators/windows/window_options.ts";
import type { Stream } from "../stream.ts";
import { KeyedStream } from "./keyed.ts";
import type { Named } from "./base.ts";

/** What comes of windows. */
export interface Windowed<O, T> {
  /** The results of windows. */
  readonly results: Stream<O>;
  /** Records that came too late for all of their windows, unchanged. */
  readonly late: Stream<T>;
}

/** What comes of putting records into order. */
export interface Reordered<T> {
  /** The records at their event times. */
  readonly ordered: Stream<T>;
  /** Records whose event time was before their own time, unchanged. */
  readonly late: Stream<T>;
}

/** Settings of what keeps records until a later time. */
export interface DelayOptions extends Named {
  /** Where records wait that have no room in memory; all are in memory when left out. */
  readonly spill?: SpillOptions | undefined;
}

/** Methods of {@linkcode Stream}: see the module. */
export abstract class TimedStream<T> extends KeyedStream<T> {
  /** For each time with records, their number, once the time is complete. */
  count(options: Named = {}): Stream<number> {
    return this.through(count, {}, options);
  }

  /** Moves each record to the time that `f` gives, at or after its own, and sends it when that is complete. */
  delay(
    f: (record: T, time: Time) => Time,
    { name, limits, ...options }: DelayOptions = {},
  ): Stream<T> {
    return this.through(delay, { f, ...options }, { name, limits });
  }

  /**
   * Moves whole batches to the time that `f` gives for theirs, at or after it, and sends them when that is
   * complete; cheaper than `delay` where the new time does not depend on the record.
   */
  delayBatch(f: (time: Time) => Time, { name, limits, ...options }: DelayOptions = {}): Stream<T> {
    return this.through(delayBatch, { f, ...options }, { name, limits });
  }

  /**
   * Folds the batches of each time into one value, on all workers together, and sends it when the time is
   * complete; see {@linkcode AccumulateOptions}.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("letters", (root) => {
   *   const words = root.input<string>("words");
   *   const letters = words.accumulate({
   *     initial: () => 0,
   *     fold: (sum, words) => words.reduce((sum, word) => sum + word.length, sum),
   *   });
   *   return { words, letters: letters.output("letters") };
   * });
   * await using run = execute(program);
   * run.handles.words.send(["to", "be"]);
   * run.handles.words.advanceTo(1);
   * run.handles.words.send(["or not"]);
   * run.handles.words.close();
   * expect(await run.handles.letters.toArray()).toEqual([4, 6]);
   * ```
   */
  accumulate<A>({ name, limits, ...config }: AccumulateOptions<T, A> & Named): Stream<A> {
    return this.through(accumulate, config, { name, limits });
  }

  /**
   * Holds records back until their time, or a prefix of it, is complete, and sends them at their own time;
   * see {@linkcode SynchronizeOptions}.
   */
  synchronize({ name, limits, ...config }: SynchronizeOptions & Named = {}): Stream<T> {
    return this.through(synchronize, config, { name, limits });
  }

  /**
   * Moves records to the next time, at or after their own, at which `clock` has a record, and sends them when
   * that is complete on both. Records after the clock's last time are counted as dropped.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("snapshots", (root) => {
   *   const prices = root.input<number>("prices");
   *   const clock = root.input<null>("clock");
   *   return { prices, clock, taken: prices.reclock(clock).output("taken") };
   * });
   * await using run = execute(program);
   * const { prices, clock, taken } = run.handles;
   * for (let epoch = 0; epoch < 6; epoch++) {
   *   prices.advanceTo(epoch);
   *   prices.send([epoch * 10]);
   * }
   * prices.close();
   * clock.advanceTo(2);
   * clock.send([null]);
   * clock.advanceTo(4);
   * clock.send([null]);
   * clock.close();
   * const seen = [];
   * for await (const { time, records } of taken.completed()) seen.push([time, records]);
   * expect(seen).toEqual([[2, [0, 10, 20]], [4, [30, 40]]]);
   * expect(run.dropped).toEqual([
   *   { vertex: "reclock", reason: "no clock time at or after theirs", records: 1 },
   * ]);
   * ```
   */
  reclock(
    clock: Stream<unknown>,
    { name, limits, ...config }: ReclockOptions & Named = {},
  ): Stream<T> {
    return this.streamAt<T>(this.placed(reclock, config, { name, limits }, [[this], [clock]]));
  }

  /**
   * Folds the records of each window of event time and key. The result of a window is sent at its last time,
   * when that is complete; see {@linkcode WindowOptions}, and `docs/windows.md` for late and early results.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("sales", (root) => {
   *   const sales = root.input<{ at: number; amount: number }>("sales");
   *   const { results, late } = sales.window({
   *     size: 60,
   *     at: (sale) => sale.at,
   *     initial: () => 0,
   *     fold: (sum, sale) => sum + sale.amount,
   *     emit: (_key, sum, { start, end }) => `${start}-${end}: ${sum}`,
   *   });
   *   return { sales, results: results.output("results"), late: late.output("late") };
   * });
   * await using run = execute(program);
   * const { sales, results, late } = run.handles;
   * sales.send([{ at: 3, amount: 10 }, { at: 59, amount: 5 }, { at: 61, amount: 1 }]);
   * sales.advanceTo(60);
   * sales.send([{ at: 2, amount: 7 }]);
   * sales.close();
   * expect(await results.toArray()).toEqual(["0-60: 15", "60-120: 1"]);
   * expect(await late.toArray()).toEqual([{ at: 2, amount: 7 }]);
   * ```
   */
  window<K, A, O>({ name, limits, ...config }: WindowOptions<T, K, A, O> & Named): Windowed<O, T> {
    const [results, late] = this.into(window, config, { name, limits }, [[this]]);
    return { results, late };
  }

  /**
   * Folds the records of each session: of those with one key whose event times follow each other at less than
   * `gap`. The result of a session is sent at its last time, when that is complete; see
   * {@linkcode SessionWindowOptions}, and `docs/windows.md`.
   */
  sessionWindow<K, A, O>(
    { name, limits, ...config }: SessionWindowOptions<T, K, A, O> & Named,
  ): Windowed<O, T> {
    const [results, late] = this.into(sessionWindow, config, { name, limits }, [[this]]);
    return { results, late };
  }

  /**
   * Sends each record at the time at which it happened, when that is complete: in the order of event times.
   * See {@linkcode ReorderOptions}.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("log", (root) => {
   *   const lines = root.input<{ at: number; text: string }>("lines");
   *   const { ordered, late } = lines.reorder({ at: (line) => line.at });
   *   return { lines, ordered: ordered.output("ordered"), late: late.output("late") };
   * });
   * await using run = execute(program);
   * const { lines, ordered, late } = run.handles;
   * lines.send([{ at: 2, text: "b" }, { at: 1, text: "a" }]);
   * lines.advanceTo(2);
   * lines.send([{ at: 1, text: "too late" }, { at: 3, text: "c" }]);
   * lines.close();
   * expect((await ordered.toArray()).map(({ text }) => text)).toEqual(["a", "b", "c"]);
   * expect((await late.toArray()).map(({ text }) => text)).toEqual(["too late"]);
   * ```
   */
  reorder({ name, limits, ...config }: ReorderOptions<T> & Named): Reordered<T> {
    const [ordered, late] = this.into(reorder, config, { name, limits }, [[this]]);
    return { ordered, late };
  }
}
