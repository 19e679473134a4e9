/**
 * Sources written in place: a function that is called again and again, and sends.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Capability,
  defineOperator,
  type Handlers,
  type OperatorContext,
  type OperatorDefinition,
  type Ports,
} from "../contract/definition.ts";
import { MeanderError } from "../contract/fault.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { type PaceOptions, paceSchema } from "../contract/pace.ts";
import { timeSchema } from "../contract/schemas.ts";
import { type SavedSource, SourceDriver } from "./source_driver.ts";

/** What a source sees of the engine. */
export interface SourceContext<T> extends
  Pick<
    OperatorContext<unknown, Record<never, never>>,
    "name" | "worker" | "signal" | "later" | "after" | "drop"
  > {
  /** Where it sends: at the capability's time or later. */
  readonly out: OutputPort<T>;
  /** What it holds from the beginning to its end: `downgrade` says that what is before is over. */
  readonly capability: Capability;
  /** Has `next` called again after it said `"wait"`. It may be called at any time, outside of callbacks as well. */
  wake(): void;
  /** Whether everything up to `time` has passed the stream that paces it; an error when none does. */
  isDone(time: Time): boolean;
}

/**
 * What `next` says: `true` to be called again, at once or, when the output budget is spent, after what is
 * downstream; `"wait"` to be called again after `wake`; anything else that it has ended.
 */
export type SourceStep = boolean | "wait" | void;

/** What makes up one source. */
export interface SourceHandlers {
  /** Sends some records; see {@linkcode SourceStep}. It is synchronous, like every callback. */
  readonly next: () => SourceStep;
  /** The source will not be called again, however its dataflow ended: frees what it holds outside. */
  readonly close?: () => void;
  /** Where it is, as plain data; without it a restored source begins anew at the time that it had reached. */
  readonly snapshot?: () => unknown;
  /** Goes on where `snapshot` was, before the first `next`. */
  readonly restore?: (state: unknown) => void;
}

/** Makes one source on one worker: its callbacks, or only `next`. */
export type SourceBody<T> = (context: SourceContext<T>) => SourceHandlers | (() => SourceStep);

/** On which workers there is one. */
export type SourceWorkers = "first" | "all";

/** What a source is configured with. */
export interface SourceConfig {
  /** How much of what it sends may be on its way. */
  readonly pace?: PaceOptions | undefined;
}

/** A source with nothing but an output `out`. */
export type SourceOperator<T> = OperatorDefinition<
  SourceConfig,
  Record<never, never>,
  { readonly out: z.ZodType<T> }
>;

/** A source that is started by a record at `start` and paced by the frontier of `done`. */
export type PacedOperator<T> = OperatorDefinition<
  SourceConfig,
  { readonly start: z.ZodType<unknown>; readonly done: z.ZodType<unknown> },
  { readonly out: z.ZodType<T> }
>;

const savedSchema = z.strictObject({
  time: timeSchema,
  isEnded: z.boolean(),
  state: z.unknown().optional(),
}).nullable();

/** A source around a body; it has ended when its body says so, and not when the dataflow finds nothing to do. */
export function sourceOperator<T>(
  name: string,
  workers: SourceWorkers,
  body: SourceBody<T>,
): SourceOperator<T> {
  return defineOperator({
    ...declared(name),
    source: workers === "all" ? "split" : "pinned",
    inputs: {},
    create: (context) => {
      const driver = new SourceDriver(hostOf(context), body as SourceBody<never>);
      driver.begin();
      return { ...callbacksOf(driver), receive: {} };
    },
  }) as unknown as SourceOperator<T>;
}

/**
 * A source around a body that is at most so many epochs ahead of `done`. An operator with inputs has no right
 * of its own to begin with, so that a record at `start` brings it; nothing that arrives at `done` results in
 * anything, so that the two may make a loop.
 */
export function pacedOperator<T>(
  name: string,
  ahead: number,
  body: SourceBody<T>,
): PacedOperator<T> {
  return defineOperator({
    ...declared(name),
    inputs: { start: anyRecord, done: anyRecord },
    connects: [["start", "out"]],
    interest: "always",
    create: (context) => {
      const isDone = (time: Time) => context.isComplete("done", time);
      const mayGo = (time: Time) => (time as number) < ahead || isDone((time as number) - ahead);
      const host = { ...hostOf(context), isDone, mayGo };
      const driver = new SourceDriver(host, body as SourceBody<never>);
      return {
        ...callbacksOf(driver),
        receive: { start: () => driver.begin(), done: () => {} },
        frontier: (input: string) => input === "done" ? driver.released() : false,
      };
    },
  }) as unknown as PacedOperator<T>;
}

/** What a paced source is started by: one record at the least time, on the first worker or on each. */
export function starterOperator(workers: SourceWorkers): SourceOperator<unknown> {
  const body: SourceBody<unknown> = ({ out, capability }) => () => {
    out.push(capability.time, null);
    return false;
  };
  return sourceOperator("start", workers, body);
}

type Context = OperatorContext<unknown, { readonly out: z.ZodType<unknown> }>;

function hostOf(context: Context) {
  const { name, out, later, after, drop, worker } = context;
  return {
    name,
    worker,
    later,
    after,
    drop,
    out: out.out as OutputPort<never>,
    get signal(): AbortSignal {
      return context.signal;
    },
    retain: (time?: Time) => context.retain(time),
    isDone: (): boolean => {
      throw new MeanderError(
        "MEANDER_SOURCE",
        `Cannot tell what is done in source "${name}": no stream paces it`,
        { where: name, hint: "Give it the option done" },
      );
    },
    mayGo: () => true,
  };
}

function callbacksOf(driver: SourceDriver<never>): Omit<Handlers<Ports>, "receive"> {
  return {
    paced: driver,
    close: () => driver.close(),
    snapshot: () => driver.save(),
    restore: (state) => driver.load(state as SavedSource),
  };
}

function declared(name: string) {
  return {
    name: /^[a-z][a-zA-Z0-9-]*$/.test(name) ? name : "source",
    version: "0.0.0",
    summary: "A source written in place",
    config: z.strictObject({ pace: paceSchema.optional() }),
    outputs: { out: anyRecord },
    state: { version: 1, schema: savedSchema },
  };
}
