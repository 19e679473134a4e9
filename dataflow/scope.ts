/**
 * Scopes of a dataflow that is being described: the root, loops, regions.
 *
 * @module
 */
import { concat } from "../operators/routes/concat.ts";
import { egress } from "../operators/system/egress.ts";
import { feedback } from "../operators/system/feedback.ts";
import { ingress } from "../operators/system/ingress.ts";
import { input, type InputConfig } from "../operators/system/input.ts";
import type {
  AnyOperator,
  OperatorDefinition,
  Ports,
  RecordOf,
} from "../operators/contract/definition.ts";
import type { OutputLimits } from "../operators/contract/limits.ts";
import { operatorWithPorts, type PortsBody } from "../operators/generic.ts";
import type { Replayable } from "../operators/capture/event.ts";
import type { AsyncRecords } from "../operators/sources/from_async.ts";
import type { SourceBody } from "../operators/sources/source.ts";
import type { Collection } from "../operators/sources/to_stream.ts";
import type { Time } from "../progress/time.ts";
import type { GraphBuilder, Source } from "./builder.ts";
import type { OperatorOrigin } from "./graph.ts";
import { type FeedbackOptions, Input, LoopVariable } from "./fed.ts";
import { replayInto, type ReplayOptions } from "./capture.ts";
import { iterate, type IterateOptions } from "./iterate.ts";
import {
  type AsyncOptions,
  type CollectionOptions,
  fromAsync,
  source,
  type SourceOptions,
  toStream,
} from "./sources.ts";
import { type Named, type PlacedOptions, Stream, type StreamsOf } from "./stream.ts";

/** How a vertex with several ports is placed. */
export interface VertexOptions<Given, In extends Ports> {
  /** The operator's configuration. */
  readonly config: Given;
  /** What each input reads: one stream, or several that are united. */
  readonly inputs: {
    readonly [K in keyof In]: Stream<RecordOf<In[K]>> | readonly Stream<RecordOf<In[K]>>[];
  };
  /** The vertex's name; the operator's name when left out. */
  readonly name?: string | undefined;
  /** Limits of its outputs; as for the whole engine when left out. */
  readonly limits?: OutputLimits | undefined;
  /** Where it was written, for messages, when that is not where this is called: a line of a spec. */
  readonly writtenAt?: string | undefined;
  /** Which plugin the operator is of, so that the vertex says which bytes it runs. */
  readonly origin?: OperatorOrigin | undefined;
}

/** The record types of streams by name. */
type RecordsOf<In> = {
  readonly [K in keyof In]: In[K] extends Stream<infer T> ? T
    : In[K] extends readonly Stream<infer T>[] ? T
    : never;
};

type Placing = Named & Pick<VertexOptions<never, Ports>, "writtenAt" | "origin">;

// deno-lint-ignore no-explicit-any
type AnyStream = Stream<any>;

/** A place to put vertices. */
export class Scope {
  readonly #builder: GraphBuilder;
  readonly #id: number;

  /** Made by `dataflow`, `loop` and `region`. */
  constructor(builder: GraphBuilder, id: number) {
    this.#builder = builder;
    this.#id = id;
  }

  /** How many coordinates times have here. */
  get depth(): number {
    return this.#builder.scopes[this.#id].depth;
  }

  /**
   * A loop: times inside have one more coordinate, the iteration. Streams come in with `loop.enter`, go
   * round with `loop.feedback`, and come out with `loop.leave`.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * // Halves even numbers until none is left; each odd number leaves at once.
   * const program = dataflow("halving", (root) => {
   *   const numbers = root.input<number>("numbers");
   *   const odd = root.loop("halve", (loop) => {
   *     const again = loop.feedback<number>();
   *     const all = loop.enter(numbers).concat(again);
   *     again.connect(all.filter((n) => n % 2 === 0).map((n) => n / 2));
   *     return loop.leave(all.filter((n) => n % 2 === 1));
   *   });
   *   return { numbers, odd: odd.output("odd") };
   * });
   * await using run = execute(program);
   * run.handles.numbers.send([12, 7, 8]);
   * run.handles.numbers.close();
   * expect((await run.handles.odd.toArray()).sort()).toEqual([1, 3, 7]);
   * ```
   */
  loop<R>(name: string, body: (loop: LoopScope) => R): R {
    return body(this.nested("loop", name));
  }

