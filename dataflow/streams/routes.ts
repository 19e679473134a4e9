/**
 * Where records go: streams united and divided, and spread over workers.
 *
 * @module
 */
import { concat } from "../../operators/concat.ts";
import { exchange } from "../../operators/exchange.ts";
import type { Stream } from "../stream.ts";
import { RecordStream } from "./records.ts";
import type { Named } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class RoutedStream<T> extends RecordStream<T> {
  /** All records of this stream and of the others. */
  concat(...others: Stream<T>[]): Stream<T> {
    return this.streamAt<T>(this.placed(concat, {}, undefined, [[this, ...others]]));
  }

  /** Sends each record to the worker that its key belongs to. With one worker it changes nothing. */
  exchange(key: (record: T) => unknown, options: Named = {}): Stream<T> {
    return this.through(exchange, { key }, options);
  }
}
