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

describe("systemClock", () => {
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

/** Every look at it is a millisecond. */
class LookedAtClock extends ManualClock {
  override now(): number {
    this.advance(1);
    return super.now();
  }
}

/** At a budget of 1, two entries for each number: a slice and what it sends. */
const counting = dataflow("counting", (root) => {
  const limits = root.input<number>("limits");
  limits.flatMap((limit) => range(0, limit)).unary<number>("sink", {}, () => ({ receive() {} }));
  return { limits };
});

describe("the event loop's share", () => {
  it("comes when the time slice is over, and work goes on in the next turn", () => {
    const clock = new LookedAtClock();
    const engine = new Engine({ clock, sliceMs: 8, capacity: 1, budget: 1 });
    const { handles } = engine.install(counting);
    handles.limits.send([4000]);
    const slices: number[] = [];
    for (let before = 0; clock.turn() > 0; before = engine.worker.entries) {
      slices.push(engine.worker.entries - before);
    }
    // It looks after every 64 entries, so that 8 milliseconds are 512 of them; the rest comes last.
    const last = slices.pop()!;
    expect(slices.length).toBeGreaterThan(10);
    expect(new Set(slices.slice(1))).toEqual(new Set([512]));
    expect(last).toBeLessThanOrEqual(512);
    expect(engine.worker.entries).toBe(2 * 4000);
  });

  it("grows with sliceMs, and is not asked about by run()", () => {
    const slicesWith = (sliceMs: number) => {
      const clock = new LookedAtClock();
      const engine = new Engine({ clock, sliceMs, capacity: 1, budget: 1 });
      engine.install(counting).handles.limits.send([2000]);
      let slices = 0;
      while (clock.turn() > 0) slices++;
      return slices;
    };
    expect(slicesWith(1)).toBeGreaterThan(3 * slicesWith(4));
    const still: Clock = {
      now: () => {
        throw new Error("asked");
      },
      defer: () => {},
    };
    const engine = new Engine({ clock: still });
    engine.install(counting).handles.limits.send([2000]);
    engine.run();
    expect(engine.worker.isIdle).toBe(true);
  });

  it("lets others in between slices: what they send runs with the rest", () => {
    const clock = new LookedAtClock();
    const engine = new Engine({ clock, sliceMs: 1, capacity: 1, budget: 1 });
    const { handles } = engine.install(counting);
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
    const { engine, clock, run } = install(counting);
    clock.turn();
    expect([clock.turn(), engine.worker.isIdle, run.status]).toEqual([0, true, "running"]);
  });

  it("defers one task for any number of sends", () => {
    const { engine, clock, run } = install(counting);
    clock.turn();
    for (let i = 0; i < 10; i++) run.handles.limits.send([1]);
    run.handles.limits.advanceTo(1);
    expect([clock.turn(), clock.turn()]).toEqual([1, 0]);
    expect(engine.worker.entries).toBe(2 * 10);
  });

  it("defers nothing when it is dropped or complete", () => {
    const { clock, run } = install(counting);
    run.handles.limits.close();
    clock.turn();
    expect([clock.turn(), run.status]).toEqual([0, "completed"]);
    const other = install(counting);
    other.run.handles.limits.send([1]);
    other.run.cancel();
    other.clock.turn();
    expect([other.clock.turn(), other.engine.worker.isIdle]).toEqual([0, true]);
  });
});
