import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chain, type Stage } from "../../actors/chain.ts";
import { Route } from "../../actors/inlet.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import {
  type Data,
  dataflow,
  type EngineOptions,
  range,
  type Running,
  type Stream,
} from "../../mod.ts";
import { Batch, MeanderError, type Time } from "../../mod.ts";
import { BufferPool } from "../../batches/pool.ts";
import { Turn } from "../../operators/contract/turn.ts";
import { buffersOut, causeOf, install } from "./engines.ts";

type Log = (entry: unknown) => void;
type Build = (stream: Stream<unknown>, name: string, log: Log) => Stream<unknown>;

const numberIn = (record: unknown) => typeof record === "number" ? record : String(record).length;
const throwAt = (limit: number) => (record: unknown) => {
  if (numberIn(record) > limit) throw new RangeError(`more than ${limit}`);
  return record;
};

/** What a row is made of: transforms, and vertices between them that are none. */
const stages: Record<string, Build> = {
  add: (stream, name) => stream.map((record) => numberIn(record) + 1, { name }),
  halve: (stream, name) => stream.map((record) => numberIn(record) / 2, { name }),
  text: (stream, name) => stream.map((record) => `<${record}>`, { name }),
  all: (stream, name) => stream.filter(() => true, { name }),
  none: (stream, name) => stream.filter(() => false, { name }),
  whole: (stream, name) => stream.filter((record) => numberIn(record) % 1 === 0, { name }),
  log: (stream, name, log) =>
    stream.inspect((record, time) => void log([name, record, time]), { name }),
  twice: (stream, name) => stream.flatMap((record) => [record, record], { name }),
  range: (stream, name) =>
    stream.flatMap((record) => range(0, Math.min(4, Math.floor(Math.abs(numberIn(record))))), {
      name,
    }),
  throwing: (stream, name) => stream.map(throwAt(9), { name }),
  throwingPredicate: (stream, name) => stream.filter(throwAt(7), { name }),
  throwingLog: (stream, name) => stream.inspect((record) => void throwAt(8)(record), { name }),
  throwingFlatMap: (stream, name) => stream.flatMap((record) => [throwAt(10)(record)], { name }),
};

/** A row of stages, some of them in a loop scope that is entered and left. */
function row(kinds: readonly string[], looped: readonly [number, number], log: Log) {
  return dataflow("row", (root) => {
    const records = root.input<unknown>("records");
    const build = (stream: Stream<unknown>, from: number, to: number) =>
      kinds.slice(from, to).reduce(
        (last, kind, i) => stages[kind](last, `${kind}${from + i}`, log),
        stream,
      );
    const [from, to] = looped;
    const before = build(records, 0, from);
    const within = from < to
      ? root.loop("scope", (loop) => loop.leave(build(loop.enter(before), from, to)))
      : before;
    return { records, result: build(within, Math.max(from, to), kinds.length).output("result") };
  });
}

interface Seen {
  readonly log: unknown[];
  readonly status: string;
  readonly cause: unknown;
  readonly buffers: number;
}

/** Everything that anybody could tell of a run. */
function unlessFailed(send: () => void): void {
  try {
    send();
  } catch (error) {
    if (!(error instanceof MeanderError)) throw error;
  }
}

async function observe(
  kinds: readonly string[],
  looped: readonly [number, number],
  batches: readonly Data<unknown>[],
  options: EngineOptions,
): Promise<Seen> {
  const log: unknown[] = [];
  const { engine, run } = install(row(kinds, looped, (entry) => void log.push(entry)), options);
  run.handles.result.subscribe(({ time, records }) => void log.push(["out", time, [...records]]));
  batches.forEach((data, i) => {
    // A failure in the middle of a send is thrown by it as well, and compared below.
    if (run.status === "running") unlessFailed(() => run.handles.records.sendAt(i % 3, data));
  });
  if (run.status === "running") run.handles.records.close();
  engine.run();
  const cause = await causeOf(run);
  const facts = cause instanceof MeanderError ? [cause.code, cause.where, cause.message] : cause;
  return { log, status: run.status, cause: facts, buffers: buffersOut(engine) };
}

