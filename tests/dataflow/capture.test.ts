import { describe, expect, it } from "vitest";
import {
  dataflow,
  type EngineOptions,
  EventLog,
  execute,
  extract,
  type LogEvent,
  type LoopScope,
  MeanderError,
  type Replayable,
  type Stream,
  type Time,
} from "../../mod.ts";
import { bagsByTime, type TimedRecords } from "../_support/bags.ts";
import { Random } from "../oracle/random.ts";
import { policies } from "./support.ts";

type Numbers = Stream<number>;

/** A stream that is captured: what it has by another way, and the logs by worker. */
class Captured {
  readonly seen: TimedRecords[] = [];
  readonly logs: EventLog<number>[] = [];

  constructor(readonly stream: Numbers, readonly depth: number, perWorker: boolean) {
    const into = (worker: number) => this.logs[worker] ??= new EventLog(`log ${worker}`);
    stream.inspect((n, time) => void this.seen.push({ time, records: [n] }))
      .captureInto(perWorker ? into : into(0));
  }

  /** The logs, as every worker could open them if they were files, or as they are. */
  logsFor(everywhere: boolean): Replayable<number>[] {
    if (!everywhere) return this.logs;
    return this.logs.map((log) => ({
      name: log.name,
      isEverywhere: true,
      open: () => log.open(),
    }));
  }
}

/** One more stream out of some that are there. */
function step(random: Random, streams: readonly Numbers[]): Numbers {
  const of = random.chance(0.5) ? streams[streams.length - 1] : random.pick(streams);
  const by = random.between(2, 4);
  const kinds: (() => Numbers)[] = [
    () => of.map((n) => (n * by + 1) % 23),
    () => of.filter((n) => n % by !== 0),
    () => of.flatMap((n) => [n, (n + by) % 23]),
    () => of.concat(random.pick(streams)),
    () => of.exchange((n) => n),
    () => of.distinct(),
    () => of.count(),
    () =>
      of.join(random.pick(streams), {
        leftKey: (n) => n % 5,
        rightKey: (n) => n % 5,
        value: (a, b) => (a + b) % 23,
      }),
    () =>
      of.delay((n, time) =>
        typeof time === "number" ? time + n % 3 : [time[0] + n % 3, ...time.slice(1)]
      ),
  ];
  return random.pick(kinds)();
}

/** A loop that ends: streams in it, and one that leaves it. */
function loopOf(
  random: Random,
  loop: LoopScope,
  outer: Numbers,
): { inner: Numbers[]; left: Numbers } {
  const again = loop.feedback<number>({ maxIterations: 3 });
  const inner: Numbers[] = [loop.enter(outer).concat(again).distinct()];
  for (let i = random.between(1, 3); i > 0; i--) inner.push(step(random, inner));
  again.connect(inner[inner.length - 1]);
  return { inner, left: loop.leave(inner[inner.length - 1]) };
}

/** A random program with a loop, captured at three streams, one of them in the loop. */
function randomProgram(seed: number, perWorker: boolean) {
  const random = new Random(seed);
  const captured: Captured[] = [];
  const program = dataflow("random", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const streams: Numbers[] = [numbers];
    for (let i = random.between(1, 3); i > 0; i--) streams.push(step(random, streams));
    const { inner, left } = root.loop("loop", (loop) => loopOf(random, loop, random.pick(streams)));
    captured.push(new Captured(random.pick(inner), 2, perWorker));
    streams.push(left);
    for (let i = random.between(1, 3); i > 0; i--) streams.push(step(random, streams));
    captured.push(new Captured(random.pick(streams), 1, perWorker));
    captured.push(new Captured(streams[streams.length - 1], 1, perWorker));
    return { numbers };
  });
  return { program, captured };
}

async function runRandom(seed: number, perWorker: boolean, options: EngineOptions) {
  const { program, captured } = randomProgram(seed, perWorker);
  const random = new Random(seed + 1);
  await using run = execute(program, options);
  const { numbers } = run.handles;
  for (let epoch = 0; epoch < 4; epoch++) {
    for (let i = random.below(3); i >= 0; i--) {
      const records = Array.from({ length: random.between(1, 6) }, () => random.below(23));
      await numbers.sendAt(
        epoch + random.below(2),
        random.chance(0.5) ? records : Int32Array.from(records),
      );
      if (random.chance(0.3)) await run.idle();
    }
    numbers.advanceTo(epoch + 1);
  }
  numbers.close();
  await run.done;
  return captured;
}

