/**
 * What is done with records that have something in common.
 *
 * @module
 */
import { aggregate, type AggregateOptions } from "../../operators/keyed/aggregate.ts";
import { coGroupBy, type CoGroupByOptions } from "../../operators/keyed/co_group_by.ts";
import { deduplicate, type DeduplicateOptions } from "../../operators/keyed/deduplicate.ts";
import { distinct, type DistinctOptions } from "../../operators/keyed/distinct.ts";
import { except } from "../../operators/sets/except.ts";
import { groupBy, type GroupByOptions } from "../../operators/keyed/group_by.ts";
import { intersect } from "../../operators/sets/intersect.ts";
import { join, type JoinOptions } from "../../operators/keyed/join.ts";
import { max } from "../../operators/keyed/max.ts";
import { min } from "../../operators/keyed/min.ts";
import type { Ordered } from "../../operators/keyed/order.ts";
import type { SetOptions } from "../../operators/sets/sets.ts";
import { stateMachine, type StateMachineOptions } from "../../operators/keyed/state_machine.ts";
import { sum } from "../../operators/keyed/sum.ts";
import { topK, type TopKOptions } from "../../operators/keyed/top_k.ts";
import { union, type UnionOptions } from "../../operators/sets/union.ts";
import type {
  KeyedValue,
  KeyedValueOptions,
  KeyOptions,
  ValueOptions,
} from "../../operators/keyed/value_fold.ts";
import type { Stream } from "../stream.ts";
import { RoutedStream } from "./routes.ts";
import type { Named } from "./base.ts";

/** Records that are values themselves. */
interface Itself {
  readonly value?: undefined;
}

type Sum<V> = V extends bigint ? bigint : number;

interface AnyValueOptions<T> {
  readonly key?: ((record: T) => unknown) | undefined;
  readonly value?: ((record: T) => unknown) | undefined;
}

/** Methods of {@linkcode Stream}: see the module. */
export abstract class KeyedStream<T> extends RoutedStream<T> {
  /** The first record of each key; see {@linkcode DistinctOptions}. */
  distinct({ name, limits, ...config }: DistinctOptions<T> & Named = {}): Stream<T> {
    return this.through(distinct, config, { name, limits });
  }

  /** Pairs of records with equal keys; see {@linkcode JoinOptions}. */
  join<R, K, O>(
    right: Stream<R>,
    { name, limits, ...config }: JoinOptions<T, R, K, O> & Named,
  ): Stream<O> {
    return this.streamAt<O>(this.placed(join, config, { name, limits }, [[this], [right]]));
  }

  /** Folds the records of each time and key, and emits when the time is complete. */
  aggregate<K, A, O>({ name, limits, ...config }: AggregateOptions<T, K, A, O> & Named): Stream<O> {
    return this.through(aggregate, config, { name, limits });
  }

  /**
   * All records of each time and key together, when the time is complete, and any number of results of
   * them; see {@linkcode GroupByOptions}.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("medians", (root) => {
   *   const samples = root.input<{ site: string; ms: number }>("samples");
   *   const medians = samples.groupBy({
   *     key: (sample) => sample.site,
   *     reduce: (site, all) => {
   *       const sorted = all.map((sample) => sample.ms).sort((a, b) => a - b);
   *       return [`${site} ${sorted[sorted.length >> 1]}`];
   *     },
   *   });
   *   return { samples, medians: medians.output("medians") };
   * });
   * await using run = execute(program);
   * run.handles.samples.send([{ site: "a", ms: 9 }, { site: "a", ms: 5 }, { site: "a", ms: 7 }]);
   * run.handles.samples.close();
   * expect(await run.handles.medians.toArray()).toEqual(["a 7"]);
   * ```
   */
  groupBy<K, O>({ name, limits, ...config }: GroupByOptions<T, K, O> & Named): Stream<O> {
    return this.through(groupBy, config, { name, limits });
  }

