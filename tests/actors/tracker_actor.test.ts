import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Supervisor } from "../../actors/supervisor.ts";
import { TrackerActor } from "../../actors/tracker_actor.ts";
import { compareTimes, dataflow, lessEqual, range, type Time } from "../../mod.ts";
import { planTracker, Summary, Tracker } from "../../progress/mod.ts";
import { install, policies } from "./engines.ts";

const show = JSON.stringify;

/** Two places in a row, a watcher at each, and a supervisor that writes down what it hears. */
function trackTwo(fails = "") {
  const heard: string[] = [];
  const plan = planTracker({
    locations: ["a", "b"].map((name) => ({ name, depth: 1, watched: true })),
    edges: [{ from: 0, to: 1, summary: Summary.feedback(1, 10) }],
  });
  const supervisor: Supervisor = {
    vertexFailed: () => void heard.push("vertex failed"),
    trackerFailed: (error) => void heard.push(`tracker failed: ${error}`),
    completed: () => void heard.push("completed"),
  };
  const queued: unknown[] = [];
  const worker = { queue: (tracker: unknown) => void queued.push(tracker) };
  const tracker = new Tracker(plan);
  const actor = new TrackerActor(tracker, plan.slots.length, worker as never, supervisor);
  for (const [index, name] of ["a", "b"].entries()) {
    const slot = plan.slotOf[index];
    actor.watch(slot, {
      moved() {
        if (name === fails) throw `of ${name}`;
        heard.push(`${name}: ${tracker.frontier(slot)}`);
      },
    });
  }
  return {
    actor,
    queued,
    /** The changes at the first place, then a turn; what was heard in it. */
    turn(...changes: [time: number, delta: number][]) {
      for (const [time, delta] of changes) actor.changes.add(plan.slotOf[0], time, delta);
      actor.turn();
      return heard.splice(0).sort();
    },
  };
}

describe("TrackerActor", () => {
  it("tells watchers after a turn in which their frontier moved, and only then", () => {
    const { turn } = trackTwo();
    expect(turn([3, 1])).toEqual(["a: 3", "b: 13"]);
    expect(turn([5, 1])).toEqual([]);
    expect(turn([3, -1])).toEqual(["a: 5", "b: 15"]);
    expect(turn([5, 1], [5, -1])).toEqual([]);
  });

  it("merges the changes of many callbacks, and has them taken once", () => {
    const { turn } = trackTwo();
    expect(turn([3, 1], [4, 1], [3, -1])).toEqual(["a: 4", "b: 14"]);
    expect(turn()).toEqual([]);
    expect(turn([4, -1])).toEqual(["a: ", "b: ", "completed"]);
  });

  it("is complete when nothing is outstanding and no notification or task is on its way", () => {
    const { actor, queued, turn } = trackTwo();
    turn([0, 1]);
    actor.controlAdded();
    actor.controlAdded();
    expect(turn([0, -1])).toEqual(["a: ", "b: "]);
    actor.controlDone();
    expect(turn()).toEqual([]);
    actor.controlDone();
    // It asks for a turn itself: nobody else would.
    expect(queued).toEqual([actor, actor]);
    expect(turn()).toEqual(["completed"]);
  });

  it("tells the supervisor of a watcher that throws", () => {
    const { turn } = trackTwo("a");
    expect(turn([0, 1])).toContain("tracker failed: of a");
  });
});

/** The times at which a vertex on a root of two coordinates is notified, with those it had asked for. */
function notifications(
  steps: readonly (readonly [send: boolean, by: readonly number[]])[],
  policy: (typeof policies)[number],
) {
  const asked: Time[] = [];
  const wrong: string[] = [];
  const told: Time[] = [];
  const program = dataflow("grid", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("ask", { interest: "notifications" }, ({ notifyAt }) => ({
      receive(batch) {
        for (const time of told) if (lessEqual(batch.time, time)) wrong.push(`${batch.time}`);
        notifyAt(batch.time);
        notifyAt(batch.time);
      },
      notify(time) {
        told.push(time);
        if (lessEqual(run.handles.words.time, time) && !run.handles.words.isClosed) {
          wrong.push(`early ${time}`);
        }
      },
    }));
    return { words };
  }, { coordinates: 2 });
  const { engine, run } = install(program, { policy });
  const { words } = run.handles;
  for (const [send, [x, y]] of steps) {
    const [a, b] = words.time as number[];
    if (send) {
      words.sendAt([a + x, b + y], ["x"]);
      asked.push([a + x, b + y]);
    } else words.advanceTo([a + x, b + y]);
    engine.run();
    for (const time of asked) {
      const isDue = !lessEqual(words.time, time);
      if (told.some((other) => `${other}` === `${time}`) !== isDue) wrong.push(`due ${time}`);
    }
  }
  words.close();
  engine.run();
  const distinct = [...new Set(asked.map(String))].sort();
  return { distinct, told, wrong, status: run.status };
}

