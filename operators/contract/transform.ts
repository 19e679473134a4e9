/**
 * The short form of an operator that keeps nothing: one batch in, at most one out, at the time
 * that its connection's summary gives (mostly the same).
 *
 * @module
 */
import { type Data, valuesOf } from "../../batches/data.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "./batch.ts";
import { MeanderError, show } from "./fault.ts";
import type { VertexContext } from "./context.ts";
import type { Handlers, Instance, Ports, Progressed } from "./definition.ts";

/**
 * What an operator does to the records of a batch when it has one input, one output, no state over
 * batches and no interest in frontiers. Because it can neither hold a time back nor send more than it
 * got, the engine may run several such vertices in a row, in one turn and without a mailbox between.
 */
export interface Transform<T = unknown, U = unknown> {
  /** How many results the last `apply` had. */
  readonly length: number;
  /** The record at which the last `apply` threw, −1 when it did not. */
  readonly faultIndex: number;
  /**
   * The results for the first `length` records. `data` itself means that all are passed on; a typed array
   * otherwise comes from the vertex's pool and belongs to the caller.
   */
  apply(data: Data<T>, length: number, time: Time): Data<U>;
}

/** The handler that runs a transform on its own. */
function receiverOf(
  transform: Transform,
  context: VertexContext,
): (batch: Batch<unknown>) => Progressed {
  return (batch) => {
    let data: Data<unknown>;
    try {
      data = transform.apply(batch.data, batch.length, batch.time);
    } catch (error) {
      throw transformFault(transform, context, batch.data, error);
    }
    sendResults(context, transform, batch, data);
  };
}

/** Sends what a transform has made of a batch, at the vertex's first output. */
export function sendResults(
  { outputs: [port] }: VertexContext,
  { length }: Transform,
  batch: Batch<unknown>,
  data: Data<unknown>,
): void {
  const time = port.right!;
  if (data === batch.data) port.forward(batch, time);
  else port.sendBuffer(time, data, length);
}

/** The callbacks of an instance, in whichever form its operator made it. */
export function handlersOf(instance: Instance<Ports>, context: VertexContext): Handlers<Ports> {
  if (typeof instance !== "object" || instance === null) throw noHandlers(context, show(instance));
  if (!("transform" in instance)) return checked(instance, context);
  requireWay(context);
  return { receive: { [context.inputs[0]]: receiverOf(instance.transform, context) } };
}

/** Refuses a transform whose results could go nowhere. */
export function requireWay(context: VertexContext): void {
  if (context.reaches(0, 0)) return;
  throw new MeanderError(
    "MEANDER_OPERATOR",
    `Cannot run "${context.name}" as a transform: it sends what it gets, and its connects declares ` +
      `no way from "${context.inputs[0]}" to "${context.outputs[0]?.name}"`,
    { where: context.name, hint: "Declare the connection, or write callbacks" },
  );
}

/** A missing callback is found when a vertex is made, and not with its first batch. */
function checked(instance: Handlers<Ports>, context: VertexContext): Handlers<Ports> {
  const receive: unknown = instance.receive;
  for (const input of context.inputs) {
    const has = typeof receive === "object" && receive !== null && Object.hasOwn(receive, input) &&
      typeof (receive as Record<string, unknown>)[input] === "function";
    if (!has) throw noHandlers(context, `no receive callback for input "${input}"`);
  }
  return instance;
}

function noHandlers(context: VertexContext, what: string): MeanderError {
  return new MeanderError(
    "MEANDER_OPERATOR",
    `Cannot run "${context.name}": its create returned ${what}`,
    {
      where: context.name,
      hint: `It returns { receive: { ${
        context.inputs.map((input) => `${input}(batch) {…}`).join(", ")
      } } }`,
    },
  );
}

/** The error for a transform that threw: it names the record when the transform knows which it was. */
export function transformFault(
  { faultIndex }: Transform,
  context: VertexContext,
  data: Data<unknown>,
  error: unknown,
): unknown {
  return faultIndex < 0 ? error : context.blame(error, valuesOf(data)[faultIndex]);
}
