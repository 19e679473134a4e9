/**
 * What is done about times.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import { count } from "../../operators/count.ts";
import { delay } from "../../operators/delay.ts";
import type { Stream } from "../stream.ts";
import { KeyedStream } from "./keyed.ts";
import type { Named } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class TimedStream<T> extends KeyedStream<T> {
  /** For each time with records, their number, once the time is complete. */
  count(options: Named = {}): Stream<number> {
    return this.through(count, {}, options);
  }

  /** Moves each record to the time that `f` gives, at or after its own, and sends it when that is complete. */
  delay(f: (record: T, time: Time) => Time, options: Named = {}): Stream<T> {
    return this.through(delay, { f }, options);
  }
}
