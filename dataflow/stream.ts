/**
 * Streams: typed outputs of vertices, on which dataflows are built fluently.
 *
 * @module
 */
import type { Time } from "../progress/time.ts";
import { aggregate, type AggregateOptions } from "../operators/aggregate.ts";
import { concat } from "../operators/concat.ts";
import type {
  AnyOperator,
  OperatorDefinition,
  Ports,
  RecordOf,
} from "../operators/contract/definition.ts";
import { count } from "../operators/count.ts";
import { delay } from "../operators/delay.ts";
import { distinct, type DistinctOptions } from "../operators/distinct.ts";
import { exchange } from "../operators/exchange.ts";
import { filter } from "../operators/filter.ts";
import { flatMap, type FlatMapFunction } from "../operators/flat_map.ts";
import {
  type BinaryBody,
  binaryOperator,
  type Body,
  type BodyOptions,
  unaryOperator,
} from "../operators/generic.ts";
import { inspect } from "../operators/inspect.ts";
import { join, type JoinOptions } from "../operators/join.ts";
import { map } from "../operators/map.ts";
import { output } from "../operators/output.ts";
import type { Source } from "./builder.ts";

/** Settings that every operator method takes. */
export interface Named {
  /** The vertex's name, for drawings, explanations and errors; the operator's name when left out. */
  readonly name?: string;
}

/** A named output of the dataflow, to be read where it runs. */
export class Output<T> {
  /** The vertex in the graph that it was made as. */
  readonly source: Source;
  /** Carries the record type; never set. */
  declare readonly record: T;

  /** Made by `stream.output`. */
  constructor(source: Source) {
    this.source = source;
  }
}

/** A probe of the dataflow: tells which times are complete at a stream, where it runs. */
export class Probe {
  /** What it follows. */
  readonly source: Source;
  /** Its index in the graph. */
  readonly index: number;

  /** Made by `stream.probe`. */
  constructor(source: Source, index: number) {
    this.source = source;
    this.index = index;
  }
}

/**
 * What an output of a vertex will send: records of type `T`, each batch with a time. Every method adds a
 * vertex to the graph and returns what comes out of it; the stream itself can be used again.
 *
 * @example
 * ```ts
 * import { dataflow, execute } from "meander";
 * import { expect } from "vitest";
 *
 * const program = dataflow("squares", (root) => {
 *   const numbers = root.input<number>("numbers");
 *   return { numbers, squares: numbers.map((n) => n * n).output("squares") };
 * });
 * await using run = execute(program);
 * run.handles.numbers.send([1, 2, 3]);
 * run.handles.numbers.close();
 * expect(await run.handles.squares.toArray()).toEqual([1, 4, 9]);
 * ```
 */
export class Stream<T> {
  /** Where in the graph it begins. */
  readonly source: Source;
  /** Carries the record type; never set. */
  declare readonly record: T;

  /** Made by the builder. */
  constructor(source: Source) {
    this.source = source;
  }

  /** Calls `f` once for each record and sends what it returns. */
  map<U>(f: (record: T) => U, options: Named = {}): Stream<U> {
    return this.#unary(map, { f }, options);
  }

  /** Keeps the records for which `predicate` returns something true. */
  filter<U extends T>(predicate: (record: T) => record is U, options?: Named): Stream<U>;
  filter(predicate: (record: T) => unknown, options?: Named): Stream<T>;
  filter(predicate: (record: T) => unknown, options: Named = {}): Stream<T> {
    return this.#unary(filter, { predicate }, options);
  }

  /**
   * Sends any number of records for each. `f` returns an iterable, or calls its second argument once for
   * each result. However much it makes, it gives way to what is downstream when its output budget is
   * spent; `range(from, to)` and iterators are even interrupted within one record.
   */
  flatMap<U>(f: FlatMapFunction<T, U>, options: Named = {}): Stream<U> {
    return this.#unary(flatMap, { f }, options);
  }

  /** Calls `f` for each record and passes everything on unchanged. */
  inspect(f: (record: T, time: Time) => void, options: Named = {}): Stream<T> {
    return this.#unary(inspect, { f }, options);
  }

  /** All records of this stream and of the others. */
  concat(...others: Stream<T>[]): Stream<T> {
    const made = addVertex(this.source, concat, {}, undefined);
    for (const stream of [this, ...others]) {
      made.builder.connect(stream.source, made.vertex, 0);
    }
    return new Stream<T>(made);
  }

