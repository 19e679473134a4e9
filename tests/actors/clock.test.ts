import { describe, expect, it } from "vitest";
import { type Clock, ManualClock, systemClock } from "../../actors/clock.ts";
import { dataflow, Engine, range } from "../../mod.ts";
import { install } from "./engines.ts";

describe("ManualClock", () => {
  it("stands still until it is advanced", () => {
    const clock = new ManualClock();
    expect([clock.now(), clock.now()]).toEqual([0, 0]);
    clock.advance(5);
    clock.advance(0.5);
    expect(clock.now()).toBe(5.5);
  });

  it("runs what was deferred, in order, and what that defers in the next turn", () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.defer(() => {
      ran.push("a");
      clock.defer(() => void ran.push("c"));
    });
    clock.defer(() => void ran.push("b"));
    expect(ran).toEqual([]);
    expect(clock.turn()).toBe(2);
    expect(ran).toEqual(["a", "b"]);
    expect(clock.turn()).toBe(1);
    expect(ran).toEqual(["a", "b", "c"]);
    expect(clock.turn()).toBe(0);
  });
});

describe("ManualClock's timers", () => {
  it("go off in the order of their moments, at their moments, each once", () => {
    const clock = new ManualClock();
    const seen: [string, number][] = [];
    const at = (name: string) => () => void seen.push([name, clock.now()]);
    clock.after(30, at("late"));
    clock.after(10, at("early"));
    clock.after(10, at("early too"));
    clock.after(0, () => clock.after(25, at("set on the way")));
    expect([seen, clock.pending]).toEqual([[], 4]);
    clock.advance(20);
    expect(seen).toEqual([["early", 10], ["early too", 10]]);
    expect(clock.now()).toBe(20);
    clock.advance(10);
    expect(seen.slice(2)).toEqual([["set on the way", 25], ["late", 30]]);
    clock.advance(1000);
    expect([seen.length, clock.pending]).toEqual([4, 0]);
  });

  it("never go off once they were taken back", () => {
    const clock = new ManualClock();
    let ran = 0;
    const stops = [1, 2].map((ms) => clock.after(ms, () => void ran++));
    clock.after(1, () => stops[1]!());
    stops[0]!();
    clock.advance(5);
    expect([ran, clock.pending]).toEqual([0, 0]);
  });
});

describe("systemClock", () => {
  it("calls after a while, unless that is taken back", async () => {
    let ran = 0;
    systemClock.after(0, () => void ran++)();
    await new Promise<void>((resolve) => void systemClock.after(1, resolve));
    expect(ran).toBe(0);
  });

  it("waits for moments that are further away than setTimeout reaches", async () => {
    let ran = 0;
    const stop = systemClock.after(2 ** 33, () => void ran++);
    await new Promise<void>((resolve) => void systemClock.after(1, resolve));
    stop();
    expect(ran).toBe(0);
  });

  it("never goes back, and defers to a later turn of the event loop", async () => {
    const before = systemClock.now();
    let ran = false;
    const turn = new Promise<void>((resolve) =>
      systemClock.defer(() => {
        ran = true;
        resolve();
      })
    );
    await Promise.resolve();
    expect(ran).toBe(false);
    await turn;
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });
});

/** Counts how often somebody looks at it. */
class CountedClock extends ManualClock {
  looks = 0;
  override now(): number {
    this.looks++;
    return super.now();
  }
}

/** Two entries for each number, at a budget of 1: a slice, and a callback that takes so long. */
function counting(clock: ManualClock, eachMs: number) {
  return dataflow("counting", (root) => {
    const limits = root.input<number>("limits");
    limits.flatMap((limit) => range(0, limit)).unary<number>("sink", {}, () => ({
      receive: () => clock.advance(eachMs),
    }));
    return { limits };
  });
}