describe("notifications", () => {
  for (const policy of policies.slice(0, 5)) {
    it(`come once for each time asked for, when it is complete, policy ${show(policy)}`, () => {
      const by = fc.tuple(fc.nat(2), fc.nat(2));
      const steps = fc.array(fc.tuple(fc.boolean(), by), { maxLength: 40, size: "max" });
      fc.assert(fc.property(steps, (steps) => {
        const { distinct, told, wrong, status } = notifications(steps, policy);
        expect(told.map(String).sort()).toEqual(distinct);
        expect([wrong, status]).toEqual([[], "completed"]);
      }));
    });
  }

  it("go in the order of compareTimes among all vertices that have one due at once", () => {
    for (const policy of ["downstream", "fifo"] as const) {
      const told: [string, Time][] = [];
      const program = dataflow("order", (root) => {
        const words = root.input<string>("words");
        for (const name of ["first", "second", "third"]) {
          words.unary<string>(name, { interest: "notifications" }, ({ notifyAt }) => ({
            receive: ({ time }) => notifyAt(time),
            notify: (time) => void told.push([name, time]),
          }));
        }
        return { words };
      }, { coordinates: 2 });
      const { engine, run } = install(program, { policy });
      for (const time of [[1, 5], [0, 9], [2, 0], [0, 1], [1, 0]]) {
        run.handles.words.sendAt(time, ["x"]);
      }
      engine.run();
      run.handles.words.advanceTo([2, 10]);
      engine.run();
      const times = told.map(([, time]) => time);
      expect(times.length).toBe(15);
      expect(times).toEqual([...times].sort(compareTimes));
      expect(times[0]).toEqual([0, 1]);
    }
  });

  it("without a right are delivered before the dataflow is complete", () => {
    for (const policy of policies) {
      const told: Time[] = [];
      const program = dataflow("last", (root) => {
        const words = root.input<string>("words");
        words.unary<string>("ask", { interest: "notifications" }, ({ notifyAt }) => {
          // No batch ever comes.
          notifyAt(100, { capability: "none" });
          return {
            receive() {},
            notify(time) {
              told.push(time);
              if (told.length < 3) notifyAt((time as number) + 1, { capability: "none" });
            },
          };
        });
        return { words };
      });
      const { engine, run } = install(program, { policy });
      engine.run();
      expect([run.status, told]).toEqual(["running", []]);
      run.handles.words.close();
      engine.run();
      expect([run.status, told]).toEqual(["completed", [100, 101, 102]]);
    }
  });
});

/** A vertex that keeps state per first coordinate, beside one that makes much work first. */
function keeping(log: string[], work: number, then: () => void) {
  return dataflow("state", (root) => {
    const words = root.input<string>("words");
    words.unary<string>("busy", { interest: "notifications" }, ({ out, notifyAt }) => ({
      receive: ({ time }) => notifyAt(time),
      notify: (time) => out.out.send(time, ["go"]),
    })).flatMap(() => range(0, work)).inspect((n) => {
      if (n === 0) then();
    });
    words.unary<string>("keeping", { interest: "notifications" }, ({ notifyAt, state }) => {
      const kept = state<string[]>({ per: 1, create: () => [] });
      return {
        receive(batch) {
          kept.at(batch.time).push(...batch);
          const [epoch] = batch.time as number[];
          for (const n of [3, 1, 2]) notifyAt([epoch, n]);
        },
        notify: (time) => void log.push(`${time}: ${kept.peek(time)} of ${kept.size}`),
      };
    });
    return { words };
  }, { coordinates: 2 });
}

describe("the dropping of state", () => {
  it("comes after every notification of its prefix", () => {
    for (const policy of policies) {
      const log: string[] = [];
      const { engine, run } = install(keeping(log, 1, () => {}), { policy });
      run.handles.words.send(["a"]);
      run.handles.words.sendAt([1, 0], ["b"]);
      engine.run();
      run.handles.words.advanceTo([1, 2]);
      engine.run();
      expect(log.toSorted()).toEqual(
        ["0,1: a of 2", "0,2: a of 2", "0,3: a of 2", "1,1: b of 1"].toSorted(),
      );
      run.handles.words.advanceTo([7, 5]);
      engine.run();
      expect(log.slice(4)).toEqual(["1,2: b of 1", "1,3: b of 1"]);
    }
  });

  it("waits for a notification that is on its way when the prefix becomes complete", () => {
    const log: string[] = [];
    // While the other vertex's work keeps the mailbox full, the trackers have a turn.
    const program = keeping(log, 6000, () => void run.handles.words.advanceTo([1, 9]));
    const { engine, run } = install(program, { capacity: 1, budget: 1, chains: false });
    run.handles.words.send(["a"]);
    engine.run();
    run.handles.words.advanceTo([0, 4]);
    engine.run();
    expect(log).toEqual(["0,1: a of 1", "0,2: a of 1", "0,3: a of 1"]);
  });
});

describe("frontier callbacks (interest: always)", () => {
  for (const policy of policies) {
    it(`come after changes of the named input, and never go back, policy ${show(policy)}`, () => {
      const seen: Record<string, (readonly Time[])[]> = { left: [], right: [] };
      const program = dataflow("frontiers", (root) => {
        const left = root.input<string>("left");
        const right = root.input<string>("right");
        left.binary<string, string>(right, "watch", { interest: "always" }, ({ frontier }) => ({
          receive: { left() {}, right() {} },
          frontier: (input) => void seen[input].push(frontier(input)),
        }));
        return { left, right };
      });
      const { engine, run } = install(program, { policy });
      const { left, right } = run.handles;
      engine.run();
      left.advanceTo(2);
      left.send(["x"]);
      engine.run();
      left.advanceTo(3);
      engine.run();
      expect(seen.right).toEqual([]);
      expect(seen.left.at(-1)).toEqual([3]);
      right.close();
      engine.run();
      expect(seen.right).toEqual([[]]);
      left.close();
      engine.run();
      expect(run.status).toBe("completed");
      const firsts = seen.left.map(([time]) => (time ?? Infinity) as number);
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
      expect(firsts.at(-1)).toBe(Infinity);
    });
  }
});
