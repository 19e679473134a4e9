import { z } from "zod";
import { type Data, valuesOf } from "../../batches/data.ts";
import { FilterLoop } from "../../batches/loops.ts";
import type { BufferPool } from "../../batches/pool.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import type { Transform } from "../contract/transform.ts";

/** The records that a predicate accepts. A batch of which all are accepted is passed on as it is. */
export const filter: UnaryOperator<{ predicate: (record: unknown) => unknown }> = defineOperator({
  name: "filter",
  version: "1.0.0",
  summary: "Keeps the records that a predicate accepts",
  docs: "A record for which `predicate` gives `true` is passed on as it is; the others end here.",
  example: {
    with: { predicate: "record % 2 == 0" },
    inputs: { in: [1, 2, 3, 4] },
    outputs: { out: [2, 4] },
  },
  types: { results: { predicate: { kind: "boolean" } }, outputs: { out: "in" } },
  config: z.strictObject({ predicate: expression<(record: unknown) => unknown>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  records: "one by one",
  create: ({ config, pool }) => ({ transform: new FilterTransform(config.predicate, pool) }),
});

class FilterTransform implements Transform {
  length = 0;
  readonly #loop: FilterLoop<unknown>;
  readonly #pool: BufferPool;

  constructor(predicate: (record: unknown) => unknown, pool: BufferPool) {
    this.#loop = new FilterLoop(predicate, { forwardWhole: true });
    this.#pool = pool;
  }

  get faultIndex(): number {
    return this.#loop.fault.index;
  }

  apply(data: Data<unknown>, length: number): Data<unknown> {
    const loop = this.#loop;
    const kept = loop.run(valuesOf(data), length, this.#pool);
    this.length = loop.kept;
    return loop.sameAsInput ? data : kept;
  }
}
