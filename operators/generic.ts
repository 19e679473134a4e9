/**
 * Operators written in place: one or two inputs, one output, a function that makes the callbacks.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../progress/time.ts";
import type { Batch } from "./contract/batch.ts";
import {
  type AnyOperator,
  anyRecord,
  type Connection,
  defineOperator,
  type FrontierInterest,
  type OperatorContext,
  type OperatorDefinition,
  type Ports,
  type Progressed,
} from "./contract/definition.ts";
import type { Kept } from "./contract/kept.ts";
import type { OutputPort } from "./contract/output_port.ts";
import type { Pact } from "./contract/pact.ts";

/** What an operator written in place declares. */
export interface BodyOptions {
  /** How much it wants to know of its frontiers; `never` when left out. */
  readonly interest?: FrontierInterest | undefined;
  /** Which inputs reach the output; all when left out. */
  readonly connects?: readonly Connection[] | undefined;
  /** How each input's records are spread over workers. */
  readonly pacts?: Readonly<Record<string, Pact>> | undefined;
}

/** What the body of an operator with output `out` sees. */
export type BodyContext<U> =
  & Omit<OperatorContext<unknown, Record<never, never>>, "out" | "config">
  & {
    readonly out: { readonly out: OutputPort<U> };
  };

interface CommonHandlers {
  readonly notify?: (time: Time) => Progressed;
  readonly resume?: () => Progressed;
  readonly frontier?: (input: string) => Progressed;
  readonly close?: () => void;
  readonly snapshot?: () => unknown;
  readonly restore?: (state: unknown) => void;
  readonly size?: () => Kept;
}

/** Callbacks of an operator with one input. */
export interface BodyHandlers<T> extends CommonHandlers {
  readonly receive: (batch: Batch<T>) => Progressed;
}

/** Callbacks of an operator with two inputs. */
export interface BinaryHandlers<L, R> extends CommonHandlers {
  readonly receive: {
    readonly left: (batch: Batch<L>) => Progressed;
    readonly right: (batch: Batch<R>) => Progressed;
  };
}

/** Makes the callbacks of one instance with input `in`. */
export type Body<T, U> = (context: BodyContext<U>) => BodyHandlers<T>;
/** Makes the callbacks of one instance with inputs `left` and `right`. */
export type BinaryBody<L, R, U> = (context: BodyContext<U>) => BinaryHandlers<L, R>;

/** Makes callbacks among which is one for times that are complete. */
export type NotifyBody<T, U> = (
  context: BodyContext<U>,
) => BodyHandlers<T> & Required<Pick<CommonHandlers, "notify">>;
/** Makes callbacks among which is one for frontiers that move. */
export type FrontierBody<T, U> = (
  context: BodyContext<U>,
) => BodyHandlers<T> & Required<Pick<CommonHandlers, "frontier">>;
/** The same with inputs `left` and `right`. */
export type BinaryNotifyBody<L, R, U> = (
  context: BodyContext<U>,
) => BinaryHandlers<L, R> & Required<Pick<CommonHandlers, "notify">>;
/** The same with inputs `left` and `right`. */
export type BinaryFrontierBody<L, R, U> = (
  context: BodyContext<U>,
) => BinaryHandlers<L, R> & Required<Pick<CommonHandlers, "frontier">>;

/** Makes the callbacks of one instance with these inputs and outputs. */
export type PortsBody<In, Out extends Ports> = (
  context: Omit<OperatorContext<unknown, Out>, "config">,
) => CommonHandlers & {
  readonly receive: { readonly [K in keyof In]: (batch: Batch<In[K]>) => Progressed };
};

/** An operator with no configuration, input `in` and output `out`. */
export type Plain<T, U> = OperatorDefinition<
  Record<string, never>,
  { readonly in: z.ZodType<T> },
  { readonly out: z.ZodType<U> }
>;

/** An operator with input `in` and output `out` around a body. */
export function unaryOperator<T, U>(
  name: string,
  options: BodyOptions,
  body: Body<T, U>,
): Plain<T, U> {
  return defineOperator({
    ...declared(name, options),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: (context) => {
      const { receive, ...others } = body(context as unknown as BodyContext<U>);
      return { ...others, receive: { in: (batch) => receive(batch as Batch<T>) } };
    },
  }) as unknown as Plain<T, U>;
}

/** An operator with inputs `left` and `right` and output `out` around a body. */
export function binaryOperator<L, R, U>(
  name: string,
  options: BodyOptions,
  body: BinaryBody<L, R, U>,
): AnyOperator {
  return defineOperator({
    ...declared(name, options),
    inputs: { left: anyRecord, right: anyRecord },
    outputs: { out: anyRecord },
    create: (context) => body(context as unknown as BodyContext<U>) as never,
  });
}

/** An operator with any inputs and outputs around a body. */
export function operatorWithPorts<In, Out extends Ports>(
  name: string,
  { inputs, outputs, ...options }: BodyOptions & {
    readonly inputs: readonly string[];
    readonly outputs: Out;
  },
  body: PortsBody<In, Out>,
): AnyOperator {
  return defineOperator({
    ...declared(name, options),
    inputs: Object.fromEntries(inputs.map((input) => [input, anyRecord])),
    outputs,
    create: (context) => body(context) as never,
  });
}

function declared(name: string, { interest, connects, pacts }: BodyOptions) {
  return {
    name: /^[a-z][a-zA-Z0-9-]*$/.test(name) ? name : "generic",
    version: "0.0.0",
    summary: "An operator written in place",
    config: z.strictObject({}),
    ...(interest === undefined ? {} : { interest }),
    ...(connects === undefined ? {} : { connects }),
    ...(pacts === undefined ? {} : { pacts: () => pacts }),
  };
}
