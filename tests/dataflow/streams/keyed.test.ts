/** The methods for what has a key in common, in whole dataflows: their types, and answers known beforehand. */
import { describe, expect, it } from "vitest";
import { dataflow } from "../../../dataflow/program.ts";
import { execute } from "../../../dataflow/engine.ts";
import type { Stream } from "../../../dataflow/stream.ts";

interface Order {
  readonly id: number;
  readonly user: string;
  readonly total: number;
}

const orders: readonly Order[] = [
  { id: 1, user: "ann", total: 0.1 },
  { id: 2, user: "bob", total: 20 },
  { id: 3, user: "ann", total: 0.2 },
  { id: 4, user: "cid", total: 7 },
  { id: 5, user: "ann", total: 0.3 },
  { id: 6, user: "bob", total: 5 },
];

/** What comes out for all orders at one time, sorted as text: workers share the keys. */
async function answers<U>(make: (orders: Stream<Order>) => Stream<U>): Promise<U[]> {
  const program = dataflow("orders", (root) => {
    const input = root.input<Order>("orders");
    return { input, out: make(input).output("out") };
  });
  await using run = execute(program, { budget: 1, capacity: 2 });
  run.handles.input.send(orders);
  run.handles.input.close();
  const records = await run.handles.out.toArray();
  return records.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

const user = (order: Order) => order.user;
const total = (order: Order) => order.total;
const ids = (stream: Stream<Order>) => stream.map((order) => order.id);

describe("Values of groups", () => {
  it("are one for all, of the type of the values", async () => {
    const numbers = (stream: Stream<Order>): Stream<number> => stream.map(total);
    // The annotations are part of the test: they have to follow from what is given.
    const least = await answers<number>((stream) => numbers(stream).min());
    const last = await answers<string>((stream) => stream.max({ value: user }));
    const all = await answers<number>((stream) => stream.sum({ value: total }));
    const big = await answers<bigint>((stream) => stream.map((order) => BigInt(order.id)).sum());
    expect([least, last, all, big]).toEqual([[0.1], ["cid"], [32.6], [21n]]);
  });

  it("are one for each key, beside it", async () => {
    const largest = await answers<{ key: string; value: number }>((stream) =>
      stream.max({ key: user, value: total, name: "largest" })
    );
    expect(largest).toEqual([
      { key: "ann", value: 0.3 },
      { key: "bob", value: 20 },
      { key: "cid", value: 7 },
    ]);
    const sums = await answers((stream) => stream.sum({ key: user, value: total }));
    expect(sums.map(({ key, value }) => `${key} ${value}`)).toEqual(["ann 0.6", "bob 25", "cid 7"]);
    const firsts = await answers((stream) => stream.min({ key: user, value: ({ id }) => id }));
    expect(firsts.map(({ value }) => value)).toEqual([1, 2, 4]);
  });

  it("are the records that rank highest", async () => {
    expect(await answers((stream) => ids(stream.topK({ k: 2, by: total })))).toEqual([2, 4]);
    expect(await answers((stream) => ids(stream.topK({ k: 1, by: total, key: user }))))
      .toEqual([2, 4, 5]);
  });
});

describe("Two streams", () => {
  const small = (stream: Stream<Order>) => stream.filter((order) => order.total < 6);
  const early = (stream: Stream<Order>) => stream.filter((order) => order.id < 4);

  it("as sets, by value and by key", async () => {
    const of = (make: (a: Stream<Order>, b: Stream<Order>) => Stream<Order>) =>
      answers((stream) => ids(make(small(stream), early(stream))));
    expect(await of((a, b) => a.union(b))).toEqual([1, 2, 3, 5, 6]);
    expect(await of((a, b) => a.intersect(b))).toEqual([1, 3]);
    expect(await of((a, b) => a.except(b))).toEqual([5, 6]);
    expect(await of((a, b) => b.except(a))).toEqual([2]);
    expect(await of((a, b) => a.except(b, { key: user }))).toEqual([]);
    const users = await answers((stream) =>
      small(stream).union(early(stream), { key: user }).map(user)
    );
    expect(users).toEqual(["ann", "bob"]);
    const both = await answers((stream) =>
      small(stream).intersect(early(stream), { key: user }).map(user)
    );
    expect(both).toEqual(["ann", "bob"]);
  });

  it("of different records meet by a key of either", async () => {
    const found = await answers((stream) =>
      stream.except(stream.filter(({ id }) => id === 2).map(user), {
        key: (either) => typeof either === "string" ? either : either.user,
      }).map(({ id }) => id)
    );
    expect(found).toEqual([1, 3, 4, 5]);
  });

  it("grouped together", async () => {
    const shares = await answers((stream) =>
      stream.coGroupBy(small(stream), {
        leftKey: user,
        rightKey: user,
        reduce: (name, all, few) => [`${name} ${few.length}/${all.length}`],
      })
    );
    expect(shares).toEqual(["ann 3/3", "bob 1/2", "cid 0/1"]);
  });
});

describe("What lives across epochs", () => {
  it("moves one machine for each key, in the order of epochs that close in another", async () => {
    const program = dataflow("visits", (root) => {
      const visits = root.input<string>("visits");
      const counted = visits.stateMachine({
        key: (name) => name,
        initial: () => 0,
        fold: (n, name, _key, time) => ({ state: n + 1, emit: [`${name} ${n + 1} at ${time}`] }),
      });
      const fresh = visits.deduplicate({ expiry: 1 });
      return { visits, counted: counted.output("counted"), fresh: fresh.output("fresh") };
    });
    await using run = execute(program, { budget: 1, capacity: 1 });
    const { visits, counted, fresh } = run.handles;
    const open = [3, 1, 2].map((epoch) => visits.open(epoch));
    for (const epoch of open) {
      epoch.send(["ann", "bob"].slice(epoch.time as number % 2));
      epoch.close();
    }
    visits.send(["bob", "ann"]);
    visits.close();
    const lines = [];
    for await (const { records } of counted.completed()) lines.push(records.toSorted());
    expect(lines).toEqual([
      ["ann 1 at 0", "bob 1 at 0"],
      ["bob 2 at 1"],
      ["ann 2 at 2", "bob 3 at 2"],
      ["bob 4 at 3"],
    ]);
    const passed = [];
    for await (const { time, records } of fresh.completed()) {
      passed.push([time, records.toSorted()]);
    }
    expect(passed).toEqual([[0, ["ann", "bob"]], [2, ["ann", "bob"]]]);
  });
});

describe("the types of min, max and sum", () => {
  it("refuse records that are no values themselves, and results of another kind", () => {
    dataflow("types", (root) => {
      const words = root.input<string>("words");
      const people = root.input<{ name: string; age: number }>("people");
      const longest: Stream<number> = words.max({ value: (word) => word.length });
      const last: Stream<string> = words.max();
      const byLetter: Stream<{ key: string; value: string }> = words.min({
        key: ([first]) => first,
      });
      const ages: Stream<{ key: string; value: number }> = people.sum({
        key: ({ name }) => name,
        value: ({ age }) => age,
      });
      // @ts-expect-error: what comes are texts
      const wrong: Stream<number> = words.max();
      // @ts-expect-error: texts have no sum
      words.sum();
      // @ts-expect-error: objects have no order
      people.min();
      return {
        words,
        people,
        all: longest.concat(wrong).output("all"),
        last: last.output("last"),
        byLetter: byLetter.output("byLetter"),
        ages: ages.output("ages"),
      };
    });
  });
});
