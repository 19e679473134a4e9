import { describe, expect, it } from "vitest";
import { execute } from "../../../dataflow/engine.ts";
import { dataflow } from "../../../dataflow/program.ts";
import {
  asyncBody,
  type AsyncRecords,
  type TimeOfRecord,
} from "../../../operators/sources/from_async.ts";
import { sourceOperator } from "../../../operators/sources/source.ts";
import { OperatorTest } from "../../../operators/kit/operator_test.ts";

function testOf<T>(records: AsyncRecords<T>, time?: TimeOfRecord<T>) {
  const body = asyncBody("feed", records, time);
  return new OperatorTest(sourceOperator("feed", "first", body), {});
}

/** An iterator in the test's hands. */
class Feed<T> implements AsyncIterable<T>, AsyncIterator<T> {
  asked = 0;
  returned = 0;
  #question = Promise.withResolvers<IteratorResult<T>>();

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    this.asked++;
    return this.#question.promise;
  }

  return(): Promise<IteratorResult<T>> {
    this.returned++;
    return Promise.resolve({ done: true, value: undefined });
  }

  give(value: T): Promise<unknown> {
    return this.#answer((question) => question.resolve({ done: false, value }));
  }

  end(): Promise<unknown> {
    return this.#answer((question) => question.resolve({ done: true, value: undefined }));
  }

  fail(error: unknown): Promise<unknown> {
    return this.#answer((question) => question.reject(error)).catch(() => {});
  }

  /** When this resolves, whoever asked has heard it. */
  #answer(
    answer: (question: PromiseWithResolvers<IteratorResult<T>>) => void,
  ): Promise<unknown> {
    const question = this.#question;
    this.#question = Promise.withResolvers();
    answer(question);
    return question.promise;
  }
}

describe("fromAsync", () => {
  it("takes a text, whose letters are records", async () => {
    const program = dataflow("letters", (root) => ({
      out: root.fromAsync<string>("abc").output("out"),
    }));
    await using run = execute(program, { workers: 1 });
    expect(await run.handles.out.toArray()).toEqual(["a", "b", "c"]);
  });

  it("asks for one record after the other, and ends with its iterator", async () => {
    const feed = new Feed<string>();
    const test = testOf(feed);
    test.pass(0);
    expect(feed.asked).toBe(1);
    await feed.give("a");
    expect([test.sent("out"), feed.asked]).toEqual([["a"], 2]);
    await feed.give("b");
    expect([test.sent("out"), feed.asked]).toEqual([["a", "b"], 3]);
    expect(test.rights).toEqual([0]);
    await feed.end();
    expect([test.rights, feed.asked]).toEqual([[], 3]);
    test.finish();
    expect(feed.returned).toBe(0);
  });

  it("sends records at their times, and says that what is before is over", async () => {
    const feed = new Feed<number>();
    const seen: number[] = [];
    const test = testOf(feed, (record, index) => {
      seen.push(index);
      return Math.floor(record / 10);
    });
    test.pass(0);
    for (const record of [3, 7, 25]) await feed.give(record);
    expect(test.batches("out")).toEqual([
      { time: 0, records: [3] },
      { time: 0, records: [7] },
      { time: 2, records: [25] },
    ]);
    expect(test.rights).toEqual([2]);
    expect([...new Set(seen)]).toEqual([0, 1, 2]);
  });

  it("awaits the records of what is iterated without await", async () => {
    const late = Promise.withResolvers<string>();
    const test = testOf(["a", late.promise, "c"]);
    test.pass(0);
    const settled = async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    await settled();
    expect(test.sent("out")).toEqual(["a"]);
    late.resolve("b");
    await settled();
    expect([test.sent("out"), test.rights]).toEqual([["a", "b", "c"], []]);
  });

  it("gives a function the signal and where to begin, and asks it in a task", () => {
    const given: unknown[] = [];
    const test = testOf((signal, start) => {
      given.push(signal.aborted, start);
      return new Feed<string>();
    });
    expect(given).toEqual([]);
    test.pass(0);
    expect(given).toEqual([false, { worker: { index: 0, count: 1 }, from: 0 }]);
  });

  it("goes on behind the records that were sent when a snapshot was taken", async () => {
    const feed = new Feed<string>();
    const first = testOf(feed);
    first.pass(0);
    await feed.give("a");
    await feed.give("b");
    const saved = first.save();
    expect(saved.state).toEqual({ time: 0, isEnded: false, state: 2 });

    // An iterable begins anew and is gone through up to there; a function is told.
    const again = new Feed<string>();
    const second = testOf(again).restore(saved);
    second.pass(0);
    for (const record of ["a", "b", "c"]) {
      await again.give(record);
      for (let i = 0; i < 5; i++) await Promise.resolve();
    }
    expect(second.sent("out")).toEqual(["c"]);
    const starts: number[] = [];
    const third = testOf((_signal, { from }) => {
      starts.push(from);
      return new Feed<string>();
    }).restore(saved);
    third.pass(0);
    expect(starts).toEqual([2]);
  });

  it("refuses what cannot be iterated", () => {
    expect(() => testOf(5 as never)).toThrow(/Cannot read 5 in "feed"/);
    expect(() => testOf(() => null as never).pass(0)).toThrow(/Cannot read null in "feed"/);
  });
});