  /**
   * All records of each time and key on both sides together, when the time is complete; a key that one side
   * lacks has an empty list there. See {@linkcode CoGroupByOptions}.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * // A left outer join.
   * const program = dataflow("orders", (root) => {
   *   const orders = root.input<{ id: number; user: string }>("orders");
   *   const users = root.input<{ user: string; city: string }>("users");
   *   const located = orders.coGroupBy(users, {
   *     leftKey: (order) => order.user,
   *     rightKey: (user) => user.user,
   *     reduce: (_user, orders, users) =>
   *       orders.map((order) => `${order.id} ${users[0]?.city ?? "nowhere"}`),
   *   });
   *   return { orders, users, located: located.output("located") };
   * });
   * await using run = execute(program);
   * const { orders, users, located } = run.handles;
   * orders.send([{ id: 1, user: "ann" }, { id: 2, user: "bob" }]);
   * users.send([{ user: "ann", city: "Oslo" }]);
   * orders.close();
   * users.close();
   * expect(await located.toArray()).toEqual(["1 Oslo", "2 nowhere"]);
   * ```
   */
  coGroupBy<R, K, O>(
    right: Stream<R>,
    { name, limits, ...config }: CoGroupByOptions<T, R, K, O> & Named,
  ): Stream<O> {
    return this.streamAt<O>(this.placed(coGroupBy, config, { name, limits }, [[this], [right]]));
  }

  /**
   * One record for each key that this stream or the other has at a time: a union of sets; see
   * {@linkcode UnionOptions}. All records of both are `concat`'s.
   */
  union<R = T>(
    other: Stream<R>,
    { name, limits, ...config }: UnionOptions<T, R> & Named = {},
  ): Stream<T | R> {
    return this.streamAt<T | R>(this.placed(union, config, { name, limits }, [[this], [other]]));
  }

  /** One record of this stream for each key that both streams have at a time. */
  intersect<R = T>(
    other: Stream<R>,
    { name, limits, ...config }: SetOptions<T, R> & Named = {},
  ): Stream<T> {
    return this.streamAt<T>(this.placed(intersect, config, { name, limits }, [[this], [other]]));
  }

  /** The records of this stream whose keys the other does not have at their time, when that is complete. */
  except<R = T>(
    other: Stream<R>,
    { name, limits, ...config }: SetOptions<T, R> & Named = {},
  ): Stream<T> {
    return this.streamAt<T>(this.placed(except, config, { name, limits }, [[this], [other]]));
  }

  /**
   * The least value of each time, when it is complete, or with a key `{key, value}` for each key of it.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("cheapest", (root) => {
   *   const offers = root.input<{ item: string; price: number }>("offers");
   *   const value = (offer: { price: number }) => offer.price;
   *   return {
   *     offers,
   *     cheapest: offers.min({ value }).output("cheapest"),
   *     each: offers.min({ key: (offer) => offer.item, value }).output("each"),
   *   };
   * });
   * await using run = execute(program);
   * run.handles.offers.send([{ item: "tea", price: 4 }, { item: "oil", price: 7 }, { item: "tea", price: 3 }]);
   * run.handles.offers.close();
   * expect(await run.handles.cheapest.toArray()).toEqual([3]);
   * expect(await run.handles.each.toArray()).toEqual([
   *   { key: "tea", value: 3 },
   *   { key: "oil", value: 7 },
   * ]);
   * ```
   */
  min<V extends Ordered>(this: Stream<V>, options?: Named): Stream<V>;
  min<K, V extends Ordered>(
    this: Stream<V>,
    options: KeyOptions<V, K> & Named & Itself,
  ): Stream<KeyedValue<K, V>>;
  min<V extends Ordered>(options: ValueOptions<T, V> & Named): Stream<V>;
  min<K, V extends Ordered>(options: KeyedValueOptions<T, K, V> & Named): Stream<KeyedValue<K, V>>;
  min({ name, limits, ...config }: AnyValueOptions<T> & Named = {}): unknown {
    return this.through(min, config, { name, limits });
  }