/** What comes out of a replay, by time, and the numbers of records of each time that count found. */
async function replayed(
  logs: readonly Replayable<number>[],
  depth: number,
  options: EngineOptions,
): Promise<{ all: TimedRecords[]; counts: [Time, number][] }> {
  const program = dataflow("replay", (root) => {
    const numbers = root.replay(logs);
    return { all: numbers.output("all"), counts: numbers.count().output("counts") };
  }, { coordinates: depth });
  await using run = execute(program, options);
  const counts: [Time, number][] = [];
  run.handles.counts.subscribe(({ time, records }) =>
    records.forEach((n) => counts.push([time, n]))
  );
  const all = await Array.fromAsync(run.handles.all);
  await run.done;
  return { all, counts };
}

function sizesOf(batches: readonly TimedRecords[]): Record<string, number> {
  const bags = Object.entries(bagsByTime(batches));
  return Object.fromEntries(bags.map(([time, bag]) => [time, bag.length]));
}

describe("a stream that was captured", () => {
  const ways: [number, boolean, number, number][] = [
    [1, false, 1, 1],
    [1, true, 1, 3],
    [2, false, 1, 2],
    [2, true, 1, 1],
    [2, true, 8, 2],
    [3, true, 8, 2],
    [2, true, 1, 3],
  ];

  it.each(ways)(
    "is the same when it is replayed: %i workers, a log each: %s; budget %i on %i workers",
    async (workers, perWorker, budget, others) => {
      let records = 0;
      for (let seed = 0; seed < 25; seed++) {
        const policy = policies[seed % policies.length];
        const options = { workers, threads: false, policy, checks: true, budget: 1 + seed % 3 };
        for (const captured of await runRandom(seed, perWorker, options)) {
          const wanted = bagsByTime(captured.seen);
          records += captured.seen.length;
          const logs = captured.logsFor(seed % 2 === 0);
          expect(logs.length).toBe(perWorker ? workers : 1);
          const again = {
            workers: others,
            threads: false,
            budget,
            capacity: 1 + seed % 5,
            checks: true,
          };
          const found = await replayed(logs, captured.depth, {
            ...again,
            policy: policies[seed % 3],
          });
          expect([seed, bagsByTime(found.all)]).toEqual([seed, wanted]);
          const extracted = await extract(logs);
          expect(bagsByTime(extracted.map(([time, records]) => ({ time, records })))).toEqual(
            wanted,
          );
          if (others === 1) expect(countsOf(found.counts)).toEqual(sizesOf(captured.seen));
        }
      }
      expect(records).toBeGreaterThan(1000);
    },
  );

  it("keeps the order of progress and records in every log", async () => {
    for (const { logs } of await runRandom(5, true, { workers: 2, threads: false })) {
      for (const log of logs) {
        const copy = new EventLog();
        for (const event of log.events) copy.push(event);
        expect([log.isComplete, log.isEnded, copy.isComplete]).toEqual([true, true, true]);
      }
    }
  });
});

function countsOf(counts: readonly [Time, number][]): Record<string, number> {
  return Object.fromEntries(
    counts.map(([time, n]) => [Array.isArray(time) ? `[${time}]` : time, n]),
  );
}

