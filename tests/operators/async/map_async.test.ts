import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AsyncFunction,
  mapAsync,
  type MapAsyncOptions,
} from "../../../operators/async/map_async.ts";
import { OperatorTest, type OperatorTestOptions } from "../../../operators/kit/operator_test.ts";
import { bagsByTime } from "../../_support/bags.ts";
import { Desk } from "../../_support/desk.ts";

function testOf(
  f: AsyncFunction<never, unknown>,
  options: MapAsyncOptions = {},
  around: OperatorTestOptions = {},
) {
  return new OperatorTest(
    mapAsync,
    { f: f as AsyncFunction<unknown, unknown>, ...options },
    around,
  );
}

describe("mapAsync", () => {
  it("sends answers at the times of their records, whenever they come", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask);
    test.send("in", 0, ["a", "b"]);
    test.send("in", 1, ["c"]);
    test.advance("in", []);
    expect(test.rights).toEqual([0, 1]);
    await desk.answer("c");
    expect(test.rights).toEqual([0]);
    await desk.answer("b");
    await desk.answer("a");
    expect(test.batches("out")).toEqual([
      { time: 1, records: ["c!"] },
      { time: 0, records: ["b!"] },
      { time: 0, records: ["a!"] },
    ]);
    expect(test.rights).toEqual([]);
    test.finish();
  });

  it("takes answers that are there at once, several of one callback in one batch", () => {
    const test = testOf((n: number) => n * 2, { concurrency: 1 });
    test.send("in", 0, [1, 2, 3]);
    expect(test.batches("out")).toEqual([{ time: 0, records: [2, 4, 6] }]);
    expect(test.rights).toEqual([]);
  });

  it("takes whatever has a then, and nothing else, for a promise", async () => {
    const answers = [
      { then: (resolve: (value: string) => void) => resolve("from afar") },
      { then: "no function" },
      null,
      undefined,
    ];
    const test = testOf((n: number) => answers[n]);
    test.send("in", 0, [0, 1, 2, 3]);
    expect(test.sent("out")).toEqual([answers[1], null, undefined]);
    // A thenable is asked in a microtask, and answers in the next one.
    await Promise.resolve();
    await Promise.resolve();
    expect(test.sent("out")).toEqual([answers[1], null, undefined, "from afar"]);
  });

  it("keeps one right for each time that has records under way", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { concurrency: 2 }, { depth: 2 });
    test.send("in", [0, 3], ["a", "b", "c"]);
    test.send("in", [1, 0], ["d"]);
    test.send("in", [0, 3], ["e"]);
    expect(test.rights).toEqual([[0, 3], [1, 0]]);
    for (const record of ["a", "b", "c", "e"]) await desk.answer(record);
    expect(test.rights).toEqual([[1, 0]]);
    test.send("in", [0, 3], ["f"]);
    expect(test.rights).toEqual([[0, 3], [1, 0]]);
    await desk.answer("f");
    await desk.answer("d");
    expect(test.rights).toEqual([]);
    expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime([
      { time: [0, 3], records: ["a!", "b!", "c!", "e!", "f!"] },
      { time: [1, 0], records: ["d!"] },
    ]));
  });

  it("tells the function of its record's time and of the attempt", () => {
    const seen: unknown[] = [];
    const test = testOf((record: string, { time, attempt, signal }) => {
      seen.push([record, time, attempt, signal.aborted]);
    });
    test.send("in", 7, ["a"]);
    expect(seen).toEqual([["a", 7, 1, false]]);
  });
});

