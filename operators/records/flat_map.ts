import { z } from "zod";
import type { Values } from "../../batches/data.ts";
import type { Time } from "../../progress/time.ts";
import type { Batch } from "../contract/batch.ts";
import {
  anyRecord,
  defineOperator,
  expression,
  type UnaryOperator,
} from "../contract/definition.ts";
import { ANY } from "../contract/record_type.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { Range } from "./range.ts";
import { RestOfResults } from "./rest_of_results.ts";

/** Makes any number of results of a record: returns them, or calls `emit` once for each. */
export type FlatMapFunction<T, U> = (
  record: T,
  emit: (result: U) => void,
) => Iterable<U> | undefined | void;

/**
 * Any number of results for each record. It gives way when its output budget is spent: between records,
 * and within one between the elements of what its function returned. What a function emits by calling
 * is collected until it returns, because nothing can interrupt it.
 */
export const flatMap: UnaryOperator<{ f: FlatMapFunction<unknown, unknown> }> = defineOperator({
  name: "flatMap",
  version: "1.0.0",
  summary: "Sends any number of results for each record",
  docs:
    "`f` gives a list for each record; its elements are sent one by one. However many there are, the vertex " +
    "gives way to what is downstream when its output budget is spent.",
  example: {
    with: { f: "record.split(' ')" },
    inputs: { in: ["to be", "or not"] },
    outputs: { out: ["to", "be", "or", "not"] },
  },
  types: { results: { f: { kind: "list", of: ANY } }, outputs: { out: "f[]" } },
  config: z.strictObject({ f: expression<FlatMapFunction<unknown, unknown>>("record") }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ config, out, blame }) => {
    const cursor = new ExpansionCursor(out.out, config.f, blame);
    return {
      receive: { in: (batch) => cursor.start(batch) },
      resume: () => cursor.run(),
      close: () => cursor.close(),
    };
  },
});

/** Walks through the results of one batch, and can stop after any of them. */
class ExpansionCursor {
  readonly #out: OutputPort<unknown>;
  readonly #f: FlatMapFunction<unknown, unknown>;
  readonly #blame: (error: unknown, record: unknown) => Error;
  readonly #emit: (result: unknown) => void;
  #values: Values<unknown> = [];
  #length = 0;
  #time: Time = 0;
  #at = 0;
  // What is left of the record's results: the rest of a range, or of a list or an iterator.
  #from = 0;
  #to = 0;
  readonly #rest: RestOfResults;

  constructor(
    out: OutputPort<unknown>,
    f: FlatMapFunction<unknown, unknown>,
    blame: (error: unknown, record: unknown) => Error,
  ) {
    this.#out = out;
    this.#f = f;
    this.#blame = blame;
    this.#rest = new RestOfResults(out);
    this.#emit = (result) => out.push(this.#time, result);
  }

  start(batch: Batch<unknown>): boolean {
    this.#values = batch.values();
    this.#length = batch.length;
    this.#time = batch.time;
    this.#at = 0;
    return this.run();
  }

  /** Goes on; true when the budget was spent first. */
  run(): boolean {
    const out = this.#out;
    try {
      if (this.#finishRecord()) return true;
      while (this.#at < this.#length) {
        if (out.isFull) return true;
        const results = this.#f(this.#values[this.#at++], this.#emit);
        if (results === undefined) continue;
        if (results instanceof Range) {
          this.#from = results.from;
          this.#to = results.to;
        } else if (Array.isArray(results)) {
          // The most frequent case by far: most lists fit, and nothing is left of them to remember.
          const next = out.pushRows(this.#time, results);
          if (next === results.length) continue;
          this.#rest.take(results, next);
          return true;
        } else {
          this.#rest.take(results);
        }
        if (this.#finishRecord()) return true;
      }
    } catch (error) {
      throw this.#blame(error, this.#values[this.#at - 1]);
    }
    this.#values = [];
    return false;
  }

  close(): void {
    this.#rest.close();
  }

  /** Sends what is left of the last record's results. */
  #finishRecord(): boolean {
    if (this.#from < this.#to) {
      this.#from = this.#out.pushRange(this.#time, this.#from, this.#to);
      return this.#from < this.#to;
    }
    return this.#rest.hasMore && this.#rest.send(this.#time);
  }
}
