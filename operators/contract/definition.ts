/**
 * What an operator is, and what it sees of the engine. `docs/design/0001-operator-contract.md` says why it
 * is as it is.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import type { Summary } from "../../progress/summary.ts";
import type { OperatorExample, OperatorTypes } from "./description.ts";
import type { Batch } from "./batch.ts";
import type { Kept } from "./kept.ts";
import type { OutputPort } from "./output_port.ts";
import type { PacedSource } from "./pace.ts";
import type { Pact } from "./pact.ts";
import type { State, StateOptions } from "./state.ts";
import type { Transform } from "./transform.ts";
import type { BufferPool } from "../../batches/pool.ts";

/** Named ports, each with the schema of its records. */
export type Ports = Readonly<Record<string, z.ZodType>>;

/** The record type of a port's schema. */
export type RecordOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : never;

/**
 * How much a vertex wants to know of its input frontiers. Ports of a vertex that never asks cost the
 * progress tracker nothing.
 *
 * - `never`: it takes batches only.
 * - `notifications`: it may call `notifyAt`, keep state over times, and read its frontiers.
 * - `always`: its `frontier` handler is called after every change as well.
 */
export type FrontierInterest = "never" | "notifications" | "always";

/**
 * An input port, an output port, and how times move from one to the other (the identity when left out).
 * A pair that is not listed is not connected: nothing that arrives at the input can result at the output.
 */
export type Connection = readonly [input: string, output: string, summary?: Summary];

/** Which ports a notification looks at, and what right it keeps until it was delivered. */
export interface NotifyOptions {
  /** The time of the right it keeps (at or after the notification's own); `"none"` keeps no right to send. */
  readonly capability?: Time | "none" | undefined;
  /** The inputs that must be complete; all of them when left out. */
  readonly inputs?: readonly string[] | undefined;
  /** The outputs on which the right is kept; all of them when left out. */
  readonly outputs?: readonly string[] | undefined;
}

/** A right to send at its time or later, kept beyond the callback. Nobody can make one but by `retain`. */
export interface Capability extends Disposable {
  /** The earliest time it allows. */
  readonly time: Time;
  /** Whether it was dropped or used up. */
  readonly isDropped: boolean;
  /** A second capability at `time` or, when given, at a later one. Errors when `time` is not later. */
  delayed(time?: Time): Capability;
  /** Gives up everything that is not ≥ `time`. Errors when `time` is not ≥ its own. */
  downgrade(time: Time): void;
  /** Gives the right up. Dropping twice does nothing. */
  drop(): void;
}

/** A worker among all of its engine. */
export interface Place {
  /** From 0. */
  readonly index: number;
  /** How many workers there are. */
  readonly count: number;
}

/** What an operator instance (a vertex) sees of the engine. */
export interface OperatorContext<Config, Out extends Ports> {
  /** The checked configuration. */
  readonly config: Config;
  /** The vertex's name, for messages. */
  readonly name: string;
  /** The outputs by name. */
  readonly out: { readonly [K in keyof Out]: OutputPort<RecordOf<Out[K]>> };
  /** Pooled buffers, for operators that build columns themselves. */
  readonly pool: BufferPool;
  /** Which worker this shard of the vertex is on, from 0, and how many there are: a source that is split needs it. */
  readonly worker: Place;
  /**
   * Asks for one `notify(time)` once `time` is complete on the inputs. Until that callback has returned
   * the vertex keeps the right to send at `time`. Asking twice for the same is asking once; a time
   * that is complete already is delivered in a later turn.
   */
  notifyAt(time: Time, options?: NotifyOptions): void;
  /** Keeps a right to send at `time` (the callback's own time when left out) on every output, or the named. */
  retain(time?: Time, outputs?: readonly string[]): Capability;
  /** Whether no more records at or before `time` can arrive at the input. */
  isComplete(input: string, time: Time): boolean;
  /** The minimal times that may still arrive at the input; empty when it is closed. */
  frontier(input: string): readonly Time[];
  /** One state for each prefix of a time, dropped by the engine when that prefix is complete. */
  state<S>(options: StateOptions<S>): State<S>;
  /**
   * Puts a task into the vertex's own mailbox: it runs as a callback of its own, in a later turn. It is
   * how the result of I/O comes back, and may be called at any time, outside of callbacks as well. A
   * task has no right of its own: retain a capability before the work is started. Once the dataflow
   * has ended tasks are ignored.
   */
  later(task: () => Progressed): void;
  /**
   * Runs a task like `later` does, when so many milliseconds have passed by the engine's clock; what it
   * returns takes that back. It holds no time open, and a dataflow that is done does not wait for it:
   * retain a capability for what the task is to send. Once the dataflow has ended nothing is left of it.
   */
  after(delayMs: number, task: () => Progressed): () => void;
  /**
   * Stops all vertices and inputs that send to it, on this worker and, as their edges run out of credit, on
   * others, until it is called with `false`. (Of an input of a dataflow with priorities only its pace is heeded.) They stop between two callbacks, so that something more may come. The
   * definition says `holdsBack: true`. Who holds back has to be able to go on without anything more coming.
   */
  holdBack(isHeld: boolean): void;
  /** Aborted when the dataflow ends in any way: give it to the I/O that is started. */
  readonly signal: AbortSignal;
  /** Counts records that go no further, with the reason, so that none is lost in silence. */
  drop(records: number, reason: string): void;
  /** Names the record at which the user's function threw; throw what it returns. */
  blame(error: unknown, record: unknown): Error;
}

