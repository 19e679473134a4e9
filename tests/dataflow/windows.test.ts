import { describe, expect, it } from "vitest";
import { dataflow, type EngineOptions, type SessionInfo, type WindowInfo } from "../../mod.ts";
import { type BagsByTime, bagsByTime, type TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import {
  type Came,
  type Event,
  foldIds,
  reorderAnswers,
  type Result,
  sessionAnswers,
  windowAnswers,
} from "../operators/windows/oracle.ts";
import { manualEngine, policies } from "./support.ts";

const windows = { size: 10, every: 4, offset: 3, lateness: 6, early: 3 };
const sessions = { gap: 3, lateness: 5, early: 4 };
const at = (event: Event) => event.at;
const key = (event: Event) => event.key;
const ascending = (ids: readonly number[]) => ids.toSorted((a, b) => a - b);

/** The same events through windows, with and without keys, through sessions, and into order. */
function everything() {
  return dataflow("everything", (root) => {
    const events = root.input<Event>("events");
    // Something before and after, so that records, notifications and results wait for each other.
    const spread = events.filter(() => true).exchange((event) => event.id);
    // Workers fold the records of a time in no particular order.
    const emit = (key: unknown, ids: readonly number[], window: WindowInfo | SessionInfo) => ({
      key,
      ...window,
      ids: ascending(ids),
    });
    const windowed = spread.window({ ...windows, at, key, ...foldIds, emit });
    const all = spread.window({
      ...windows,
      at,
      ...foldIds,
      emit: (_key, ids, window) => emit(null, ids, window),
    });
    const sessioned = spread.sessionWindow({ ...sessions, at, key, ...foldIds, emit });
    const { ordered, late } = spread.reorder({ at });
    return {
      events,
      windowed: windowed.results.exchange(() => 0).output("windowed"),
      windowedLate: windowed.late.output("windowedLate"),
      all: all.results.output("all"),
      allLate: all.late.output("allLate"),
      sessions: sessioned.results.map((result) => result).output("sessions"),
      sessionsLate: sessioned.late.output("sessionsLate"),
      ordered: ordered.output("ordered"),
      orderedLate: late.output("orderedLate"),
    };
  });
}

/** Events with times around a watermark that moves; what is sent is written down. */
function* traffic(seed: number): Generator<{ came: Came } | { advanceTo: number }> {
  const random = new Random(seed);
  let mark = 0;
  let id = 0;
  for (let i = 0; i < 25; i++) {
    const records = Array.from({ length: random.between(1, 6) }, (): Event => ({
      id: id++,
      at: mark + random.between(-20, 8),
      key: random.pick(["a", "b", "c"]),
    }));
    yield { came: { time: mark + (random.chance(0.3) ? random.between(0, 5) : 0), records } };
    if (random.chance(0.5)) yield { advanceTo: mark += random.between(1, 5) };
  }
}

function expectedOf(came: readonly Came[]): Record<string, BagsByTime> {
  const answers = {
    windowed: windowAnswers(came, { ...windows, keyed: true }),
    all: windowAnswers(came, { ...windows, keyed: false }),
    sessions: sessionAnswers(came, { ...sessions, keyed: true }),
  };
  const bags: Record<string, BagsByTime> = {};
  for (const [name, { out, late }] of Object.entries(answers)) {
    for (const { records } of out) {
      (records as Result[]).forEach((result, i) => {
        records[i] = { ...result, ids: ascending(result.ids) };
      });
    }
    bags[name] = bagsByTime(out);
    bags[`${name}Late`] = bagsByTime(late);
  }
  const { out, late } = reorderAnswers(came);
  return { ...bags, ordered: bagsByTime(out), orderedLate: bagsByTime(late) };
}

function runOnce(seed: number, options: EngineOptions) {
  const engine = manualEngine(options);
  const { events, ...outputs } = engine.install(everything()).handles;
  const results: Record<string, TimedRecords[]> = {};
  for (const [name, output] of Object.entries(outputs)) {
    const list: TimedRecords[] = results[name] = [];
    output.subscribe(({ time, records }: TimedRecords) =>
      list.push({ time, records: [...records] })
    );
  }
  const came: Came[] = [];
  const random = new Random(seed + 1000);
  for (const step of traffic(seed)) {
    if ("advanceTo" in step) events.advanceTo(step.advanceTo);
    else {
      came.push(step.came);
      events.sendAt(step.came.time, step.came.records as Event[]);
    }
    if (random.chance(0.2)) engine.run();
  }
  events.close();
  engine.run();
  return { came, results };
}

describe("windows (whole dataflows)", () => {
  it.each(policies)("give what brute force finds, by %j", (policy) => {
    for (let seed = 0; seed < 12; seed++) {
      const { came, results } = runOnce(seed, { policy, budget: seed % 2 === 0 ? 8 : 1 });
      const bags = Object.entries(results).map(([name, list]) => [name, bagsByTime(list)]);
      expect({ seed, ...Object.fromEntries(bags) }).toEqual({ seed, ...expectedOf(came) });
    }
  });

  it("can be windows of windows, since a result has the last time of its window", () => {
    const program = dataflow("cascade", (root) => {
      const numbers = root.input<number>("numbers");
      const sums = {
        initial: () => 0,
        fold: (sum: number, n: number) => sum + n,
        emit: (_key: unknown, sum: number) => sum,
      };
      const seconds = numbers.window({ size: 10, ...sums }).results;
      const minutes = seconds.window({ size: 60, ...sums }).results;
      return { numbers, minutes: minutes.output("minutes") };
    });
    const engine = manualEngine();
    const { numbers, minutes } = engine.install(program).handles;
    const seen: unknown[] = [];
    minutes.subscribe(({ time, records }) => seen.push([time, ...records]));
    for (let time = 0; time < 150; time++) {
      numbers.advanceTo(time);
      numbers.send([time, 1]);
    }
    numbers.close();
    engine.run();
    const sum = (from: number, to: number) => (to - from) * (from + to - 1) / 2 + (to - from);
    expect(seen).toEqual([[59, sum(0, 60)], [119, sum(60, 120)], [179, sum(120, 150)]]);
  });

  it("keep nothing that holds times open, and complete a time as soon as their input has", async () => {
    const program = dataflow("open", (root) => {
      const numbers = root.input<number>("numbers");
      const { results, late } = numbers.window({
        size: 10,
        lateness: 1000,
        initial: () => 0,
        fold: (sum, n) => sum + n,
        emit: (_key, sum) => sum,
      });
      return {
        numbers,
        sums: results.output("sums"),
        done: results.probe(),
        lateDone: late.probe(),
      };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.send([1, 2]);
    run.handles.numbers.advanceTo(10);
    engine.run();
    expect(run.handles.done.frontier).toEqual([10]);
    expect(run.handles.lateDone.frontier).toEqual([10]);
    run.handles.numbers.close();
    engine.run();
    expect(run.handles.done.frontier).toEqual([]);
    expect(await run.handles.sums.toArray()).toEqual([3]);
    await run.done;
  });

  it("count late records that nobody reads", () => {
    const program = dataflow("unread", (root) => {
      const numbers = root.input<number>("numbers");
      const { ordered } = numbers.reorder({ at: (n) => n });
      const sums = { initial: () => 0, fold: (sum: number, n: number) => sum + n };
      const visits = numbers.sessionWindow({
        ...sums,
        gap: 2,
        at: (n) => n,
        key: (n) => n,
        emit: (n) => n,
      });
      const windows = numbers.window({ ...sums, size: 5, at: (n) => n, emit: (_key, sum) => sum });
      return {
        numbers,
        out: ordered.concat(visits.results, windows.results).output("out"),
        read: windows.late.output("read"),
      };
    });
    const engine = manualEngine();
    const run = engine.install(program);
    run.handles.numbers.advanceTo(10);
    run.handles.numbers.send([3, 4, 20]);
    run.handles.numbers.close();
    engine.run();
    expect(run.dropped.toSorted((a, b) => a.vertex < b.vertex ? -1 : 1)).toEqual([
      { vertex: "reorder", reason: "too late, and nobody reads them", records: 2 },
      { vertex: "sessionWindow", reason: "too late, and nobody reads them", records: 2 },
    ]);
  });

  it("are refused in a loop, by name, when the dataflow is installed", () => {
    const program = dataflow("nested", (root) => {
      const numbers = root.input<number>("numbers");
      const inner = root.loop("rounds", (loop) =>
        loop.leave(
          loop.enter(numbers).reorder({ at: (n) => n, name: "order" }).ordered,
        ));
      return { numbers, out: inner.output("out") };
    });
    expect(() => manualEngine().install(program)).toThrow(
      'MEANDER_TIME  Cannot use reorder at "rounds/order": times have 2 coordinates there',
    );
  });
});