const number = fc.oneof(fc.integer({ min: -3, max: 11 }), fc.constantFrom(0.5, 2.5, NaN, -0, 1e10));
const anyBatch: fc.Arbitrary<Data<unknown>> = fc.oneof(
  fc.array(fc.oneof(number, fc.constantFrom("a", "word")), { minLength: 1, maxLength: 5 }),
  fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 1, maxLength: 70, size: "max" })
    .map((numbers) => Int32Array.from(numbers)),
  fc.array(number, { minLength: 1, maxLength: 70, size: "max" })
    .map((numbers) => Float64Array.from(numbers)),
);
const anyRow = fc.record({
  kinds: fc.array(fc.constantFrom(...Object.keys(stages)), { maxLength: 9, size: "max" }),
  looped: fc.tuple(fc.nat(6), fc.nat(6)),
  batches: fc.array(anyBatch, { maxLength: 6, size: "max" }),
  budget: fc.integer({ min: 1, max: 8 }),
  capacity: fc.constantFrom(1, 3, 64, 1024),
});

describe("chains (docs/design/0004: nobody can tell)", () => {
  it("change no result, no order, no error and no time of random rows of stages", async () => {
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(anyRow, async ({ kinds, looped, batches, ...limits }) => {
        const on = await observe(kinds, looped, batches, { ...limits, chains: true });
        const off = await observe(kinds, looped, batches, { ...limits, chains: false });
        const explained = await observe(kinds, looped, batches, { ...limits, explain: true });
        const { buffers: _buffers, ...facts } = on;
        expect(off).toMatchObject(facts);
        expect(off.log).toEqual(on.log);
        expect(explained.log).toEqual(on.log);
        expect(explained.cause).toEqual(on.cause);
        if (on.status === "failed") failures++;
        else expect([on.buffers, off.buffers, explained.buffers]).toEqual([0, 0, 0]);
      }),
      { numRuns: 150 },
    );
    // Both kinds of run were met.
    expect(failures).toBeGreaterThan(10);
    expect(failures).toBeLessThan(140);
  });

  it("blame the vertex that threw, at its own record and time", async () => {
    const kinds = ["add", "log", "throwing", "add", "throwingPredicate"];
    const looped = [1, 4] as const;
    const { cause } = await observe(kinds, looped, [Int32Array.of(1), Int32Array.of(2, 12)], {});
    const [code, where, message] = cause as string[];
    expect([code, where]).toEqual(["MEANDER_USER_FUNCTION", "scope/throwing2"]);
    expect(message).toContain("threw at time [1,0] on record 13: RangeError: more than 9");
  });
});