/**
 * What a callback returns: nothing when it is done, `true` when the output budget was spent and there is
 * more to do. The engine then lets downstream vertices run first and calls `resume` until it is done.
 */
export type Progressed = void | boolean;

/**
 * What `create` returns: callbacks by port, or a transform for an operator with one input and one output
 * that keeps nothing.
 */
export type Instance<In extends Ports> = Handlers<In> | TransformInstance;

/** The short form; see {@linkcode Transform}. */
export interface TransformInstance {
  /** What it does to the records of a batch. */
  readonly transform: Transform;
}

/** The callbacks of one operator instance. They are synchronous, and only one runs at a time. */
export interface Handlers<In extends Ports> {
  /** One callback for each input port. */
  readonly receive: { readonly [K in keyof In]: (batch: Batch<RecordOf<In[K]>>) => Progressed };
  /** A requested time is complete. */
  readonly notify?: (time: Time) => Progressed;
  /** Goes on where a callback or a task gave way by returning `true`. */
  readonly resume?: () => Progressed;
  /** The frontier of an input moved; only with `interest: "always"`. */
  readonly frontier?: (input: string) => Progressed;
  /** The vertex will not be called again, however its dataflow ended: frees what it holds outside. */
  readonly close?: () => void;
  /**
   * The state as plain data, matching `state.schema` of the definition. It is asked for between callbacks,
   * never while the vertex has given way, so that what an emission has left needs no place in it.
   */
  readonly snapshot?: () => unknown;
  /**
   * Takes a state that `snapshot` gave, in a fresh instance before any other callback. The rights that were
   * held then are there for this one call: what is still needed is retained again.
   */
  readonly restore?: (state: unknown) => void;
  /**
   * What the instance keeps besides what is in `context.state`, for whoever asks where the memory is. It is
   * called between callbacks, often, and must not take long or change anything; `keptIn` does it for most.
   * It says 0 records when all times are complete, but for what is kept forever.
   */
  readonly size?: () => Kept;
  /** A source that is called only while it may be: it is given what tells it so. */
  readonly paced?: PacedSource;
}

/**
 * An operator: who it is, what it accepts, what it does. `Given` is what its user writes as configuration,
 * `Config` what the schema makes of it: with defaults filled in, for example.
 */