  /** Sends each record to the worker that its key belongs to. With one worker it changes nothing. */
  exchange(key: (record: T) => unknown, options: Named = {}): Stream<T> {
    return this.#unary(exchange, { key }, options);
  }

  /** For each time with records, their number, once the time is complete. */
  count(options: Named = {}): Stream<number> {
    return this.#unary(count, {}, options);
  }

  /** The first record of each key; see {@linkcode DistinctOptions}. */
  distinct({ name, ...config }: DistinctOptions<T> & Named = {}): Stream<T> {
    return this.#unary(distinct, config, { name });
  }

  /** Pairs of records with equal keys; see {@linkcode JoinOptions}. */
  join<R, K, O>(right: Stream<R>, { name, ...config }: JoinOptions<T, R, K, O> & Named): Stream<O> {
    const made = addVertex(this.source, join, config, name);
    this.source.builder.connect(this.source, made.vertex, 0);
    made.builder.connect(right.source, made.vertex, 1);
    return new Stream<O>(made);
  }

  /** Folds the records of each time and key, and emits when the time is complete. */
  aggregate<K, A, O>({ name, ...config }: AggregateOptions<T, K, A, O> & Named): Stream<O> {
    return this.#unary(aggregate, config, { name });
  }

  /** Moves each record to the time that `f` gives, at or after its own, and sends it when that is complete. */
  delay(f: (record: T, time: Time) => Time, options: Named = {}): Stream<T> {
    return this.#unary(delay, { f }, options);
  }

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
  unary<U>(name: string, options: BodyOptions, body: Body<T, U>): Stream<U> {
    return this.#unary(unaryOperator(name, options, body), {}, { name });
  }

  /** An operator written in place, with inputs `left` (this stream) and `right`, and one output `out`. */
  binary<R, U>(
    right: Stream<R>,
    name: string,
    options: BodyOptions,
    body: BinaryBody<T, R, U>,
  ): Stream<U> {
    const made = addVertex(this.source, binaryOperator(name, options, body), {}, name);
    this.source.builder.connect(this.source, made.vertex, 0);
    made.builder.connect(right.source, made.vertex, 1);
    return new Stream<U>(made);
  }

  /** Follows the frontier of this stream: everything up to and including its vertex is then done. */
  probe(name = "probe"): Probe {
    return new Probe(this.source, this.source.builder.addProbe(this.source, name));
  }

  /** Makes the stream readable from outside, under a name that is unique in the dataflow. */
  output(name: string): Output<T> {
    const made = addVertex(this.source, output, {}, name, "output");
    this.source.builder.connect(this.source, made.vertex, 0);
    return new Output<T>(made);
  }

  /** Passes the stream through an operator with one input `in` and one output `out`. */
  apply<Config, I extends Ports[string], O extends Ports[string], Given>(
    operator:
      & OperatorDefinition<Config, { readonly in: I }, { readonly out: O }, Given>
      & Accepting<T, RecordOf<I>>,
    config: Given,
    options: Named = {},
  ): Stream<RecordOf<O>> {
    return this.#unary(operator, config, options);
  }

  #unary<U>(
    operator: AnyOperator,
    config: unknown,
    { name }: { name?: string | undefined },
  ): Stream<U> {
    const made = addVertex(this.source, operator, config, name);
    this.source.builder.connect(this.source, made.vertex, 0);
    return new Stream<U>(made);
  }
}

/** Adds a vertex to the scope of `like` and gives its first output. */
function addVertex(
  like: Source,
  operator: AnyOperator,
  config: unknown,
  name: string | undefined,
  kind: "operator" | "output" = "operator",
): Source {
  const { builder, scope } = like;
  const request = { operator, config, name, kind, scope, inputScope: scope, outputScope: scope };
  return { builder, vertex: builder.addVertex(request), output: 0, scope };
}

/** Nothing more when records of type `T` fit a port of `R`, else a type that says so. */
export type Accepting<T, R> = [T] extends [R] ? unknown
  : { readonly "the stream's records do not fit the operator's input": R };

/** The streams that come out of a vertex with named outputs. */
export type StreamsOf<Out extends Ports> = {
  readonly [K in keyof Out]: Stream<Out[K] extends { _zod: { output: infer T } } ? T : unknown>;
};