describe("a chain", () => {
  /** The actor of the vertex, and whether messages for it begin a chain, which leads on to these. */
  const chainsOf = (run: Running, actors = run.actors as readonly VertexActor[]) =>
    Object.fromEntries(actors.flatMap((actor) =>
      actor.inlets.map(({ chain }) => [
        actor.context.name,
        chain?.route.targets.map((target) => target.actor.context.name) ?? null,
      ])
    ));
  const program = dataflow("shapes", (root) => {
    const words = root.input<string>("words");
    const merged = root.loop("loop", (loop) => {
      const again = loop.feedback<string>({ maxIterations: 3 });
      const all = loop.enter(words.map((word) => word, { name: "head" }))
        .map((word) => word, { name: "first" }).concat(again);
      again.connect(all.filter(() => true, { name: "keep" }));
      return loop.leave(all.map((word) => word, { name: "out" }));
    });
    merged.inspect(() => {}, { name: "last" }).flatMap((word) => [word], { name: "many" })
      .inspect(() => {}, { name: "end" });
    return { words };
  });

  it("goes on while an output's only target is another transform, and ends before a feedback", () => {
    const chains = chainsOf(install(program).run);
    expect(chains).toMatchObject({
      // Two readers: what they get goes through mailboxes.
      head: ["loop/keep", "loop/out"],
      "loop/keep": ["loop/feedback"],
      "loop/out": ["many"],
      "loop/feedback": null,
      many: null,
      end: [],
    });
    // Who is reached from within a row only has no chain of its own.
    for (const inner of ["loop/first", "loop/egress", "last"]) expect(chains[inner]).toBe(null);
  });

  it("begins wherever messages arrive through a mailbox, though others pass there too", () => {
    const program = dataflow("join", (root) => {
      const words = root.input<string>("words");
      const many = words.flatMap((word) => [word], { name: "many" });
      const first = words.map((word) => word, { name: "first" });
      many.concat(first).map((word) => word, { name: "tail" });
      return { words };
    });
    expect(chainsOf(install(program).run)).toEqual({
      many: null,
      first: [],
      concat: [],
      tail: null,
    });
  });

  it("is made neither with chains: false nor with explain: true", () => {
    for (const options of [{ chains: false }, { explain: true }]) {
      const chains = chainsOf(install(program, options).run);
      expect(new Set(Object.values(chains))).toEqual(new Set([null]));
    }
  });

  it("carries a batch in one entry, and sends nothing when nothing is left of it", () => {
    const program = dataflow("one", (root) => {
      const numbers = root.input<number>("numbers");
      const kept = numbers.map((n) => n + 1).filter((n) => n > 5).map((n) => n * 2).inspect(
        () => {},
      );
      kept.flatMap((n) => [n]);
      return { numbers };
    });
    const { engine, run } = install(program);
    run.handles.numbers.send([1, 2, 3]);
    engine.run();
    expect(engine.worker.entries).toBe(1);
    run.handles.numbers.send([1, 2, 30]);
    engine.run();
    expect(engine.worker.entries).toBe(3);
    expect(buffersOut(engine)).toBe(0);
  });

  it("gives back what its stages made, also when a later one throws", () => {
    const program = dataflow("buffers", (root) => {
      const limits = root.input<number>("limits");
      limits.flatMap((limit) => range(0, limit)).map((n) => n + 1).filter((n) => n % 2 === 0)
        .map((n) => n / 4).inspect((n) => {
          if (n > 100) throw new Error("no");
        });
      return { limits };
    });
    const { engine, run } = install(program);
    run.handles.limits.send([300, 200]);
    engine.run();
    expect(run.status).toBe("running");
    expect(engine.worker.pool.stats.taken).toBeGreaterThan(2);
    expect(buffersOut(engine)).toBe(0);
    run.handles.limits.send([500]);
    engine.run();
    expect(run.status).toBe("failed");
    expect(buffersOut(engine)).toBe(0);
  });

  it("gives a buffer back when a stage leaves nothing of it, and keeps the caller's", () => {
    const pool = new BufferPool({ poison: true });
    const stage = (length: number, make?: () => Data<unknown>): Stage => ({
      actor: { context: null } as never,
      summary: null,
      transform: { length, faultIndex: -1, apply: (data) => make?.() ?? data },
    });
    const make = () => pool.takeInt32(64);
    const batch = new Batch<unknown>(3, pool.takeInt32(64).fill(7), 64);
    const run = (...stages: Stage[]) => new Chain(stages, new Route(), pool, new Turn()).run(batch);
    const out = () => pool.stats.taken - pool.stats.given;
    expect(run(stage(64), stage(0))).toBe(null);
    expect(run(stage(64, make), stage(0))).toBe(null);
    expect(run(stage(64, make), stage(64, make), stage(0, make))).toBe(null);
    expect(out()).toBe(1);
    expect(batch.rows().every((n) => n === 7)).toBe(true);
    const result = run(stage(64, make), stage(10, make), stage(10))!;
    expect([result.time, result.length, out()]).toEqual([3, 10, 2]);
    result.release();
    expect(out()).toBe(1);
  });

  it("is no hiding place from probes: what passed it counts as done, and what waits does not", () => {
    const early: Time[] = [];
    const program = dataflow("probed", (root) => {
      const numbers = root.input<number>("numbers");
      const middle = numbers.map((n) => n + 1);
      const end = middle.filter(() => true).inspect((_n, time) => {
        if (run.handles.middle.isComplete(time)) early.push(time);
      });
      return { numbers, middle: middle.probe("middle"), end: end.probe("end") };
    });
    const { engine, run } = install(program);
    for (let epoch = 0; epoch < 5; epoch++) {
      run.handles.numbers.send([epoch]);
      run.handles.numbers.advanceTo(epoch + 1);
      engine.run();
      expect([run.handles.middle.frontier, run.handles.end.frontier])
        .toEqual([[epoch + 1], [epoch + 1]]);
    }
    expect(early).toEqual([]);
  });
});
