/**
 * What an engine says of itself: counted against programs whose answers are known, on any number of workers.
 */
import { describe, expect, it } from "vitest";
import { dataflow, type EngineEvent, graphJson, ManualClock } from "../../mod.ts";
import { MESSAGE } from "../../actors/inlet.ts";
import { watchTimes } from "../workers/programs/times.ts";
import { threaded } from "../workers/support.ts";
import { KNOWN, Record, runVarious, sum, various } from "./event_records.ts";
import { manualEngine, policies } from "./support.ts";

describe("events", () => {
  it("introduce the graph as graphJson has it", () => {
    const engine = manualEngine();
    const record = new Record(engine, { kinds: ["operates", "channels"] });
    const run = runVarious(engine);
    const { vertices, edges } = graphJson(various);
    expect(record.of("operates")).toEqual(
      vertices.map(({ path, operator, kind, scope }, vertex) => ({
        ...{ kind: "operates", dataflow: "various", run: run.number, worker: 0, at: 0 },
        ...{ vertex, path, operator, role: kind, scope },
      })),
    );
    expect(
      record.of("channels").map(({ from, output, to, input }) => ({ from, output, to, input })),
    ).toEqual(edges);
    const byNumber = record.of("channels").map(({ source, target }) =>
      [source, target].map((vertex) => vertices[vertex].path)
    );
    expect(byNumber).toEqual(edges.map(({ from, to }) => [from, to]));
  });

  it.each(policies)("count what a known program moves, policy %j", (policy) => {
    for (const budget of [1, 8]) {
      const engine = manualEngine({ policy, budget, capacity: 7 });
      const record = new Record(engine);
      runVarious(engine);
      const byPath = sum(record.received(), ({ path }) => path, ({ records }) => records);
      expect(byPath).toMatchObject(KNOWN);
      const slices = record.of("schedule");
      expect(sum(slices, ({ path }) => path, ({ received }) => received))
        .toMatchObject(KNOWN);
      expect(sum(slices, ({ path }) => path, ({ sent }) => sent)).toMatchObject({
        ...{ numbers: 100, double: 100, thirds: 67, concat: 167, many: 501, count: 4 },
      });
      // Every worker's shard is notified of every epoch of which it asked, and has a part of the records.
      const notified = slices.filter(({ path, callback }) =>
        path === "count" && callback === "notify"
      );
      expect(notified.length).toBe(4);
    }
  });

  it.each(policies)("lose no message: what was sent was received, policy %j", (policy) => {
    const engine = manualEngine({ policy, capacity: 5 });
    const record = new Record(engine, { kinds: ["messages", "channels"] });
    runVarious(engine);
    const into = new Map(
      record.of("channels").map(({ channel, to, input }) => [channel, `${to}.${input}`]),
    );
    for (const amount of [() => 1, ({ records }: { records: number }) => records]) {
      const sent = sum(record.sent(), ({ channel }) => into.get(channel), amount);
      expect(sum(record.received(), ({ path, port }) => `${path}.${port}`, amount)).toEqual(sent);
    }
    const sentTo = sum(record.sent(), ({ toWorker }) => toWorker, () => 1);
    expect(sum(record.received(), ({ worker }) => worker, () => 1)).toEqual(sentTo);
  });

  it("say how many messages wait, at any moment", () => {
    for (let steps = 1; steps < 120; steps += 7) {
      for (const chains of [true, false]) {
        const engine = manualEngine({ workers: 1, budget: 1, capacity: 2, chains });
        const record = new Record(engine, { kinds: ["messages"] });
        const run = engine.install(various);
        run.done.catch(() => {});
        run.handles.numbers.send([1, 2, 3, 4, 5, 6, 7, 8]);
        for (let i = 0; i < steps; i++) engine.step();
        let waiting = 0;
        engine.worker.mailbox.forEach(({ kind }) => waiting += kind === MESSAGE ? 1 : 0);
        run.cancel();
        engine.run();
        expect(record.sent().length - record.received().length).toBe(waiting);
      }
    }
  });

  it("give slices their time, and let none of a thread overlap", () => {
    const clock = new ManualClock();
    const slow = dataflow("slow", (root) => {
      const numbers = root.input<number>("numbers");
      const first = numbers.map((n) => (clock.advance(2), n), { name: "first" });
      const second = first.flatMap((n) => (clock.advance(1), [n, n, n]), { name: "second" });
      return { numbers, out: second.map((n) => n, { name: "last" }).output("out") };
    });
    const engine = manualEngine({ clock, budget: 1, capacity: 4 });
    const record = new Record(engine, { kinds: ["schedule"] });
    const { handles } = engine.install(slow);
    handles.numbers.send(Array.from({ length: 10 }, (_unused, i) => i));
    handles.numbers.close();
    engine.run();
    const slices = record.of("schedule");
    expect(sum(slices, ({ path }) => path, ({ ms }) => ms))
      .toMatchObject({ numbers: 0, first: 20, second: 10, last: 0, out: 0 });
    let end = 0;
    for (const { at, ms } of slices) {
      expect(at - ms).toBeGreaterThanOrEqual(end);
      end = at;
    }
    // It gave way, and went on where it was.
    const second = slices.filter(({ path }) => path === "second");
    expect(second.filter(({ more }) => more).length)
      .toBe(second.filter(({ callback }) => callback === "resume").length);
    expect(second.some(({ more }) => more)).toBe(true);
  });

  it("end the slice in which a dataflow ended before they say so", async () => {
    const failing = dataflow("failing", (root) => {
      const numbers = root.input<number>("numbers");
      const checked = numbers.map((n) => {
        if (n > 2) throw new RangeError("too many");
        return n;
      }, { name: "check" });
      return { numbers, out: checked.output("out") };
    });
    const engine = manualEngine();
    const record = new Record(engine);
    const run = engine.install(failing);
    run.done.catch(() => {});
    run.handles.numbers.send([1, 2, 3]);
    engine.run();
    await run.done.catch(() => {});
    const { status, error, worker } = record.of("shutdown")[0];
    expect([status, worker]).toEqual(["failed", 0]);
    expect(error).toContain("too many");
    const ofIt = record.all.filter((event) => "run" in event);
    expect(ofIt.at(-1)!.kind).toBe("shutdown");
    expect(record.of("schedule").at(-1)).toMatchObject({ path: "check", received: 3, sent: 0 });
  });

  it("end with the dataflow, however that ends", () => {
    const engine = manualEngine();
    const record = new Record(engine);
    const first = runVarious(engine);
    const second = engine.install(various);
    second.handles.numbers.send([1]);
    engine.run();
    second.done.catch(() => {});
    second.cancel("of a whim");
    engine.run();
    const ends = record.of("shutdown").map(({ run, status }) => [run, status]);
    expect(ends).toEqual([[first.number, "completed"], [second.number, "cancelled"]]);
    expect(record.of("shutdown")[1].error).toContain("of a whim");
    for (const { number } of [first, second]) {
      const ofIt = record.all.filter((event) => "run" in event && event.run === number);
      expect(ofIt.at(-1)!.kind).toBe("shutdown");
    }
    const count = record.all.length;
    engine.run();
    expect(record.all.length).toBe(count);
  });

  it("tell of parking and waking in turn, and of nothing while nothing happens", () => {
    const engine = manualEngine();
    const record = new Record(engine);
    const { handles } = engine.install(various);
    engine.run();
    for (let epoch = 1; epoch < 5; epoch++) {
      handles.numbers.send([epoch]);
      handles.numbers.advanceTo(epoch);
      engine.run();
    }
    const parks = Map.groupBy(record.of("park"), ({ worker }) => worker);
    for (const events of parks.values()) {
      const actions = events.map(({ action }) => action);
      expect(actions).toEqual(actions.map((_action, i) => i % 2 === 0 ? "park" : "unpark"));
      expect(actions.length).toBeGreaterThan(2);
      expect(actions.at(-1)).toBe("park");
    }
    expect(parks.has(0)).toBe(true);
    const count = record.all.length;
    for (let i = 0; i < 3; i++) engine.run();
    expect(record.all.length).toBe(count);
  });

  it("have the frontiers that probes have", () => {
    const engine = manualEngine();
    const record = new Record(engine, { kinds: ["progress"] });
    const { handles } = engine.install(various);
    const frontierAt = (path: string, port: string) =>
      record.of("progress").flatMap((event) =>
        event.action === "frontier" && event.worker === 0 && event.path === path &&
          event.port === port
          ? [event.frontier]
          : []
      ).at(-1);
    for (let epoch = 1; epoch <= 6; epoch++) {
      handles.numbers.send([epoch]);
      using _held = epoch % 2 === 0 ? handles.numbers.open(epoch) : undefined;
      handles.numbers.advanceTo(epoch);
      engine.run();
      expect(frontierAt("thirds", "out")).toEqual(handles.done.frontier);
      expect(frontierAt("counted", "in")).toEqual(handles.counted.frontier);
    }
    handles.numbers.close();
    engine.run();
    expect(frontierAt("thirds", "out")).toEqual([]);
    const applied = record.of("progress").filter(({ action }) => action === "applied");
    expect(applied.length).toBeGreaterThan(6);
  });

  it("come from other threads, in the time of the first", async () => {
    using engine = threaded(2);
    const record = new Record(engine);
    const before = performance.now();
    const run = engine.install(watchTimes(1));
    const reports = run.handles.seen.toArray();
    for (const time of [0, 1, 2]) {
      run.handles.numbers.sendAt(time, Array.from({ length: 50 }, (_unused, i) => i));
    }
    run.handles.numbers.close();
    await run.done;
    expect((await reports).reduce((all, { records }) => all + records, 0)).toBe(150);
    await engine.idle();
    const after = performance.now();
    const received = record.received().filter(({ path }) => path === "watch");
    expect(received.reduce((all, { records }) => all + records, 0)).toBe(150);
    expect(new Set(received.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
    const ends = record.of("shutdown");
    expect(ends.map(({ status }) => status)).toEqual(["completed"]);
    expect(record.all.filter((event) => "run" in event).at(-1)).toBe(ends[0]);
    // Two clocks of one machine, of which one was set by the other.
    for (const { at } of record.all) {
      expect(at).toBeGreaterThan(before - 50);
      expect(at).toBeLessThan(after + 50);
    }
  });
});

describe("events of threads", () => {
  it("begin in the middle as well, and end when nobody asks", async () => {
    using engine = threaded(2);
    const run = engine.install(watchTimes(1));
    const { numbers, seen, done } = run.handles;
    const reports = seen.toArray();
    numbers.sendAt(0, Array.from({ length: 40 }, (_unused, i) => i));
    numbers.advanceTo(1);
    await done.completed(0);
    const heard: EngineEvent[] = [];
    const observation = engine.observe((events) => void heard.push(...events));
    // What is asked for goes to a thread on the same way as records, and before them.
    numbers.sendAt(1, Array.from({ length: 40 }, (_unused, i) => i));
    numbers.advanceTo(2);
    await done.completed(1);
    numbers.sendAt(2, [1]);
    numbers.close();
    await run.done;
    await engine.idle();
    observation.end();
    await reports;
    const times = heard.flatMap((event) =>
      event.kind === "messages" && event.action === "received" && event.path === "watch"
        ? [[event.time, event.records] as const]
        : []
    );
    expect(sum(times, ([time]) => time, ([, records]) => records)).toEqual({ 1: 40, 2: 1 });
  });
});
