/**
 * Streams that begin in the dataflow itself.
 *
 * @module
 */
import { MeanderError, show } from "../operators/contract/fault.ts";
import type { PaceOptions } from "../operators/contract/pace.ts";
import {
  asyncBody,
  type AsyncRecords,
  type TimeOfRecord,
} from "../operators/sources/from_async.ts";
import {
  pacedOperator,
  type SourceBody,
  sourceOperator,
  type SourceWorkers,
  starterOperator,
} from "../operators/sources/source.ts";
import { type Collection, collectionBody } from "../operators/sources/to_stream.ts";
import type { Scope } from "./scope.ts";
import type { Named, Stream } from "./stream.ts";

/** Where a source runs, and how fast. */
export interface SourceOptions extends Pick<Named, "limits"> {
  /** Whether the first worker alone has one (the default), or each has its own. */
  readonly workers?: SourceWorkers | undefined;
  /**
   * A stream that says what is done, mostly a feedback with `by: 0` that what comes of the source is connected
   * to. The source is called only when the epoch that is `ahead` before its own is complete there.
   */
  // deno-lint-ignore no-explicit-any
  readonly done?: Stream<any> | undefined;
  /** With `done`: how many epochs may be open at once; 1 when left out. */
  readonly ahead?: number | undefined;
  /** How much of what it sends may be on its way; what it leaves out is as the engine has it. */
  readonly pace?: PaceOptions | undefined;
}

/** Settings of a source that is given a collection. */
export interface CollectionOptions extends Named, Pick<SourceOptions, "workers" | "pace"> {}

/** Settings of an asynchronous source. */
export interface AsyncOptions<T> extends Named, SourceOptions {
  /** The epoch of a record, given the record and its index; the least time for all when left out. */
  readonly time?: TimeOfRecord<T> | undefined;
}

/** Places a source that was written in place. */
export function source<T>(
  scope: Scope,
  name: string,
  options: SourceOptions,
  body: SourceBody<T>,
): Stream<T> {
  const { workers = "first", done, ahead = 1, pace, limits } = options;
  const config = pace === undefined ? {} : { pace };
  if (pace?.epochs !== undefined && scope.depth !== 1) throw uncounted(name, scope.depth);
  if (done === undefined) {
    const operator = sourceOperator<T>(name, workers, body);
    return scope.vertex(operator, { config, inputs: {}, name, limits }).out as Stream<T>;
  }
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw refused(name, `ahead takes an integer of at least 1, and is ${show(ahead)}`);
  }
  if (scope.depth !== 1) throw uncounted(name, scope.depth);
  const starter = { config: {}, inputs: {}, name: `${name} start` };
  const start = scope.vertex(starterOperator(workers), starter).out;
  const operator = pacedOperator<T>(name, ahead, body);
  return scope.vertex(operator, { config, inputs: { start, done }, name, limits }).out as Stream<T>;
}

/** Places a source of records that are there already. */
export function toStream<T>(
  scope: Scope,
  collection: Collection<T>,
  options: CollectionOptions = {},
): Stream<T> {
  const { name = "toStream", workers = "first", pace, limits } = options;
  return source(scope, name, { workers, pace, limits }, collectionBody(name, collection, workers));
}

/** Places a source of records that come one by one. */
export function fromAsync<T>(
  scope: Scope,
  records: AsyncRecords<T>,
  options: AsyncOptions<T> = {},
): Stream<T> {
  const { name = "fromAsync", time } = options;
  return source(scope, name, options, asyncBody(name, records, time));
}

function uncounted(name: string, depth: number): MeanderError {
  return refused(name, `times have ${depth} coordinates here, and epochs are counted in one`);
}

function refused(name: string, why: string): MeanderError {
  return new MeanderError("MEANDER_SOURCE", `Cannot pace source "${name}": ${why}`, {
    where: name,
  });
}