describe("mapAsync's slots", () => {
  it("are never more than its concurrency, and are taken in the order of arrival", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { concurrency: 2 });
    test.send("in", 0, ["a", "b", "c"]);
    test.send("in", 1, ["d"]);
    expect(desk.waiting).toEqual(["a", "b"]);
    await desk.answer("b");
    expect(desk.waiting).toEqual(["a", "c"]);
    await desk.answer("c");
    await desk.answer("d");
    await desk.answer("a");
    expect(desk.calls).toEqual(["a", "b", "c", "d"]);
    expect(desk.most).toBe(2);
  });

  it("are 16 when nothing is said", () => {
    const desk = new Desk();
    testOf(desk.ask).send("in", 0, Array.from({ length: 40 }, (_unused, i) => i));
    expect(desk.waiting).toHaveLength(16);
  });

  it("fail the dataflow when more wait than maxWaiting allows", () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { concurrency: 1, maxWaiting: 2 });
    test.send("in", 3, ["a", "b", "c"]);
    expect(() => test.send("in", 4, ["d"])).toThrow(
      /Cannot take more records at time 4 in "mapAsync": 3 wait for an answer, more than maxWaiting 2/,
    );
  });

  it("are taken by any script of answers, with every record answered once", async () => {
    const script = fc.record({
      batches: fc.array(
        fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 6 })),
        { minLength: 1, maxLength: 8 },
      ),
      picks: fc.array(fc.nat(1000), { minLength: 50, maxLength: 50, size: "max" }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      ordered: fc.boolean(),
      budget: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(script, async ({ batches, picks, ...options }) => {
        const { budget, ...config } = options;
        const desk = new Desk();
        const test = testOf(desk.ask, config, { budget, capacity: 2 });
        const expected: { time: number; records: string[] }[] = [];
        let record = 0;
        for (const [time, length] of batches) {
          const records = Array.from({ length }, () => record++);
          expected.push({ time, records: records.map((each) => `${each}!`) });
          test.send("in", time, records);
          const { waiting } = desk;
          await desk.answer(waiting[picks[record]! % waiting.length]);
        }
        test.advance("in", []);
        for (let i = 0; desk.waiting.length > 0; i++) {
          await desk.answer(desk.waiting[picks[i % 50]! % desk.waiting.length]);
        }
        expect(bagsByTime(test.batches("out"))).toEqual(bagsByTime(expected));
        expect(desk.most).toBeLessThanOrEqual(config.concurrency);
        expect(test.rights).toEqual([]);
        if (!config.ordered) return;
        for (const time of [0, 1, 2, 3]) {
          const of = (all: readonly { time: unknown; records: readonly unknown[] }[]) =>
            all.filter((batch) => batch.time === time).flatMap(({ records }) => records);
          expect(of(test.batches("out"))).toEqual(of(expected));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("mapAsync in order", () => {
  it("keeps the order of each time, while times do not wait for each other", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { ordered: true });
    test.send("in", 0, ["a", "b"]);
    test.send("in", 1, ["c", "d"]);
    test.send("in", 0, ["e"]);
    for (const record of ["e", "b", "d"]) await desk.answer(record);
    expect(test.sent("out")).toEqual([]);
    await desk.answer("c");
    expect(test.batches("out")).toEqual([{ time: 1, records: ["c!", "d!"] }]);
    await desk.answer("a");
    expect(test.batches("out").slice(1)).toEqual([{ time: 0, records: ["a!", "b!", "e!"] }]);
  });

  it("sends a long row of answers by slices", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { ordered: true, concurrency: 10 }, { budget: 1, capacity: 2 });
    test.send("in", 0, [0, 1, 2, 3, 4]);
    for (const record of [4, 3, 2, 1]) await desk.answer(record);
    const { slices } = test;
    await desk.answer(0);
    expect(test.sent("out")).toEqual(["0!", "1!", "2!", "3!", "4!"]);
    expect(test.slices - slices).toBe(3);
  });
});

describe("mapAsync's attempts", () => {
  it("begin again after growing waits, with the slot kept", async () => {
    const desk = new Desk();
    const retry = { attempts: 4, delayMs: 10, factor: 3 };
    const test = testOf(desk.ask, { concurrency: 1, retry });
    test.send("in", 0, ["a", "b"]);
    for (const [wait, call] of [[10, "a#2"], [30, "a#3"], [90, "a#4"]] as const) {
      await desk.refuse("a");
      test.pass(wait - 1);
      expect(desk.waiting).toEqual([]);
      test.pass(1);
      expect(desk.calls.at(-1)).toBe(call);
    }
    await desk.answer("a", "at last");
    expect(test.sent("out")).toEqual(["at last"]);
    await desk.answer("b");
    expect(desk.calls).toEqual(["a", "a#2", "a#3", "a#4", "b"]);
    expect(test.rights).toEqual([]);
  });

  it("are over when they take too long: their signal is aborted, and they are not listened to", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask, { timeoutMs: 50, retry: { attempts: 2 } });
    test.send("in", 0, ["a", "b"]);
    const signal = desk.signalOf("a");
    await desk.answer("b");
    test.pass(49);
    expect(signal.aborted).toBe(false);
    test.pass(1);
    expect([signal.aborted, (signal.reason as Error).name]).toEqual([true, "TimeoutError"]);
    test.pass(0);
    expect(desk.calls).toEqual(["a", "b", "a#2"]);
    // The first call, which nobody listens to any more.
    await desk.answer("a", "too late");
    expect(test.sent("out")).toEqual(["b!"]);
    await desk.answer("a", "in time");
    test.pass(1000);
    expect(test.sent("out")).toEqual(["b!", "in time"]);
    expect(test.rights).toEqual([]);
  });

  it("give up with an error that names record, time, attempt and cause", () => {
    const slow = testOf(() => new Promise(() => {}), {
      timeoutMs: 5,
      retry: { attempts: 2, delayMs: 1 },
    });
    slow.send("in", 3, [{ id: 7 }]);
    slow.pass(6);
    expect(() => slow.pass(5)).toThrow(
      /"mapAsync" threw on record {"id":7}: .*longer than 5 ms \(record of time 3, attempt 2 of 2\)/,
    );
    const throwing = testOf(() => {
      throw new TypeError("no such thing");
    });
    expect(() => throwing.send("in", 0, ["x"])).toThrow(
      /"mapAsync" threw on record "x": .*TypeError: no such thing \(record of time 0, attempt 1 of 1\)/,
    );
  });

  it("leave by the output failed when they are told to, in their order where that is kept", async () => {
    const desk = new Desk();
    const retry = { attempts: 2 };
    const test = testOf(desk.ask, { onError: "output", ordered: true, retry });
    test.send("in", 2, ["a", "b", "c"]);
    await desk.refuse("c", "a text");
    test.pass(0);
    await desk.refuse("c", "a text");
    await desk.answer("b");
    expect([test.sent("out"), test.sent("failed")]).toEqual([[], []]);
    await desk.refuse("a");
    test.pass(0);
    await desk.refuse("a", new RangeError("too far"));
    expect(test.sent("out")).toEqual(["b!"]);
    expect(test.batches("failed")).toEqual([{
      time: 2,
      records: [
        { record: "a", error: "RangeError: too far", attempts: 2 },
        { record: "c", error: '"a text"', attempts: 2 },
      ],
    }]);
    expect(test.rights).toEqual([]);
    test.finish();
  });

  it("treat what is thrown like what is rejected", () => {
    const test = testOf((n: number, { attempt }) => {
      if (attempt <= n) throw new Error(`not at attempt ${attempt}`);
      return [n, attempt];
    }, { retry: { attempts: 3, delayMs: 10 }, onError: "output" });
    test.send("in", 0, [0, 1, 2, 3]);
    expect(test.sent("out")).toEqual([[0, 1]]);
    test.pass(10);
    expect(test.sent("out")).toEqual([[0, 1], [1, 2]]);
    test.pass(20);
    expect(test.sent("out")).toEqual([[0, 1], [1, 2], [2, 3]]);
    expect(test.sent("failed")).toEqual([
      { record: 3, error: "Error: not at attempt 3", attempts: 3 },
    ]);
  });
});