  /** The largest value of each time, when it is complete, or with a key `{key, value}` for each key of it. */
  max<V extends Ordered>(this: Stream<V>, options?: Named): Stream<V>;
  max<K, V extends Ordered>(
    this: Stream<V>,
    options: KeyOptions<V, K> & Named & Itself,
  ): Stream<KeyedValue<K, V>>;
  max<V extends Ordered>(options: ValueOptions<T, V> & Named): Stream<V>;
  max<K, V extends Ordered>(options: KeyedValueOptions<T, K, V> & Named): Stream<KeyedValue<K, V>>;
  max({ name, limits, ...config }: AnyValueOptions<T> & Named = {}): unknown {
    return this.through(max, config, { name, limits });
  }

  /**
   * The sum of the values of each time, when it is complete, or with a key `{key, value}` for each key of it.
   * Numbers are added exactly and the sum is rounded once: their order does not matter.
   */
  sum<V extends number | bigint>(this: Stream<V>, options?: Named): Stream<Sum<V>>;
  sum<K, V extends number | bigint>(
    this: Stream<V>,
    options: KeyOptions<V, K> & Named & Itself,
  ): Stream<KeyedValue<K, Sum<V>>>;
  sum<V extends number | bigint>(options: ValueOptions<T, V> & Named): Stream<Sum<V>>;
  sum<K, V extends number | bigint>(
    options: KeyedValueOptions<T, K, V> & Named,
  ): Stream<KeyedValue<K, Sum<V>>>;
  sum({ name, limits, ...config }: AnyValueOptions<T> & Named = {}): unknown {
    return this.through(sum, config, { name, limits });
  }

  /** The `k` records of each time and key that rank highest, when the time is complete. */
  topK({ name, limits, ...config }: TopKOptions<T> & Named): Stream<T> {
    return this.through(topK, config, { name, limits });
  }

  /**
   * One record of each key, and no other of it for `expiry` epochs.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("alarms", (root) => {
   *   const alarms = root.input<string>("alarms");
   *   return { alarms, first: alarms.deduplicate({ expiry: 2 }).output("first") };
   * });
   * await using run = execute(program);
   * const { alarms, first } = run.handles;
   * for (let hour = 0; hour < 5; hour++) {
   *   alarms.advanceTo(hour);
   *   alarms.send(["fire"]);
   * }
   * alarms.close();
   * const passed = [];
   * for await (const { time } of first.completed()) passed.push(time);
   * expect(passed).toEqual([0, 3]);
   * ```
   */
  deduplicate({ name, limits, ...config }: DeduplicateOptions<T> & Named): Stream<T> {
    return this.through(deduplicate, config, { name, limits });
  }

  /**
   * A state for each key that lives across times, moved by the key's records in the order of their times;
   * see {@linkcode StateMachineOptions}.
   *
   * @example
   * ```ts
   * import { dataflow, execute } from "meander";
   * import { expect } from "vitest";
   *
   * const program = dataflow("doors", (root) => {
   *   const events = root.input<{ door: string; open: boolean }>("events");
   *   const changes = events.stateMachine({
   *     key: (event) => event.door,
   *     initial: () => false,
   *     fold: (isOpen, event, door) =>
   *       event.open === isOpen ? {} : { state: event.open, emit: [`${door} ${event.open}`] },
   *   });
   *   return { events, changes: changes.output("changes") };
   * });
   * await using run = execute(program);
   * const { events, changes } = run.handles;
   * const later = events.open(1);
   * later.send([{ door: "a", open: false }]);
   * later.close();
   * events.send([{ door: "a", open: true }, { door: "a", open: true }]);
   * events.close();
   * expect(await changes.toArray()).toEqual(["a true", "a false"]);
   * ```
   */
  stateMachine<K, S, O>(
    { name, limits, ...config }: StateMachineOptions<T, K, S, O> & Named,
  ): Stream<O> {
    return this.through(stateMachine, config, { name, limits });
  }
}
