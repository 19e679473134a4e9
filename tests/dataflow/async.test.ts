import { describe, expect, it } from "vitest";
import { dataflow, type EngineOptions, memoryOf } from "../../mod.ts";
import { Desk } from "../_support/desk.ts";
import { failureOf, start } from "./by_hand.ts";

const policies: EngineOptions["policy"][] = ["downstream", "fifo", { seed: 1 }, { seed: 2 }];

describe("mapAsync in a dataflow", () => {
  for (const policy of policies) {
    it(`completes a time with its last answer, with policy ${JSON.stringify(policy)}`, async () => {
      const desk = new Desk();
      const { run, settle } = start(
        dataflow("asking", (root) => {
          const words = root.input<string>("words");
          const answers = words.mapAsync<string>(desk.ask);
          const counts = answers.count();
          return { words, answers: answers.output("answers"), counts: counts.probe() };
        }),
        { policy: policy! },
      );
      const { words, answers, counts } = run.handles;
      const completed = answers.completed();
      for (const [epoch, records] of [["a", "b"], ["c"], ["d"]].entries()) {
        words.advanceTo(epoch);
        words.send(records);
      }
      words.close();
      await settle();
      expect(counts.frontier).toEqual([0]);
      for (const record of ["d", "b", "c"]) await desk.answer(record);
      await settle();
      expect([counts.frontier, run.status]).toEqual([[0], "running"]);
      await desk.answer("a");
      await settle();
      expect(run.status).toBe("completed");
      const seen: unknown[] = [];
      for await (const { time, records } of completed) seen.push([time, records.toSorted()]);
      expect(seen).toEqual([[0, ["a!", "b!"]], [1, ["c!"]], [2, ["d!"]]]);
    });
  }

  it("keeps to its concurrency on each worker", async () => {
    const desks = new Map<number, Desk>();
    const { run, settle } = start(dataflow("spread", (root) => {
      const numbers = root.toStream(Array.from({ length: 40 }, (_unused, i) => i));
      // Which worker a record is on is seen by an operator in place, and given along.
      const placed = numbers.exchange((n) => n).unary<[number, number]>(
        "place",
        {},
        ({ out, worker }) => ({
          receive(batch) {
            for (const n of batch) out.out.push(batch.time, [worker.index, n]);
          },
        }),
      );
      const asked = placed.mapAsync<string>(([worker, n], call) => {
        if (!desks.has(worker)) desks.set(worker, new Desk());
        return desks.get(worker)!.ask(n, call);
      }, { concurrency: 3 });
      return { asked: asked.output("asked") };
    }));
    const answered: string[] = [];
    await settle();
    while (run.status === "running") {
      for (const desk of desks.values()) {
        if (desk.waiting.length > 0) await desk.answer(desk.waiting.at(-1));
      }
      await settle();
    }
    answered.push(...await run.handles.asked.toArray());
    expect(answered.sort()).toEqual(Array.from({ length: 40 }, (_unused, i) => `${i}!`).sort());
    expect(new Set([...desks.values()].map(({ most }) => most))).toEqual(new Set([3]));
  });

  it("goes round a loop: a crawl that is done when nothing is on its way", async () => {
    const links: Record<string, string[]> = {
      a: ["b", "c"],
      b: ["a", "d"],
      c: ["d"],
      d: ["a", "e"],
    };
    const load = async (page: string) => {
      for (let i = 0; i < page.charCodeAt(0) % 4; i++) await Promise.resolve();
      return links[page] ?? [];
    };
    const { run, settle } = start(dataflow("crawl", (root) => {
      const pages = root.toStream(["a"]);
      const found = root.loop("crawl", (loop) => {
        const again = loop.feedback<string>();
        const fresh = loop.enter(pages).concat(again).distinct({ per: "epoch" });
        again.connect(fresh.mapAsync(load, { concurrency: 2 }).flatMap((next) => next));
        return loop.leave(fresh);
      });
      return { found: found.output("found") };
    }));
    const found = run.handles.found.toArray();
    await settle();
    expect(run.status).toBe("completed");
    expect((await found).sort()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("tries again and gives up by the engine's clock", async () => {
    const { run, clock, settle } = start(dataflow("flaky", (root) => {
      const numbers = root.input<number>("numbers");
      const { answers, failed } = numbers.mapAsync((n, { attempt }) => {
        if (attempt < n) throw new Error(`attempt ${attempt}`);
        return n;
      }, { retry: { attempts: 3, delayMs: 100 }, onError: "output" });
      return { numbers, out: answers.output("out"), failed: failed.output("failed") };
    }));
    const { numbers, out, failed } = run.handles;
    numbers.send([1, 2, 3, 4]);
    numbers.close();
    const passed: [number, string][] = [];
    for (const ms of [0, 99, 1, 199, 1]) {
      clock.advance(ms);
      await settle();
      passed.push([clock.now(), run.status]);
    }
    expect(passed.map(([, status]) => status)).toEqual([
      "running",
      "running",
      "running",
      "running",
      "completed",
    ]);
    expect(await out.toArray()).toEqual([1, 2, 3]);
    expect(await failed.toArray()).toEqual([{ record: 4, error: "Error: attempt 3", attempts: 3 }]);
    expect(clock.pending).toBe(0);
  });

  it("aborts what is under way when it is cancelled, and hears of nothing after", async () => {
    const desk = new Desk();
    const { run, clock, settle } = start(dataflow("cancelled", (root) => {
      const words = root.input<string>("words");
      const answers = words.mapAsync<string>(desk.ask, { concurrency: 2, timeoutMs: 1000 });
      return { words, answers: answers.output("answers") };
    }));
    run.handles.words.send(["a", "b", "c"]);
    await settle();
    const signals = [desk.signalOf("a"), desk.signalOf("b")];
    expect(clock.pending).toBe(2);
    const failure = failureOf(run);
    run.cancel("enough");
    expect(signals.map(({ aborted, reason }) => [aborted, reason.name])).toEqual([
      [true, "AbortError"],
      [true, "AbortError"],
    ]);
    expect(clock.pending).toBe(0);
    await desk.answer("a");
    await desk.refuse("b");
    await settle();
    expect(desk.calls).toEqual(["a", "b"]);
    expect(await failure).toMatch(/was aborted: enough/);
    await expect(run.handles.answers.toArray()).rejects.toThrow("enough");
  });

  it("stops those who send to it when enough waits to keep its calls going", async () => {
    const desk = new Desk();
    let sent = 0;
    let most = 0;
    let answered = 0;
    const { run, settle } = start(
      dataflow("asking", (root) => {
        const words = root.source<string>("words", {}, ({ out, capability }) => () => {
          out.push(capability.time, String(sent++));
          most = Math.max(most, sent - answered);
          return sent < 300;
        });
        const passed = words.map((word) => word).mapAsync<string>(desk.ask, { concurrency: 3 });
        return { answers: passed.inspect(() => answered++).output("answers") };
      }),
      { capacity: 5, budget: 1 },
    );
    const all = run.handles.answers.toArray();
    for (let n = 0; n < 300; n++) {
      await settle();
      await desk.answer(String(n));
    }
    await settle();
    expect((await all).length).toBe(300);
    // Three are asked, three wait, a batch comes when they do not yet, and one was on its way then.
    expect(most).toBeLessThanOrEqual(3 + 3 + 2 * 5);
  });

  it("stops an input that feeds it directly, too", async () => {
    const desk = new Desk();
    const { run, settle } = start(dataflow("asking", (root) => {
      const words = root.input<string>("words");
      return {
        words,
        answers: words.mapAsync<string>(desk.ask, { concurrency: 3 }).output("answers"),
      };
    }));
    const { words, answers } = run.handles;
    const all = answers.toArray();
    let promises = 0;
    for (let n = 0; n < 200; n++) {
      if (words.send([`a${n}`, `b${n}`]) !== undefined) promises++;
      await settle();
    }
    words.close();
    expect(promises).toBeGreaterThan(100);
    // Three are asked, and as many wait, in batches of two.
    const { vertices } = memoryOf(run);
    expect(vertices.find(({ path }) => path === "mapAsync")!.now.keptRecords).toBeLessThanOrEqual(
      8,
    );
    for (let n = 0; n < 200; n++) {
      for (const name of ["a", "b"]) {
        await desk.answer(`${name}${n}`);
        await settle();
      }
    }
    expect((await all).length).toBe(400);
  });

  it("calls nobody any more when the function ends its own dataflow", async () => {
    const calls: number[] = [];
    const { run, settle } = start(dataflow("short-lived", (root) => {
      const numbers = root.toStream([1, 2, 3, 4, 5, 6]);
      const answers = numbers.mapAsync((n) => {
        calls.push(n);
        if (n === 3) run.cancel("at the third");
        return Promise.resolve(n);
      });
      return { answers: answers.output("answers") };
    }));
    const failure = failureOf(run);
    await settle();
    expect(await failure).toMatch(/at the third/);
    expect(calls).toEqual([1, 2, 3]);
  });

  it("fails the dataflow with the record, the time and the cause, and aborts the others", async () => {
    const desk = new Desk();
    const { run, settle } = start(dataflow("failing", (root) => {
      const words = root.input<string>("words");
      words.mapAsync<string>(desk.ask, { name: "look up" });
      return { words };
    }));
    const failure = failureOf(run);
    run.handles.words.advanceTo(4);
    run.handles.words.send(["a", "b"]);
    await settle();
    const signal = desk.signalOf("a");
    await desk.refuse("b", new RangeError("no such word"));
    await settle();
    expect(await failure).toMatch(
      /MEANDER_USER_FUNCTION {2}The function of "look up" \(written at .*\) threw on record "b": .*RangeError: no such word \(record of time 4, attempt 1 of 1\)/,
    );
    expect(signal.aborted).toBe(true);
    await desk.answer("a");
  });
});
