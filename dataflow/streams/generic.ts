/**
 * Operators written in place, and operators from elsewhere.
 *
 * @module
 */
import type { OperatorDefinition, Ports, RecordOf } from "../../operators/contract/definition.ts";
import {
  type BinaryBody,
  type BinaryFrontierBody,
  type BinaryNotifyBody,
  binaryOperator,
  type Body,
  type BodyOptions,
  type FrontierBody,
  type NotifyBody,
  unaryOperator,
} from "../../operators/generic.ts";
import type { Stream } from "../stream.ts";
import { type Named, StreamBase } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class GenericStream<T> extends StreamBase<T> {
  /**
   * An operator written in place, with one input `in` and one output `out`.
   *
   * @example
   * ```ts
   * import { dataflow, execute, TimeMap } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("maxima", (root) => {
   *   const numbers = root.input<number>("numbers");
   *   const maxima = numbers.unary<number>("max", { interest: "notifications" }, ({ out, notifyAt }) => {
   *     const best = new TimeMap<number>();
   *     return {
   *       receive(batch) {
   *         notifyAt(batch.time);
   *         for (const n of batch) best.update(batch.time, n, (m) => Math.max(m, n));
   *       },
   *       notify(time) {
   *         out.out.send(time, [best.take(time)!]);
   *       },
   *     };
   *   });
   *   return { numbers, maxima: maxima.output("maxima") };
   * });
   * await using run = execute(program);
   * run.handles.numbers.send([3, 9, 4]);
   * run.handles.numbers.close();
   * expect(await run.handles.maxima.toArray()).toEqual([9]);
   * ```
   */
  unary<U>(name: string, options: PlacedOptions, body: Body<T, U>): Stream<U> {
    const { limits } = options;
    return this.through(unaryOperator(name, options, body), {}, { name, limits });
  }

  /** An operator written in place, with inputs `left` (this stream) and `right`, and one output `out`. */
  binary<R, U>(
    right: Stream<R>,
    name: string,
    options: PlacedOptions,
    body: BinaryBody<T, R, U>,
  ): Stream<U> {
    const operator = binaryOperator(name, options, body);
    const { limits } = options;
    return this.streamAt<U>(this.placed(operator, {}, { name, limits }, [[this], [right]]));
  }

  /** `unary` for a body that asks for notifications: its `notify` is called for each time asked for. */
  unaryNotify<U>(
    name: string,
    options: Omit<PlacedOptions, "interest">,
    body: NotifyBody<T, U>,
  ): Stream<U> {
    return this.unary<U>(name, { ...options, interest: "notifications" }, body);
  }

  /** `unary` for a body whose `frontier` is called after every change of its input's frontier. */
  unaryFrontier<U>(
    name: string,
    options: Omit<PlacedOptions, "interest">,
    body: FrontierBody<T, U>,
  ): Stream<U> {
    return this.unary<U>(name, { ...options, interest: "always" }, body);
  }

  /** `binary` for a body that asks for notifications, of both inputs or of one. */
  binaryNotify<R, U>(
    right: Stream<R>,
    name: string,
    options: Omit<PlacedOptions, "interest">,
    body: BinaryNotifyBody<T, R, U>,
  ): Stream<U> {
    return this.binary<R, U>(right, name, { ...options, interest: "notifications" }, body);
  }

  /** `binary` for a body whose `frontier` is called with the input whose frontier has moved. */
  binaryFrontier<R, U>(
    right: Stream<R>,
    name: string,
    options: Omit<PlacedOptions, "interest">,
    body: BinaryFrontierBody<T, R, U>,
  ): Stream<U> {
    return this.binary<R, U>(right, name, { ...options, interest: "always" }, body);
  }

  /** Passes the stream through an operator with one input `in` and one output `out`. */
  apply<Config, I extends Ports[string], O extends Ports[string], Given>(
    operator:
      & OperatorDefinition<Config, { readonly in: I }, { readonly out: O }, Given>
      & Accepting<T, RecordOf<I>>,
    config: Given,
    options: Named = {},
  ): Stream<RecordOf<O>> {
    return this.through(operator, config, options);
  }
}

/** What an operator written in place declares, and the limits of its vertex. */
export interface PlacedOptions extends BodyOptions, Pick<Named, "limits"> {}

/** Nothing more when records of type `T` fit a port of `R`, else a type that says so. */
export type Accepting<T, R> = [T] extends [R] ? unknown
  : { readonly "the stream's records do not fit the operator's input": R };
