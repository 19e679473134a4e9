/**
 * Who hears of events, from when on, and what happens when that fails.
 */
import { describe, expect, it } from "vitest";
import { dataflow, type Engine, type EngineEvent, type EventKind } from "../../mod.ts";
import { SeededRandom } from "../../actors/random_order.ts";
import { KNOWN, Record, runVarious, sum, various } from "./event_records.ts";
import { manualEngine } from "./support.ts";

describe("an observation", () => {
  it("is of the kinds that are asked for, and of no others", () => {
    const engine = manualEngine();
    const record = new Record(engine, { kinds: ["dropped", "shutdown"] });
    runVarious(engine);
    expect(new Set(record.all.map(({ kind }) => kind))).toEqual(new Set(["shutdown"]));
    expect(() => engine.observe(() => {}, { kinds: ["messages", "gossip" as EventKind] }))
      .toThrow('MEANDER_OPTION  Cannot observe events of kind "gossip": there are none');
  });

  it("leaves out the dataflows that it is told to", () => {
    const engine = manualEngine();
    const left = engine.install(various);
    const record = new Record(engine, { except: [left] });
    left.handles.numbers.send([1, 2, 3]);
    const right = runVarious(engine);
    const runs = new Set(record.all.flatMap((event) => "run" in event ? [event.run] : []));
    expect(runs).toEqual(new Set([right.number]));
  });

  it("begins in the middle: dataflows that run are introduced to the new one alone", () => {
    const engine = manualEngine();
    const first = new Record(engine);
    const run = engine.install(various);
    run.handles.numbers.send([1, 2, 3]);
    engine.run();
    const second = new Record(engine);
    run.handles.numbers.send([4]);
    run.handles.numbers.close();
    engine.run();
    const { length } = various.graph.vertices;
    expect([first.of("operates").length, second.of("operates").length]).toEqual([length, length]);
    const count = ({ length }: Record["all"]) => length;
    expect(count(first.all)).toBeGreaterThan(count(second.all));
    const ofLast = second.received().filter(({ path }) => path === "double");
    expect(ofLast.map(({ records }) => records)).toEqual([1]);
  });

  it("costs nothing once it has ended: nobody is observed any more", () => {
    const engine = manualEngine();
    let calls = 0;
    const observation = engine.observe(() => calls++);
    const run = engine.install(various);
    engine.run();
    expect(run.actors.every(({ observer }) => observer !== null)).toBe(true);
    const before = calls;
    observation.end();
    expect(observation.isOver).toBe(true);
    expect(run.actors.every(({ observer }) => observer === null)).toBe(true);
    expect(run.tracker.observer).toBeNull();
    run.handles.numbers.send([1, 2, 3]);
    run.handles.numbers.close();
    engine.run();
    expect([calls, run.status]).toEqual([before, "completed"]);
  });

  it("is ended by a listener that throws, and nothing else is", () => {
    const engine = manualEngine();
    const boom = new Error("boom");
    const broken = engine.observe(() => {
      throw boom;
    });
    const record = new Record(engine);
    runVarious(engine);
    expect([broken.isOver, broken.failure]).toEqual([true, boom]);
    expect(record.of("shutdown").length).toBe(1);
    expect(sum(record.received(), ({ path }) => path, ({ records }) => records))
      .toMatchObject(KNOWN);
  });

  it("may be ended, and another begun, by the listener itself", () => {
    const engine = manualEngine();
    const heard: number[] = [];
    const first = engine.observe((events) => {
      heard.push(events.length);
      first.end();
      new Record(engine, { kinds: ["park"] });
    });
    runVarious(engine);
    expect(heard.length).toBe(1);
  });

  it("may cancel what it looks at", () => {
    const engine = manualEngine();
    const run = engine.install(various);
    run.done.catch(() => {});
    const record = new Record(engine);
    engine.observe(() => run.cancel());
    run.handles.numbers.send([1, 2, 3]);
    engine.run();
    expect(run.status).toBe("cancelled");
    expect(record.of("shutdown").map(({ status }) => status)).toEqual(["cancelled"]);
  });

  it("may come and go at any moment, and changes no result", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new SeededRandom(seed);
      const policy = (["downstream", "fifo", { seed }] as const)[random.below(3)];
      const limits = { budget: 1 + random.below(3), capacity: 1 + random.below(6) };
      const engine = manualEngine({ policy, ...limits, checks: true });
      const run = engine.install(various);
      const counted: number[] = [];
      const halved: number[] = [];
      run.handles.counted.subscribe(({ records }) => void counted.push(...records));
      run.handles.halved.subscribe(({ records }) => void halved.push(...records));
      const ends: (() => void)[] = [];
      for (let step = 0; step < 40; step++) {
        const what = random.below(6);
        if (what === 0) ends.push(observeAWhile(engine, random));
        else if (what === 1) ends.push(monitored(engine, random.below(2) === 0));
        else if (what === 2) ends.pop()?.();
        else if (what === 3) run.handles.numbers.send([step, step + 1, step + 2]);
        else if (what === 4) run.handles.numbers.advanceTo(step);
        else for (let left = random.below(30); left > 0; left--) engine.step();
      }
      run.handles.numbers.close();
      for (const end of ends) end();
      engine.run();
      expect([run.status, engine.running.length]).toEqual(["completed", 0]);
      const total = counted.reduce((all, n) => all + n, 0);
      expect(total).toBe(3 * (run.handles.numbers.sent + halved.length));
    }
  });
});

/** Sometimes the listener throws. Returns what ends it. */
function observeAWhile(engine: Engine, random: SeededRandom): () => void {
  const observation = engine.observe(() => {
    if (random.below(50) === 0) throw new Error("enough");
  });
  return () => observation.end();
}

function monitored(engine: Engine, isEager: boolean): () => void {
  const events = engine.events({ everyMs: isEager ? 0 : Infinity });
  engine.install(counting, { inputs: { events } }).handles.out.subscribe(() => {});
  return () => events.close();
}

const counting = dataflow("counting events", (root) => {
  const events = root.input<EngineEvent>("events");
  const counts = events.aggregate({
    key: ({ kind }) => kind,
    initial: () => 0,
    fold: (sum: number) => sum + 1,
    emit: (kind, sum) => [kind, sum] as const,
  });
  return { out: counts.output("out") };
});