export interface OperatorDefinition<Config, In extends Ports, Out extends Ports, Given = Config> {
  /** Unique within its plugin, in lower case. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  /** One sentence for listings. */
  readonly summary: string;
  /** More of it, in Markdown: what a user has to know to choose and configure it. */
  readonly docs?: string;
  /** A small use, as a spec writes it. */
  readonly example?: OperatorExample;
  /** How the types of records move through it. */
  readonly types?: OperatorTypes;
  /** The configuration's schema; types and checks come from it. */
  readonly config: z.ZodType<Config, Given>;
  /** Input ports. Several edges may end at one port. */
  readonly inputs: In;
  /** Output ports. */
  readonly outputs: Out;
  /**
   * Of an operator whose outputs depend on its configuration: the outputs under one, in place of `outputs`.
   * It is given a checked configuration, or one as a spec has written it; `undefined` when that does not say.
   */
  readonly outputsFor?: (config: unknown) => Ports | undefined;
  /** Defaults to `never`. */
  readonly interest?: FrontierInterest | ((config: Config) => FrontierInterest);
  /** Which inputs reach which outputs; every input every output when left out, none when empty. */
  readonly connects?: readonly Connection[] | ((config: Config) => readonly Connection[]);
  /**
   * Inputs at which what the vertex itself has brought about comes back. Nobody is ever held back because of
   * an edge into one of them: the vertex would wait for itself.
   */
  readonly comesBack?: readonly string[];
  /**
   * Inputs that close a cycle, as a feedback's does: messages to them wait until all other work is done. Without
   * that, what goes round would overtake what was sent on the same edge before. What comes there comes back,
   * too.
   */
  readonly deferred?: readonly string[];
  /** Whether it may stop those who send to its other inputs: see `holdBack` of the context. */
  readonly holdsBack?: boolean;
  /**
   * The most records that it sends before what is downstream has its turn; `undefined` leaves that to the limits of
   * the vertex or the engine. It sends by `push`, `pushRows` and `pushRange`, and stops at `isFull`.
   */
  readonly sendsAtMost?: (config: Config) => number | undefined;
  /** How each input's records are spread over workers; `pipeline` where left out. */
  readonly pacts?: (config: Config) => { readonly [K in keyof In]?: Pact };
  /**
   * Of an operator without inputs: whether the first worker alone runs it (`pinned`, the default), or every
   * worker an instance that makes its share (`split`; `context.worker` tells which).
   */
  readonly source?: "pinned" | "split";
  /**
   * Said of an operator in the short form (`transform`) whose result for a record depends on that record, its time
   * and the configuration alone: what it makes of a batch is then what it makes of its records, one after the other.
   * It lets `onError` of a spec leave out a record at which it throws; others of the batch may be worked on twice.
   */
  readonly records?: "one by one";
  /** The form of its snapshots. `version` grows when the form changes. */
  readonly state?: { readonly version: number; readonly schema: z.ZodType };
  /**
   * Makes one instance. At an output that no input reaches (and so at all those of a source, which has no
   * inputs) it has here, and only here, a right at the least time, which it may send at and retain. With
   * several workers that is so on the first one, and on the others for a source that is split.
   */
  readonly create: (context: OperatorContext<Config, Out>) => Instance<In>;
}

/** What may be left out because it has a default. */
export type Defaults<Config, Keys extends keyof Config> =
  & Omit<Config, Keys>
  & { readonly [K in Keys]?: Config[K] | undefined };

/** An operator with one input `in` and one output `out` of records of any type. */
export type UnaryOperator<Config, Given = Config> = OperatorDefinition<
  Config,
  { readonly in: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown> },
  Given
>;

/** Any operator, for collections of them. */
// deno-lint-ignore no-explicit-any
export type AnyOperator = OperatorDefinition<any, any, any, any>;

/** Records of any type, on a port that does not look into them. */
export const anyRecord: z.ZodType<unknown> = z.unknown();

/**
 * A user's function in a configuration. `parameters` names what it is called with, for documentation and
 * for texts in specs, which are compiled to a function before the configuration is checked.
 *
 * @example
 * ```ts
 * import { expression } from "meander";
 * import { expect } from "vitest";
 *
 * const schema = expression<(record: number) => boolean>("record");
 * expect(schema.safeParse((n: number) => n > 0).success).toBe(true);
 * expect(schema.safeParse("record > 0").success).toBe(false);
 * ```
 */
export function expression<F extends (...args: never[]) => unknown>(
  ...parameters: string[]
): z.ZodType<F, F> {
  return z.custom<F>((value) => typeof value === "function", {
    error: `expected a function of (${parameters.join(", ")})`,
  }).meta({ expression: parameters }) as z.ZodType<F, F>;
}

/**
 * Checks the fixed parts of a definition and freezes it; the identity otherwise. It exists for the types:
 * a missing handler or a port used under a wrong name does not compile.
 *
 * @throws {TypeError} when the name or the version is not well formed.
 * @example
 * ```ts
 * import { anyRecord, defineOperator } from "meander";
 * import { z } from "zod";
 * import { expect } from "vitest";
 *
 * const pass = defineOperator({
 *   name: "pass", version: "1.0.0", summary: "Passes every batch on",
 *   config: z.strictObject({}),
 *   inputs: { in: anyRecord }, outputs: { out: anyRecord },
 *   create: ({ out }) => ({ receive: { in: (batch) => out.out.forward(batch) } }),
 * });
 * expect(pass.name).toBe("pass");
 * ```
 */
export function defineOperator<Config, In extends Ports, Out extends Ports, Given = Config>(
  definition: OperatorDefinition<Config, In, Out, Given>,
): OperatorDefinition<Config, In, Out, Given> {
  if (!/^[a-z][a-zA-Z0-9-]*$/.test(definition.name)) {
    throw new TypeError(
      `MEANDER_OPERATOR  Cannot define an operator named "${definition.name}": a name starts with a ` +
        `lower-case letter and has letters, digits and hyphens only`,
    );
  }
  if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(definition.version)) {
    throw new TypeError(
      `MEANDER_OPERATOR  Cannot define operator "${definition.name}" at version ` +
        `"${definition.version}": a version is major.minor.patch`,
    );
  }
  return Object.freeze({ ...definition });
}
