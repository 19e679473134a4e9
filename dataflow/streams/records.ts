/**
 * What is done to one record after the other.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { filter } from "../../operators/filter.ts";
import { flatMap, type FlatMapFunction } from "../../operators/flat_map.ts";
import { inspect } from "../../operators/inspect.ts";
import { map } from "../../operators/map.ts";
import type { Stream } from "../stream.ts";
import { GenericStream } from "./generic.ts";
import type { Named } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class RecordStream<T> extends GenericStream<T> {
  /** Calls `f` once for each record and sends what it returns. */
  map<U>(f: (record: T) => U, options: Named = {}): Stream<U> {
    return this.through(map, { f }, options);
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
   * spent; `range(from, to)` and iterators are even interrupted within one record.
   */
  flatMap<U>(f: FlatMapFunction<T, U>, options: Named = {}): Stream<U> {
    return this.through(flatMap, { f }, options);
  }

  /** Calls `f` for each record and passes everything on unchanged. */
  inspect(f: (record: T, time: Time) => void, options: Named = {}): Stream<T> {
    return this.through(inspect, { f }, options);
  }
}
