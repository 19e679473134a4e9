/**
 * What is done to one record after the other.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { filter } from "../../operators/records/filter.ts";
import { flatMap, type FlatMapFunction } from "../../operators/records/flat_map.ts";
import { inspect } from "../../operators/records/inspect.ts";
import { inspectBatch } from "../../operators/records/inspect_batch.ts";
import { map } from "../../operators/records/map.ts";
import {
  type AsyncFailure,
  type AsyncFunction,
  mapAsync,
  type MapAsyncOptions,
} from "../../operators/async/map_async.ts";
import { mapInPlace } from "../../operators/records/map_in_place.ts";
import type { Stream } from "../stream.ts";
import { GenericStream } from "./generic.ts";
import type { Named } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class RecordStream<T> extends GenericStream<T> {
  /** Calls `f` once for each record and sends what it returns. */
  map<U>(f: (record: T) => U, options: Named = {}): Stream<U> {
    return this.through(map, { f }, options);
  }

  /**
   * Sends what `f` answers each record, at once or by a promise, at the record's own time. So many records are
   * under way at once on each worker as `concurrency` says; `docs/async.md` has the whole of it.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const capitals: Record<string, string> = { Peru: "Lima", Mali: "Bamako" };
   * const ask = (country: string): Promise<string> => Promise.resolve(capitals[country]);
   *
   * const program = dataflow("capitals", (root) => {
   *   const countries = root.input<string>("countries");
   *   const found = countries.mapAsync(ask, { ordered: true, retry: { attempts: 3, delayMs: 100 } });
   *   return { countries, found: found.output("found") };
   * });
   * await using run = execute(program);
   * run.handles.countries.send(["Peru", "Mali"]);
   * run.handles.countries.close();
   * expect(await run.handles.found.toArray()).toEqual(["Lima", "Bamako"]);
   * ```
   */
  mapAsync<U>(
    f: AsyncFunction<T, U>,
    options: MapAsyncOptions & Named & { readonly onError: "output" },
  ): Answered<T, U>;
  mapAsync<U>(f: AsyncFunction<T, U>, options?: MapAsyncOptions & Named): Stream<U>;
  mapAsync<U>(
    f: AsyncFunction<T, U>,
    { name, limits, ...options }: MapAsyncOptions & Named = {},
  ): Stream<U> | Answered<T, U> {
    const [out, failed] = this.into(mapAsync, { f, ...options }, { name, limits }, [[this]]);
    return options.onError === "output" ? { answers: out, failed } : out;
  }

  /**
   * Calls `f` once for each record, which it may change, and sends the record as it is then, or what `f`
   * returns. What it changes is a copy of its own: nobody else sees it.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("visits", (root) => {
   *   const places = root.input<{ name: string; visits: number[] }>("places");
   *   const seen = places.mapInPlace((place) => {
   *     place.visits.push(7);
   *   });
   *   return { places, before: places.output("before"), after: seen.output("after") };
   * });
   * await using run = execute(program);
   * run.handles.places.send([{ name: "Oslo", visits: [3] }]);
   * run.handles.places.close();
   * expect(await run.handles.after.toArray()).toEqual([{ name: "Oslo", visits: [3, 7] }]);
   * expect(await run.handles.before.toArray()).toEqual([{ name: "Oslo", visits: [3] }]);
   * ```
   */
  mapInPlace(f: (record: T) => T | void, options: Named = {}): Stream<T> {
    return this.through(mapInPlace, { f }, options);
  }

  /** Keeps the records for which `predicate` returns something true. */
  filter<U extends T>(predicate: (record: T) => record is U, options?: Named): Stream<U>;
  filter(predicate: (record: T) => unknown, options?: Named): Stream<T>;
  filter(predicate: (record: T) => unknown, options: Named = {}): Stream<T> {
    return this.through(filter, { predicate }, options);
  }

  /**
   * Sends any number of records for each. `f` returns an iterable, or calls its second argument once for
   * each result. However much it makes, it gives way to what is downstream when its output budget is
   * spent; `range(from, to)` and iterators are even interrupted within one record. With a `limit` that is after
   * so many records, exactly.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * let waiting = 0;
   * let most = 0;
   * const program = dataflow("few at once", (root) => {
   *   const numbers = root.input<number>("numbers");
   *   const many = numbers.flatMap(function* (n) {
   *     for (let i = 0; i < n; i++) {
   *       most = Math.max(most, ++waiting);
   *       yield i;
   *     }
   *   }, { limit: 10 });
   *   return { numbers, last: many.inspect(() => waiting--).filter((n) => n === 999).output("last") };
   * });
   * await using run = execute(program, { workers: 1 });
   * run.handles.numbers.send([1000]);
   * run.handles.numbers.close();
   * expect(await run.handles.last.toArray()).toEqual([999]);
   * expect(most).toBe(10);
   * ```
   */
  flatMap<U>(f: FlatMapFunction<T, U>, { limit, ...options }: FlatMapOptions = {}): Stream<U> {
    return this.through(flatMap, limit === undefined ? { f } : { f, limit }, options);
  }

  /** Calls `f` for each record and passes everything on unchanged. */
  inspect(f: (record: T, time: Time) => void, options: Named = {}): Stream<T> {
    return this.through(inspect, { f }, options);
  }

  /** Like {@linkcode inspect}, for a function that takes the time first. */
  inspectTime(f: (time: Time, record: T) => void, options: Named = {}): Stream<T> {
    const { name = "inspectTime", limits } = options;
    const swapped = (record: T, time: Time) => f(time, record);
    return this.through(inspect, { f: swapped }, { name, limits });
  }

  /**
   * Calls `f` for each batch, with its time and its records, and passes everything on unchanged. Which
   * records of a time travel together is the engine's affair.
   */
  inspectBatch(f: (time: Time, records: readonly T[]) => void, options: Named = {}): Stream<T> {
    return this.through(inspectBatch, { f }, options);
  }
}

/** Settings of `flatMap`. */
export interface FlatMapOptions extends Named {
  /** How many records it sends, on each worker, before what is downstream has its turn. It stands for `limits`. */
  readonly limit?: number | undefined;
}

/** What `mapAsync` makes of records when those that fail leave by an output of their own. */
export interface Answered<T, U> {
  /** What `f` has answered. */
  readonly answers: Stream<U>;
  /** The records for which it has none. */
  readonly failed: Stream<AsyncFailure<T>>;
}