describe("mapAsync's snapshots", () => {
  it("keep records without an answer, which are asked for again, and answers on their way", async () => {
    const before = new Desk();
    const config = { ordered: true, concurrency: 3, onError: "output" as const };
    const first = testOf(before.ask, config);
    first.send("in", 0, ["a", "b", "c", "d", "e"]);
    first.send("in", 4, ["f"]);
    await before.answer("b");
    await before.refuse("c");
    const saved = first.save();
    expect(mapAsync.state!.schema.safeParse(saved.state).success).toBe(true);
    expect(saved.rights).toEqual([0, 4]);

    const after = new Desk();
    const second = testOf(after.ask, config).restore(saved);
    second.pass(0);
    expect(second.rights).toEqual([0, 4]);
    expect(after.calls).toEqual(["a", "d", "e"]);
    for (const record of ["a", "d", "e", "f"]) await after.answer(record);
    expect(second.batches("out").filter(({ time }) => time === 0).flatMap(({ records }) => records))
      .toEqual(["a!", "b!", "d!", "e!"]);
    expect(second.sent("failed")).toEqual([
      { record: "c", error: "Error: no answer", attempts: 1 },
    ]);
    expect(second.rights).toEqual([]);
    second.advance("in", []);
    second.finish();
  });

  it("are empty when nothing is under way", async () => {
    const desk = new Desk();
    const test = testOf(desk.ask);
    expect(test.save().state).toEqual([]);
    test.send("in", 0, ["a"]);
    expect(test.save().state).toEqual([[0, [{ record: "a" }]]]);
    await desk.answer("a");
    expect(test.save().state).toEqual([]);
  });
});

describe("mapAsync's configuration", () => {
  it("is checked, with what is wrong in it named", () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ concurrency: 0 }, "concurrency"],
      [{ timeoutMs: -1 }, "timeoutMs"],
      [{ retry: { attempts: 0 } }, "retry.attempts"],
      [{ retry: { attempts: 2, factor: 0.5 } }, "retry.factor"],
      [{ onError: "drop" }, "onError"],
      [{ maxWaiting: 1.5 }, "maxWaiting"],
    ];
    for (const [options, path] of wrong) {
      const checked = mapAsync.config.safeParse({ f: () => 0, ...options });
      expect(checked.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
    }
  });
});
