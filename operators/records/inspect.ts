import { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import { EachLoop } from "../../batches/loops.ts";
import type { Time } from "../../progress/time.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { Transform } from "../contract/transform.ts";

type Inspector = (record: unknown, time: Time) => void;

/** Calls a function for each record and passes all on unchanged. */
export const inspect: UnaryOperator<{ f: Inspector }> = defineOperator({
  name: "inspect",
  version: "1.0.0",
  summary: "Calls a function for each record and passes all on unchanged",
  docs: "For code, where `f` may print or count; an expression has no effect besides its result.",
  example: {
    with: { f: "record > 1" },
    inputs: { in: [1, 2] },
    outputs: { out: [1, 2] },
  },
  types: { outputs: { out: "in" } },
  config: z.strictObject({ f: expression<Inspector>("record", "time") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config }) => ({ transform: new InspectTransform(config.f) }),
});

class InspectTransform implements Transform {
  length = 0;
  readonly #loop: EachLoop<unknown>;
  #time: Time = 0;

  constructor(f: Inspector) {
    // A function that does not ask for the time goes into the loop itself and can be inlined there.
    const each = takesRecordOnly(f)
      ? f as (record: unknown) => void
      : (record: unknown) => f(record, this.#time);
    this.#loop = new EachLoop(each);
  }

  get faultIndex(): number {
    return this.#loop.fault.index;
  }

  apply(data: Data<unknown>, length: number, time: Time): Data<unknown> {
    this.length = length;
    this.#time = time;
    this.#loop.run(valuesOf(data), length);
    return data;
  }
}

/**
 * Whether it is an arrow function of at most one plain parameter. The length alone does not tell: a rest
 * parameter, a default value, `arguments` and a spy hide the second argument from it.
 */
function takesRecordOnly(f: Inspector): boolean {
  return f.length < 2 &&
    /^\s*(\(\s*[\w$]*\s*\)|[\w$]+)\s*=>/.test(Function.prototype.toString.call(f));
}
