/**
 * Operators that leave out the records at which they throw, where one that throws would end its dataflow. That is
 * possible for the short form alone (`transform`): it keeps nothing, so that nothing is lost with what it throws.
 *
 * @module
 */
import { valuesOf } from "../batches/data.ts";
import type { Batch } from "../operators/contract/batch.ts";
import type { VertexContext } from "../operators/contract/context.ts";
import {
  type AnyOperator,
  anyRecord,
  type Connection,
  type Handlers,
  type Instance,
  type Ports,
} from "../operators/contract/definition.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { reasonFor, Reasons } from "../operators/contract/reasons.ts";
import { requireWay, sendResults, type Transform } from "../operators/contract/transform.ts";

/** What becomes of a record at which an operator throws: it is counted as dropped, or sent to `FAILED`. */
export type Tolerance = "skip" | "deadLetter";

/** The output of records that failed, as {@linkcode FailedRecord}. No port of a manifest can be called so. */
export const FAILED = ".failed";

/** A record that failed, with the reason. */
export interface FailedRecord {
  readonly reason: string;
  readonly record: unknown;
}

const tolerances = new WeakMap<AnyOperator, Tolerance>();
const tolerating = new WeakSet<object>();

/** The operator, leaving out the records at which it throws. What it is was declared by its `records`. */
export function tolerant(operator: AnyOperator, tolerance: Tolerance): AnyOperator {
  const made: AnyOperator = Object.freeze({
    ...operator,
    ...(tolerance === "skip" ? {} : withFailed(operator)),
    create: (context) => {
      const instance = operator.create(context);
      if (typeof instance === "object" && instance !== null && tolerating.has(instance)) {
        return instance;
      }
      const account = context as unknown as VertexContext;
      return asTolerating(handlersFor(transformOf(instance, account), account, tolerance));
    },
  });
  tolerances.set(made, tolerance);
  return made;
}

/** How an operator was made tolerant; `undefined` for one that was not. */
export function toleranceOf(operator: AnyOperator): Tolerance | undefined {
  return tolerances.get(operator);
}

/** Says of an instance that somebody leaves out records for it already, as another process does. */
export function asTolerating<T extends object>(instance: T): T {
  tolerating.add(instance);
  return instance;
}

/** Whether an instance keeps nothing between callbacks, so that another one can go on in its place. */
export function keepsNothing(instance: Instance<Ports>): boolean {
  return "transform" in instance || tolerating.has(instance);
}

function withFailed(
  { inputs, outputs, connects }: AnyOperator,
): Pick<AnyOperator, "outputs" | "connects"> {
  const [input] = Object.keys(inputs);
  const [output] = Object.keys(outputs);
  // Where its results go in time, what failed goes as well.
  const also = (pairs: readonly Connection[]): readonly Connection[] => [
    ...pairs,
    ...pairs.filter(([from, to]) => from === input && to === output)
      .map(([from, _to, summary]): Connection =>
        summary === undefined ? [from, FAILED] : [from, FAILED, summary]
      ),
  ];
  return {
    outputs: { ...outputs, [FAILED]: anyRecord },
    ...(connects === undefined ? {} : {
      connects: typeof connects === "function"
        ? (config: unknown) => also(connects(config))
        : also(connects),
    }),
  };
}

function transformOf(instance: Instance<Ports>, context: VertexContext): Transform {
  const { name, inputs, outputs } = context;
  const others = outputs.filter((output) => output.name !== FAILED);
  const isShort = typeof instance === "object" && instance !== null && "transform" in instance;
  if (!isShort || inputs.length !== 1 || others.length !== 1) {
    throw new MeanderError(
      "MEANDER_OPERATOR",
      `Cannot leave out records at which "${name}" throws: its operator says that it works record by ` +
        `record, and its create returned no transform, or it has more than one input and output`,
      { where: name, hint: "Leave out onError, and tell the operator's author" },
    );
  }
  requireWay(context);
  return instance.transform;
}

/** In the order of the outputs: the operator's own one, and that of what failed. */
function handlersFor(
  transform: Transform,
  context: VertexContext,
  tolerance: Tolerance,
): Handlers<Ports> {
  const [input] = context.inputs;
  const singly = new Singly(transform, context, tolerance);
  const receive = (batch: Batch): void => {
    let data;
    try {
      data = transform.apply(batch.data, batch.length, batch.time);
    } catch {
      return singly.run(batch);
    }
    sendResults(context, transform, batch, data);
  };
  return { receive: { [input]: receive } };
}

/**
 * Works on a batch at which the operator threw once more, record by record. Nobody has to say at which record it
 * was: one that says it wrongly would have others left out.
 */
class Singly {
  readonly #transform: Transform;
  readonly #context: VertexContext;
  readonly #tolerance: Tolerance;
  readonly #reasons = new Reasons("it threw, for other reasons");

  constructor(transform: Transform, context: VertexContext, tolerance: Tolerance) {
    this.#transform = transform;
    this.#context = context;
    this.#tolerance = tolerance;
  }

  run(batch: Batch): void {
    const values = valuesOf(batch.data);
    const letters: FailedRecord[] = [];
    const dropped = new Map<string, number>();
    for (let i = 0; i < batch.length; i++) {
      const record = values[i];
      const reason = this.#one(record, batch);
      if (reason === undefined) continue;
      if (this.#tolerance === "deadLetter") letters.push({ reason, record });
      else {
        const bounded = this.#reasons.bounded(reason);
        dropped.set(bounded, (dropped.get(bounded) ?? 0) + 1);
      }
    }
    for (const [reason, records] of dropped) this.#context.drop(records, reason);
    const [, failed] = this.#context.outputs;
    if (letters.length > 0) failed.send(failed.right!, letters);
  }

  /** Why the record failed, `undefined` when it did not. */
  #one(record: unknown, { time }: Batch): string | undefined {
    const row = [record];
    let data;
    try {
      data = this.#transform.apply(row, 1, time);
    } catch (error) {
      return reasonFor(error);
    }
    const { outputs: [port], pool } = this.#context;
    const length = data === row ? 1 : this.#transform.length;
    const results = valuesOf(data);
    for (let i = 0; i < length; i++) port.push(port.right!, results[i]);
    if (!Array.isArray(data)) pool.give(data);
    return undefined;
  }
}