function slicesOf(numbers: number, eachMs: number, sliceMs: number) {
  const clock = new CountedClock();
  const engine = new Engine({ clock, sliceMs, capacity: 1, budget: 1 });
  engine.install(counting(clock, eachMs)).handles.limits.send([numbers]);
  const slices: number[] = [];
  let before = clock.now();
  while (clock.turn() > 0) {
    slices.push(clock.now() - before);
    before = clock.now();
  }
  expect(engine.worker.entries).toBe(2 * numbers);
  return { slices, looks: clock.looks };
}

describe("the event loop's share", () => {
  it("comes when the time slice is over, also where single callbacks take long", () => {
    const { slices } = slicesOf(2000, 3, 8);
    expect(slices.length).toBeGreaterThan(500);
    // 8 milliseconds are over after the third callback; the next look comes at most one later.
    expect(Math.max(...slices)).toBeLessThanOrEqual(4 * 3);
  });

  it("costs few looks at the clock where callbacks are quick", () => {
    const { slices, looks } = slicesOf(20_000, 0.001, 8);
    expect(slices.length).toBe(3);
    expect(looks).toBeLessThan(2 * 20_000 / 32);
  });

  it("grows with sliceMs, and is not asked about by run()", () => {
    const short = slicesOf(2000, 1, 1).slices.length;
    expect(short).toBeGreaterThan(3 * slicesOf(2000, 1, 8).slices.length);
    const still: Clock = {
      now: () => {
        throw new Error("asked");
      },
      defer: () => {},
      after: () => () => {},
    };
    const engine = new Engine({ clock: still });
    engine.install(counting(new ManualClock(), 0)).handles.limits.send([2000]);
    engine.run();
    expect(engine.worker.isIdle).toBe(true);
  });

  it("is asked for by send when slices within the sender's own turn have used it up", async () => {
    const clock = new ManualClock();
    const engine = new Engine({ clock, sliceMs: 8, capacity: 1, budget: 1 });
    const { handles } = engine.install(counting(clock, 1));
    let asked: Promise<void> | undefined;
    let sends = 0;
    while (asked === undefined && sends++ < 1000) asked = handles.limits.send([1]);
    expect(sends).toBe(64);
    // However many sends ask, it is one turn that they wait for.
    expect(handles.limits.send([1])).toBe(asked);
    clock.turn();
    await asked;
    engine.run();
    expect(handles.limits.send([1])).toBe(undefined);
  });

  it("lets others in between slices: what they send runs with the rest", () => {
    const clock = new ManualClock();
    const engine = new Engine({ clock, sliceMs: 1, capacity: 1, budget: 1 });
    const { handles } = engine.install(counting(clock, 1));
    handles.limits.send([500]);
    expect(clock.turn()).toBe(1);
    expect(engine.worker.isIdle).toBe(false);
    handles.limits.send([100]);
    expect(clock.turn()).toBe(1);
    while (clock.turn() > 0);
    expect(engine.worker.entries).toBe(2 * 600);
  });
});

describe("an idle worker", () => {
  it("defers nothing, with inputs open", () => {
    const { engine, clock, run } = install(counting(new ManualClock(), 0));
    clock.turn();
    expect([clock.turn(), engine.worker.isIdle, run.status]).toEqual([0, true, "running"]);
  });

  it("defers one task for any number of sends", () => {
    const { engine, clock, run } = install(counting(new ManualClock(), 0));
    clock.turn();
    for (let i = 0; i < 10; i++) run.handles.limits.send([1]);
    run.handles.limits.advanceTo(1);
    expect([clock.turn(), clock.turn()]).toEqual([1, 0]);
    expect(engine.worker.entries).toBe(2 * 10);
  });

  it("defers nothing when it is dropped or complete", () => {
    const { clock, run } = install(counting(new ManualClock(), 0));
    run.handles.limits.close();
    clock.turn();
    expect([clock.turn(), run.status]).toEqual([0, "completed"]);
    const other = install(counting(new ManualClock(), 0));
    other.run.handles.limits.send([1]);
    other.run.cancel();
    other.clock.turn();
    expect([other.clock.turn(), other.engine.worker.isIdle]).toEqual([0, true]);
  });
});