  /** A scope in this one whose times have one more coordinate. A gate's is for {@linkcode faucet} only. */
  nested(kind: "loop" | "gate", name: string): LoopScope {
    return new LoopScope(this.#builder, this.#builder.addScope(kind, this.#id, name), this.#id);
  }

  /** A named box for drawings and paths. Times are the same inside, and streams cross freely. */
  region<R>(name: string, body: (region: Scope) => R): R {
    return body(new Scope(this.#builder, this.#builder.addScope("region", this.#id, name)));
  }

  /** The stream, with what is built on it placed in this scope; for regions. */
  within<T>(stream: Stream<T>): Stream<T> {
    const stays = this.#builder.checkWithin(stream.source, this.#id);
    return stays ? new Stream<T>({ ...stream.source, scope: this.#id }) : stream;
  }

  /** Closes a loop in this scope. At the root it adds to the last coordinate of the root's times. */
  feedback<T>({ name, ...options }: FeedbackOptions = {}): LoopVariable<T> {
    const config = { depth: this.depth, ...options };
    return new LoopVariable<T>(
      this.#add(feedback, config, { name }, "feedback", this.#id, this.#id),
    );
  }

  /** Places any operator, its ports connected by name. */
  vertex<Config, In extends Ports, Out extends Ports, Given>(
    operator: OperatorDefinition<Config, In, Out, Given>,
    options: VertexOptions<Given, In>,
  ): StreamsOf<Out> {
    const { config, inputs, ...named } = options;
    const made = this.#add(operator, config, named, "operator", this.#id, this.#id);
    this.#builder.checkPorts(made.vertex, Object.keys(inputs));
    Object.keys(operator.inputs).forEach((port, index) => {
      const given = inputs[port];
      const streams = given instanceof Stream ? [given] : given ?? [];
      for (const stream of streams) this.#builder.connect(stream.source, made.vertex, index);
    });
    const { outputs } = this.#builder.vertices[made.vertex].operator;
    return Object.fromEntries(
      Object.keys(outputs).map((port, output) => [port, new Stream({ ...made, output })]),
    ) as StreamsOf<Out>;
  }

  /**
   * An operator written in place with any number of named inputs and outputs. What a batch at an input can
   * result in is declared by `connects`: every input reaches every output when it is left out.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   * import { z } from "zod";
   *
   * // Numbers pass while the gate is open; what the gate is told results in nothing by itself.
   * const program = dataflow("gate", (root) => {
   *   const numbers = root.input<number>("numbers");
   *   const gate = root.input<boolean>("gate");
   *   const { passed, stopped } = root.operator("gate", {
   *     inputs: { numbers, gate },
   *     outputs: { passed: z.number(), stopped: z.number() },
   *     connects: [["numbers", "passed"], ["numbers", "stopped"]],
   *   }, ({ out }) => {
   *     let isOpen = true;
   *     return {
   *       receive: {
   *         numbers: (batch) => (isOpen ? out.passed : out.stopped).forward(batch),
   *         gate(batch) {
   *           for (const told of batch) isOpen = told;
   *         },
   *       },
   *     };
   *   });
   *   return { numbers, gate, passed: passed.output("passed"), stopped: stopped.output("stopped") };
   * });
   * await using run = execute(program);
   * const { numbers, gate, passed, stopped } = run.handles;
   * numbers.send([1, 2]);
   * await run.idle();
   * gate.send([false]);
   * gate.close();
   * await run.idle();
   * numbers.send([3]);
   * numbers.close();
   * expect(await passed.toArray()).toEqual([1, 2]);
   * expect(await stopped.toArray()).toEqual([3]);
   * ```
   */
  operator<
    In extends Readonly<Record<string, AnyStream | readonly AnyStream[]>>,
    Out extends Ports,
  >(
    name: string,
    options: PlacedOptions & { readonly inputs: In; readonly outputs: Out },
    body: PortsBody<RecordsOf<In>, Out>,
  ): StreamsOf<Out> {
    const operator = operatorWithPorts(
      name,
      { ...options, inputs: Object.keys(options.inputs) },
      body,
    );
    const { inputs, limits } = options;
    return this.vertex(operator, { config: {}, inputs, name, limits }) as StreamsOf<Out>;
  }

  /**
   * Lets the records of each time go through `body` again and again, as one collection: a number of times, or
   * until a round changes nothing. Each time leaves with its result as soon as that is known, whatever
   * other times do.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * // Every number goes half of the way to the next lower multiple of ten.
   * const program = dataflow("settling", (root) => {
   *   const numbers = root.input<number>("numbers");
   *   const settled = root.iterate(numbers, { untilFixpoint: true }, (records) =>
   *     records.map((n) => n - Math.ceil((n % 10) / 2)));
   *   return { numbers, settled: settled.output("settled") };
   * });
   * await using run = execute(program);
   * run.handles.numbers.send([27, 40, 3]);
   * run.handles.numbers.close();
   * expect((await run.handles.settled.toArray()).sort((a, b) => a - b)).toEqual([0, 20, 40]);
   * ```
   */
  iterate<T>(
    stream: Stream<T>,
    options: IterateOptions,
    body: (records: Stream<T>, loop: LoopScope) => Stream<T>,
  ): Stream<T> {
    return iterate(this, stream, options, body);
  }

  /** All records of any number of streams; of none it is a stream that is closed. */
  concatenate<T>(streams: readonly Stream<T>[], options: Named = {}): Stream<T> {
    const { name = "concatenate", limits } = options;
    const placed = { config: {}, inputs: { in: streams }, name, limits };
    return this.vertex(concat, placed).out as Stream<T>;
  }

  /** A source written in place; see {@linkcode SourceOptions} for how it is paced. */
  source<T>(name: string, options: SourceOptions, body: SourceBody<T>): Stream<T> {
    return source(this, name, options, body);
  }

  /** The records of a collection, at the least time. */
  toStream<T>(collection: Collection<T>, options: CollectionOptions = {}): Stream<T> {
    return toStream(this, collection, options);
  }

  /** Records that come one by one, of anything that can be iterated with `for await`. */
  fromAsync<T>(records: AsyncRecords<T>, options: AsyncOptions<T> = {}): Stream<T> {
    return fromAsync(this, records, options);
  }

  /** What logs that were captured have in them: their records at their times, complete when they were. */
  replay<T>(
    logs: Replayable<T> | readonly Replayable<T>[],
    options: ReplayOptions = {},
  ): Stream<T> {
    return replayInto(this, logs, options);
  }

  /** For subclasses: adds a vertex whose ports may lie in two scopes. */
  protected cross(
    operator: AnyOperator,
    stream: AnyStream,
    kind: "ingress" | "egress",
    scopes: { readonly inputs: number; readonly outputs: number },
    options: Named,
  ): Source {
    const depth = this.#builder.scopes[scopes.inputs].depth;
    const made = this.#add(operator, { depth }, options, kind, scopes.inputs, scopes.outputs);
    this.#builder.connect(stream.source, made.vertex, 0);
    return made;
  }

  #add(
    operator: AnyOperator,
    config: unknown,
    { name, limits, writtenAt, origin }: Placing,
    kind: "operator" | "ingress" | "egress" | "feedback",
    inputScope: number,
    outputScope: number,
  ): Source {
    const vertex = this.#builder.addVertex({
      operator,
      config,
      name,
      limits,
      kind,
      scope: this.#id,
      inputScope,
      outputScope,
      writtenAt,
      origin,
    });
    return { builder: this.#builder, vertex, output: 0, scope: outputScope };
  }
}

/** The scope of a whole dataflow. */
export class RootScope extends Scope {
  readonly #root: GraphBuilder;

  /** Made by `dataflow`. */
  constructor(builder: GraphBuilder) {
    super(builder, 0);
    this.#root = builder;
  }

  /**
   * A stream that is fed from outside, under a name that is unique in the dataflow. With several workers
   * its records come in on the first one, or, with `source: "split"`, on all of them in turn.
   */
  input<T>(name: string, config: Partial<InputConfig> = {}): Input<T> {
    const vertex = this.#root.addVertex({
      operator: input,
      config,
      name,
      kind: "input",
      scope: 0,
      inputScope: 0,
      outputScope: 0,
    });
    return new Input<T>({ builder: this.#root, vertex, output: 0, scope: 0 });
  }
}

/** A loop scope: times have one more coordinate than around it. */
export class LoopScope extends Scope {
  readonly #id: number;
  readonly #outer: number;

  /** Made by `loop`. */
  constructor(builder: GraphBuilder, id: number, outer: number) {
    super(builder, id);
    this.#id = id;
    this.#outer = outer;
  }

  /** Brings a stream in: its times get the iteration 0. */
  enter<T>(stream: Stream<T>, options: Named = {}): Stream<T> {
    const scopes = { inputs: this.#outer, outputs: this.#id };
    return new Stream<T>(this.cross(ingress, stream, "ingress", scopes, options));
  }

  /**
   * Brings a stream in, each record at the iteration that `f` gives. Records wait for their epoch to be complete
   * outside, and then go in, earlier iterations first.
   */
  enterAt<T>(
    stream: Stream<T>,
    f: (record: T, time: Time) => number,
    options: Named = {},
  ): Stream<T> {
    const entered = this.enter(stream);
    // The functions of users see the times of the scope around, where the record comes from.
    const at = (record: T, time: Time) => {
      const outside = (time as readonly number[]).slice(0, -1);
      return [...outside, f(record, outside.length === 1 ? outside[0] : outside)];
    };
    return entered.delay(at, { name: options.name ?? "enterAt", limits: options.limits });
  }

  /** `feedback` under Timely's name; `stream.connectLoop(variable)` closes the loop. */
  loopVariable<T>(options: FeedbackOptions = {}): LoopVariable<T> {
    return this.feedback<T>(options);
  }

  /** Takes a stream out: its times lose the iteration. */
  leave<T>(stream: Stream<T>, options: Named = {}): Stream<T> {
    const scopes = { inputs: this.#id, outputs: this.#outer };
    return new Stream<T>(this.cross(egress, stream, "egress", scopes, options));
  }
}
