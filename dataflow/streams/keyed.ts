/**
 * What is done with records that have something in common.
 *
 * @module
 */
import { aggregate, type AggregateOptions } from "../../operators/aggregate.ts";
import { distinct, type DistinctOptions } from "../../operators/distinct.ts";
import { join, type JoinOptions } from "../../operators/join.ts";
import type { Stream } from "../stream.ts";
import { RoutedStream } from "./routes.ts";
import type { Named } from "./base.ts";

/** Methods of {@linkcode Stream}: see the module. */
export abstract class KeyedStream<T> extends RoutedStream<T> {
  /** The first record of each key; see {@linkcode DistinctOptions}. */
  distinct({ name, ...config }: DistinctOptions<T> & Named = {}): Stream<T> {
    return this.through(distinct, config, { name });
  }

  /** Pairs of records with equal keys; see {@linkcode JoinOptions}. */
  join<R, K, O>(right: Stream<R>, { name, ...config }: JoinOptions<T, R, K, O> & Named): Stream<O> {
    return this.streamAt<O>(this.placed(join, config, name, [[this], [right]]));
  }

  /** Folds the records of each time and key, and emits when the time is complete. */
  aggregate<K, A, O>({ name, ...config }: AggregateOptions<T, K, A, O> & Named): Stream<O> {
    return this.through(aggregate, config, { name });
  }
}