describe("captureInto and replay", () => {
  /** A dataflow that captures, and one that replays while it does. */
  function growing(whenTorn: "fail" | "complete" = "fail") {
    const log = new EventLog<number>();
    const capturing = dataflow("capturing", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.map((n) => {
        if (n < 0) throw new Error("negative");
        return n;
      }).captureInto(log, { name: "log" });
      return { numbers };
    });
    const replaying = dataflow("replaying", (root) => {
      return {
        counts: root.replay(log, { whenTorn, name: "again" }).count().output("counts"),
      };
    });
    return { log, first: execute(capturing), second: execute(replaying) };
  }

  it("work at the same time, epoch by epoch", async () => {
    const { first, second } = growing();
    const { numbers } = first.handles;
    const { counts } = second.handles;
    const found: unknown[] = [];
    counts.subscribe(({ time, records }) => found.push([time, ...records]));
    for (const epoch of [0, 1, 2]) {
      numbers.send(Array.from({ length: epoch + 1 }, (_unused, i) => i));
      numbers.advanceTo(epoch + 1);
      await counts.passed(epoch);
      expect(found.length).toBe(epoch + 1);
    }
    numbers.close();
    await first.done;
    await second.done;
    expect(found).toEqual([[0, 1], [1, 2], [2, 3]]);
  });

  it.each(["failed", "cancelled"])(
    "what is captured of a dataflow that %s is not complete",
    async (end) => {
      const { log, first, second } = growing();
      first.handles.numbers.send([1, 2]);
      first.handles.numbers.advanceTo(1);
      await second.handles.counts.passed(0);
      if (end === "failed") first.handles.numbers.send([-1]);
      else first.cancel();
      await expect(first.done).rejects.toThrow();
      await expect(second.done).rejects.toThrow(
        'MEANDER_LOG_TORN  Cannot replay at "again": Cannot read log "events" to its end: it ends before ' +
          "its last time is complete (open from 1 on)",
      );
      expect([log.isEnded, log.isComplete]).toEqual([true, false]);
      await expect(extract(log)).rejects.toThrow("MEANDER_LOG_TORN");
      expect(await extract(log, { whenTorn: "complete" })).toEqual([[0, [1, 2]]]);
    },
  );

  it("may take what there is as all there was", async () => {
    const { first, second } = growing("complete");
    first.handles.numbers.send([1, 2]);
    first.cancel();
    await expect(first.done).rejects.toThrow("MEANDER_ABORTED");
    await second.done;
  });

  it("need a log for each capture and each run", async () => {
    const log = new EventLog<number>("one");
    const program = dataflow("twice", (root) => {
      const numbers = root.input<number>("numbers");
      numbers.captureInto(log);
      return { numbers };
    });
    const run = execute(program);
    run.handles.numbers.close();
    await run.done;
    const failure = () => execute(program);
    expect(failure).toThrow('Cannot write event 3 to log "one": it was ended');
  });

  it("refuse a scope of another depth, and name both", async () => {
    const log = new EventLog<number>("deep");
    log.push({ kind: "progress", changes: [[[0, 0], 1]] });
    const program = dataflow("flat", (root) => ({ out: root.replay(log).output("out") }));
    const error = await execute(program).done.catch((cause) => cause);
    expect(error).toBeInstanceOf(MeanderError);
    expect(error.message).toContain(
      'MEANDER_LOG  Cannot replay at "replay": Cannot read log "deep" at event 1: its times have 2 ' +
        "coordinates, and those here have 1",
    );
  });

  it("replay a loop's stream in a loop", async () => {
    const [inLoop] = await runRandom(3, false, { workers: 1 });
    const program = dataflow("in a loop", (root) => {
      const left = root.loop("loop", (loop) => loop.leave(loop.replay(inLoop.logs)));
      return { out: left.output("out") };
    });
    await using run = execute(program);
    const found = await Array.fromAsync(run.handles.out);
    const wanted = inLoop.seen.map(({ time, records }) => ({
      time: (time as number[])[0],
      records,
    }));
    expect(bagsByTime(found)).toEqual(bagsByTime(wanted));
  });

  it.each([true, false])(
    "divide logs among workers when all can open them: %s",
    async (everywhere) => {
      const logs = ["a", "b", "c"].map((name) => {
        const log = new EventLog<string>(name);
        log.push({ kind: "progress", changes: [[0, 1]] });
        log.push({ kind: "messages", time: 0, records: [name] });
        log.push({ kind: "progress", changes: [[0, -1]] });
        return { name, isEverywhere: everywhere, open: () => log.open() };
      });
      const program = dataflow("divided", (root) => {
        const tagged = root.replay(logs).unary<string>("tag", {}, ({ out, worker }) => ({
          receive(batch) {
            out.out.send(batch.time, batch.rows().map((name) => `${name}${worker.index}`));
          },
        }));
        return { out: tagged.output("out") };
      });
      await using run = execute(program, { workers: 2, threads: false });
      const found = (await run.handles.out.toArray()).sort();
      expect(found).toEqual(everywhere ? ["a0", "b1", "c0"] : ["a0", "b0", "c0"]);
    },
  );

  it("let what is complete be worked off before the rest of a long log is played", async () => {
    const last = 50_000;
    let given = 0;
    const log: Replayable<number> = {
      name: "long",
      open() {
        const events = longLog(last);
        return {
          isLive: false,
          torn: undefined,
          place: "somewhere",
          next() {
            given++;
            return events.next().value ?? "end";
          },
          whenReady() {},
          close() {},
        };
      },
    };
    const program = dataflow("long", (root) => ({
      counts: root.replay(log).count().output("counts"),
    }));
    const run = execute(program, { workers: 1 });
    let ahead = 0;
    let times = 0;
    run.handles.counts.subscribe(() => ahead = Math.max(ahead, given / 2 - ++times));
    await run.done;
    expect(times).toBe(last);
    expect(ahead).toBeLessThan(last / 10);
  });

  it("are refused with what is no log", () => {
    const build = () =>
      dataflow("wrong", (root) => ({ out: root.replay({} as never).output("out") }));
    expect(build).toThrow("logs.0");
    expect(build).toThrow("expected a log");
  });
});

/** One record in each epoch, made when it is asked for. */
function* longLog(last: number): Generator<LogEvent<number>, undefined> {
  yield { kind: "progress", changes: [[0, 1]] };
  for (let epoch = 0; epoch < last; epoch++) {
    yield { kind: "messages", time: epoch, records: [epoch] };
    yield { kind: "progress", changes: [[epoch + 1, 1], [epoch, -1]] };
  }
  yield { kind: "progress", changes: [[last, -1]] };
}
