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
import type { Kept } from "../contract/kept.ts";
import { ANY } from "../contract/record_type.ts";
import type { OutputPort } from "../contract/output_port.ts";
import { Range } from "./range.ts";
import { RestOfResults } from "./rest_of_results.ts";

/** Makes any number of results of a record: returns them, or calls `emit` once for each. */
export type FlatMapFunction<T, U> = (
  record: T,
  emit: (result: U) => void,
) => Iterable<U> | undefined | void;

/** What it is configured with. */
export interface FlatMapConfig {
  readonly f: FlatMapFunction<unknown, unknown>;
  /** So many records are sent before what is downstream has its turn. */
  readonly limit?: number | undefined;
}

/**
 * Any number of results for each record. It gives way when its output budget is spent: between records,
 * and within one between the elements of what its function returned. What a function emits by calling
 * is sent until it returns, because nothing can interrupt it; with a limit it is kept, and sent like a list.
 */
export const flatMap: UnaryOperator<FlatMapConfig> = defineOperator({
  name: "flatMap",
  version: "1.0.0",
  summary: "Sends any number of results for each record",
  docs:
    "`f` gives a list for each record; its elements are sent one by one. However many there are, the vertex " +
    "gives way to what is downstream when its output budget is spent. With a `limit` it does so after exactly so " +
    "many records, so that no more than those wait downstream; a list that an expression gives is kept until then.",
  example: {
    with: { f: "record.split(' ')" },
    inputs: { in: ["to be", "or not"] },
    outputs: { out: ["to", "be", "or", "not"] },
  },
  types: { results: { f: { kind: "list", of: ANY } }, outputs: { out: "f[]" } },
  config: z.strictObject({
    f: expression<FlatMapFunction<unknown, unknown>>("record"),
    limit: z.int().min(1).optional().meta({
      description: "Records after which what is downstream has its turn; the budget when left out",
    }),
  }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  sendsAtMost: ({ limit }) => limit,
  create: ({ config, out, blame }) => {
    const cursor = new ExpansionCursor(out.out, config, blame);
    return {
      receive: { in: (batch) => cursor.start(batch) },
      resume: () => cursor.run(),
      size: () => cursor.kept(),
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
  // What a function has emitted that may not be sent at once; `null` where all may.
  #emitted: unknown[] | null = null;
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
    { f, limit }: FlatMapConfig,
    blame: (error: unknown, record: unknown) => Error,
  ) {
    this.#out = out;
    this.#f = f;
    this.#blame = blame;
    this.#rest = new RestOfResults(out);
    if (limit !== undefined) this.#emitted = [];
    this.#emit = limit === undefined
      ? (result) => out.push(this.#time, result)
      : (result) => this.#emitted!.push(result);
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
        if (this.#emitted !== null && this.#emitted.length > 0) {
          this.#takeBehindEmitted(results);
          if (this.#finishRecord()) return true;
          continue;
        }
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

  /** What is left of the results of the record at hand. */
  kept(): Kept {
    return this.#rest.kept();
  }

  close(): void {
    this.#rest.close();
  }

  /** What was emitted, and behind it what was returned. */
  #takeBehindEmitted(results: Iterable<unknown> | undefined | void): void {
    const emitted = this.#emitted!;
    this.#emitted = [];
    if (Array.isArray(results)) return this.#rest.take(emitted.concat(results));
    // A list goes first, whatever is iterated behind it.
    this.#rest.take(emitted);
    if (results !== undefined) this.#rest.take(results);
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
