/**
 * What is done with records that are the result of something that may fail.
 *
 * @module
 */
import { okErr } from "../../operators/records/ok_err.ts";
import { andThen, err, mapErr, mapOk, ok, unwrapOrElse } from "../../operators/records/results.ts";
import type { ErrOf, OkOf, Result } from "../../operators/records/result_type.ts";
import type { Stream } from "../stream.ts";
import type { Named } from "./base.ts";
import { RecordStream } from "./records.ts";

/** Any {@linkcode Result}. */
type AnyResult = Result<unknown, unknown>;

/**
 * Methods of {@linkcode Stream}: see the module. All but `okErr` are there for streams of
 * {@linkcode Result} only.
 */
export abstract class ResultStream<T> extends RecordStream<T> {
  /**
   * Sends the values of what `f` makes of records to one stream, and the reasons of what failed to another.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("parse", (root) => {
   *   const texts = root.input<string>("texts");
   *   const { ok, err } = texts.okErr((text) =>
   *     Number.isNaN(Number(text)) ? { err: `no number: ${text}` } : { ok: Number(text) }
   *   );
   *   return { texts, numbers: ok.map((n) => n * 2).output("numbers"), wrong: err.output("wrong") };
   * });
   * await using run = execute(program);
   * run.handles.texts.send(["1", "two", "3"]);
   * run.handles.texts.close();
   * expect(await run.handles.numbers.toArray()).toEqual([2, 6]);
   * expect(await run.handles.wrong.toArray()).toEqual(["no number: two"]);
   * ```
   */
  okErr<R extends AnyResult>(f: (record: T) => R, options: Named = {}): Divided<R> {
    const [values, reasons] = this.into(okErr, { f }, options, [[this]]);
    return { ok: values, err: reasons };
  }

  // These take their types from the stream that they are called on, and not from `T`: a stream of something
  // that is not known could not be used as one of anything otherwise.

  /** The values of results; what failed ends here. */
  ok<V>(this: Stream<Result<V, unknown>>, options: Named = {}): Stream<V> {
    return this.through(ok, {}, options);
  }

  /** The reasons of results that failed; values end here. */
  err<E>(this: Stream<Result<unknown, E>>, options: Named = {}): Stream<E> {
    return this.through(err, {}, options);
  }

  /** Results with the values that `f` makes of theirs; what failed goes on as it is. */
  mapOk<V, E, U>(
    this: Stream<Result<V, E>>,
    f: (value: V) => U,
    options: Named = {},
  ): Stream<Result<U, E>> {
    return this.through(mapOk, { f }, options);
  }

  /** Results with the reasons that `f` makes of theirs; values go on as they are. */
  mapErr<V, E, F>(
    this: Stream<Result<V, E>>,
    f: (reason: E) => F,
    options: Named = {},
  ): Stream<Result<V, F>> {
    return this.through(mapErr, { f }, options);
  }

  /** Values taken one step further, which may fail; what failed before goes on as it is. */
  andThen<V, E, R extends AnyResult>(
    this: Stream<Result<V, E>>,
    f: (value: V) => R,
    options: Named = {},
  ): Stream<Result<OkOf<R>, ErrOf<R> | E>> {
    return this.through(andThen, { f }, options);
  }

  /** The values of results, and what `f` makes of the reasons of those that failed. */
  unwrapOrElse<V, E, U>(
    this: Stream<Result<V, E>>,
    f: (reason: E) => U,
    options: Named = {},
  ): Stream<V | U> {
    return this.through(unwrapOrElse, { f }, options);
  }
}

/** Values and reasons, each as a stream. */
export interface Divided<R> {
  /** The values. */
  readonly ok: Stream<OkOf<R>>;
  /** The reasons of what failed. */
  readonly err: Stream<ErrOf<R>>;
}
