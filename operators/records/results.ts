/**
 * Operators on streams of results: records that are a value or the reason why there is none.
 *
 * @module
 */
import { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import { MapLoop } from "../../batches/loops.ts";
import type { BufferPool } from "../../batches/pool.ts";
import type { Time } from "../../progress/time.ts";
import { Collected } from "./collected.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { OperatorExample } from "../contract/description.ts";
import type { Transform } from "../contract/transform.ts";
import { isOk, type Result } from "./result_type.ts";

type AnyResult = Result<unknown, unknown>;
type UserFunction = (part: unknown) => unknown;
/** What becomes of one result; `check` tells a value from a reason, and refuses what is neither. */
type Step = (result: AnyResult, f: UserFunction, check: Check) => unknown;
type Check = (result: unknown) => result is { readonly ok: unknown };

const KIND =
  "Records are results, `{ ok: value }` or `{ err: reason }`; another record is an error.";

/** The values of results. */
export const ok: UnaryOperator<Record<string, never>> = picking("ok", {
  summary: "Sends the values of results, and leaves out what failed",
  docs: `${KIND} Reasons end here; \`okErr\` and \`unwrapOrElse\` are for those who want them.`,
  example: { inputs: { in: [{ ok: 1 }, { err: "no" }, { ok: 2 }] }, outputs: { out: [1, 2] } },
});

/** The reasons of results. */
export const err: UnaryOperator<Record<string, never>> = picking("err", {
  summary: "Sends the reasons of results that failed, and leaves out values",
  docs: `${KIND} Values end here.`,
  example: { inputs: { in: [{ ok: 1 }, { err: "no" }] }, outputs: { out: ["no"] } },
});

/** Results with other values. */
export const mapOk: UnaryOperator<{ f: UserFunction }> = stepping("mapOk", "value", {
  summary: "Replaces the value of each result",
  docs: `${KIND} \`f\` makes a new value of a value; a result that failed is passed on as it is.`,
  example: {
    with: { f: "value + 1" },
    inputs: { in: [{ ok: 1 }, { err: "no" }] },
    outputs: { out: [{ ok: 2 }, { err: "no" }] },
  },
}, (result, f, check) => check(result) ? { ok: f(result.ok) } : result);

/** Results with other reasons. */
export const mapErr: UnaryOperator<{ f: UserFunction }> = stepping("mapErr", "reason", {
  summary: "Replaces the reason of each result that failed",
  docs: `${KIND} \`f\` makes a new reason of a reason; a value is passed on as it is.`,
  example: {
    with: { f: "reason + '!'" },
    inputs: { in: [{ ok: 1 }, { err: "no" }] },
    outputs: { out: [{ ok: 1 }, { err: "no!" }] },
  },
}, (result, f, check) => check(result) ? result : { err: f(result.err) });

/** Results of a next step that may fail as well. */
export const andThen: UnaryOperator<{ f: UserFunction }> = stepping("andThen", "value", {
  summary: "Takes the value of each result one step further, which may fail",
  docs: `${KIND} \`f\` makes a result of a value; a result that failed is passed on as it is.`,
  example: {
    with: { f: "value > 0 ? {'ok': value} : {'err': 'too small'}" },
    inputs: { in: [{ ok: 1 }, { ok: 0 }, { err: "no" }] },
    outputs: { out: [{ ok: 1 }, { err: "too small" }, { err: "no" }] },
  },
}, (result, f, check) => {
  if (!check(result)) return result;
  const next = f(result.ok);
  check(next);
  return next;
});

/** The values of results, and something in place of those that failed. */
export const unwrapOrElse: UnaryOperator<{ f: UserFunction }> = stepping("unwrapOrElse", "reason", {
  summary: "Sends the value of each result, or what a function makes of the reason",
  docs: `${KIND} What goes on are plain values, one for each result.`,
  example: {
    with: { f: "0" },
    inputs: { in: [{ ok: 1 }, { err: "no" }] },
    outputs: { out: [1, 0] },
  },
}, (result, f, check) => check(result) ? result.ok : f(result.err));

interface Described {
  readonly summary: string;
  readonly docs: string;
  readonly example: OperatorExample;
}

function picking(side: "ok" | "err", described: Described): UnaryOperator<Record<string, never>> {
  return defineOperator({
    name: side,
    version: "1.0.0",
    ...described,
    config: z.strictObject({}),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: ({ name, pool }) => ({ transform: new PickTransform(side, name, pool) }),
  });
}

function stepping(
  operator: string,
  parameter: string,
  described: Described,
  step: Step,
): UnaryOperator<{ f: UserFunction }> {
  return defineOperator({
    name: operator,
    version: "1.0.0",
    ...described,
    config: z.strictObject({ f: expression<UserFunction>(parameter) }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    create: ({ config, name, pool }) => ({
      transform: new StepTransform(step, config.f, name, pool),
    }),
  });
}

/** One side of results. */
class PickTransform implements Transform {
  length = 0;
  faultIndex = -1;
  readonly #side: "ok" | "err";
  readonly #name: string;
  readonly #picked: Collected;

  constructor(side: "ok" | "err", name: string, pool: BufferPool) {
    this.#side = side;
    this.#name = name;
    this.#picked = new Collected(pool);
  }

  apply(data: Data<unknown>, length: number, time: Time): Data<unknown> {
    const values = valuesOf(data);
    const side = this.#side;
    const writer = this.#picked.writer(length);
    let i = 0;
    try {
      for (; i < length; i++) {
        const result = values[i];
        if (isOk(result, this.#name, time) === (side === "ok")) {
          writer.push((result as Record<"ok" | "err", unknown>)[side]);
        }
      }
    } catch (error) {
      this.faultIndex = i;
      this.#picked.discard();
      throw error;
    }
    const picked = this.#picked.take();
    this.length = picked.length;
    return picked.data;
  }
}

/** One record for each result. */
class StepTransform implements Transform {
  length = 0;
  #time: Time = 0;
  readonly #loop: MapLoop<unknown, unknown>;
  readonly #pool: BufferPool;

  constructor(step: Step, f: UserFunction, name: string, pool: BufferPool) {
    const check = ((result) => isOk(result, name, this.#time)) as Check;
    this.#loop = new MapLoop((result) => step(result as AnyResult, f, check));
    this.#pool = pool;
  }

  get faultIndex(): number {
    return this.#loop.fault.index;
  }

  apply(data: Data<unknown>, length: number, time: Time): Data<unknown> {
    this.length = length;
    this.#time = time;
    return this.#loop.run(valuesOf(data), length, this.#pool);
  }
}
