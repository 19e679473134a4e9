import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  execute,
  MeanderError,
  oldestFirst,
  type Priority,
  range,
  type Stream,
  type Time,
} from "../../mod.ts";

/** Two branches, each of which writes down what it does. */
function branches(log: string[], priority?: Priority) {
  return dataflow("branches", (root) => {
    const left = root.input<number>("left");
    const right = root.input<number>("right");
    const note = (name: string) => (n: number, time: Time) => void log.push(`${name}${n}@${time}`);
    left.inspect(note("l"), { name: "on the left" }).output("lefts");
    right.inspect(note("r"), { name: "on the right" }).output("rights");
    return { left, right };
  }, { priority });
}

const inTurn = (of: readonly string[]) => of.map((one) => one[0]).join("");

describe("the priority of a dataflow", () => {
  it("decides by the vertex what is taken first, though it came last", () => {
    const log: string[] = [];
    const engine = new Engine({ workers: 1 });
    const priority: Priority = (vertex) => vertex === "on the right" ? 0 : 1;
    const { handles } = engine.install(branches(log, priority));
    for (let i = 0; i < 3; i++) handles.left.send([i]);
    for (let i = 0; i < 3; i++) handles.right.send([i]);
    engine.run();
    expect(log).toEqual(["r0@0", "r1@0", "r2@0", "l0@0", "l1@0", "l2@0"]);
  });

  it("decides by the time what is taken first, edge by edge in the order in which it was sent", () => {
    const log: string[] = [];
    const engine = new Engine({ workers: 1 });
    const { handles } = engine.install(branches(log, oldestFirst));
    for (const time of [3, 1, 4]) handles.left.sendAt(time, [time]);
    for (const time of [2, 0, 9]) handles.right.sendAt(time, [time]);
    engine.run();
    // What is older waits for what was sent before it along its edge.
    expect(log).toEqual(["r2@2", "r0@0", "l3@3", "l1@1", "l4@4", "r9@9"]);
  });

  it("lets urgent work through in the middle of a long expansion, whose vertex gave way", () => {
    const seen: string[] = [];
    const program = dataflow("expanding", (root) => {
      const bulk = root.input<number>("bulk");
      const urgent = root.input<number>("urgent");
      bulk.flatMap((n) => range(0, n), { name: "expand" })
        .inspect((n) => {
          seen.push("bulk");
          if (n === 5) urgentHandle.send([1]);
        }, { name: "work" }).filter(() => false).output("none");
      urgent.inspect(() => void seen.push("urgent"), { name: "now" }).output("answers");
      return { bulk, urgent };
    }, { priority: (vertex) => vertex === "now" ? 0 : 1 });
    const engine = new Engine({ workers: 1, budget: 2, capacity: 4 });
    const { handles } = engine.install(program);
    const urgentHandle = handles.urgent;
    handles.bulk.send([1000]);
    engine.run();
    // Asked at the sixth record, and so behind the batch that this one is in.
    expect(seen.indexOf("urgent")).toBe(8);
    expect(seen.length).toBe(1001);
  });

  it("ranks notifications, and the trackers have their turn before something less urgent goes on", () => {
    const log: string[] = [];
    const engine = new Engine({ workers: 1 });
    const program = dataflow("counting", (root) => {
      const asked = root.input<number>("asked");
      const bulk = root.input<number>("bulk");
      asked.count({ name: "count" }).inspect((n) => void log.push(`count ${n}`), {
        name: "counted",
      })
        .output("counts");
      bulk.inspect((n) => void log.push(`bulk ${n}`), { name: "bulk work" }).output("out");
      return { asked, bulk };
    }, { priority: (vertex) => vertex.startsWith("count") ? 0 : 1 });
    const { handles } = engine.install(program);
    for (let i = 0; i < 60; i++) handles.bulk.send([i]);
    handles.asked.send([1, 2]);
    handles.asked.advanceTo(1);
    engine.run();
    expect(log.length).toBe(61);
    expect(log.indexOf("count 2")).toBeLessThan(10);
  });

  it("keeps what waits within bounds, though producers go before consumers", () => {
    let most = 0;
    const engine = new Engine({ workers: 1, budget: 4, capacity: 8 });
    const program = dataflow("chain", (root) => {
      const seeds = root.input<number>("seeds");
      let stream: Stream<number> = seeds;
      for (let i = 0; i < 5; i++) {
        stream = stream.flatMap((n) => [n, n, n, n], { name: `${i}` });
      }
      stream.inspect(() => void (most = Math.max(most, engine.worker.mailbox.size)), { name: "9" })
        .output("out");
      return { seeds };
    }, { priority: (vertex) => Number(vertex) || 0 });
    const { handles } = engine.install(program);
    let got = 0;
    engine.running[0].output("out").subscribe(({ records }) => void (got += records.length));
    handles.seeds.send(Array.from({ length: 16 }, (_unused, i) => i));
    engine.run();
    expect(got).toBe(16 * 4 ** 5);
    expect(most).toBeLessThanOrEqual(7 * 2 * 4 + 6);
  });

  it("starves nobody: other dataflows of the engine take turns with it", () => {
    const log: string[] = [];
    const engine = new Engine({ workers: 1 });
    const ranked = engine.install(branches(log, (vertex) => vertex.length));
    const plain = engine.install(branches(log));
    for (let i = 0; i < 60; i++) {
      ranked.handles.left.send([i]);
      plain.handles.right.send([i]);
    }
    engine.run();
    expect(log.length).toBe(120);
    // Neither waits until the other is done.
    for (const one of ["l", "r"]) {
      expect(inTurn(log).indexOf(one)).toBeLessThan(40);
      expect(inTurn(log).lastIndexOf(one)).toBeGreaterThan(60);
    }
    const second = engine.install(branches(log, () => 1));
    second.handles.right.send([7]);
    second.handles.left.close();
    second.handles.right.close();
    engine.run();
    expect(second.status).toBe("completed");
    expect(log.at(-1)).toBe("r7@0");
  });

  it("is not asked by an engine with another policy", () => {
    for (const policy of ["fifo", { seed: 3 }] as const) {
      const log: string[] = [];
      const engine = new Engine({ workers: 1, policy });
      const never = () => {
        throw new Error("asked");
      };
      const running = engine.install(branches(log, never));
      running.handles.left.send([1]);
      running.handles.left.close();
      running.handles.right.close();
      engine.run();
      expect([running.status, log]).toEqual(["completed", ["l1@0"]]);
    }
  });
});

describe("a priority that is wrong", () => {
  const cases: [what: string, priority: Priority, says: string][] = [
    ["throws", function byHand() {
      throw new Error("no idea");
    }, 'priority "byHand" of dataflow "branches" threw'],
    ["gives NaN", () => NaN, 'the priority of dataflow "branches" gave NaN'],
    ["gives a text", (() => "high") as never, 'gave "high", which is no number'],
  ];
  for (const [what, priority, says] of cases) {
    it(`fails the dataflow with function, vertex and time when it ${what}, and no other`, async () => {
      const engine = new Engine({ workers: 1 });
      const log: string[] = [];
      const good = engine.install(branches(log, oldestFirst));
      const running = engine.install(branches([], priority));
      running.handles.left.sendAt(4, [1]);
      good.handles.left.send([1]);
      good.handles.left.close();
      good.handles.right.close();
      engine.run();
      expect([running.status, good.status, log]).toEqual(["failed", "completed", ["l1@0"]]);
      const error = await running.done.then(() => null, (error) => error);
      expect(MeanderError.is(error) && error.code).toBe("MEANDER_PRIORITY");
      expect(String(error)).toContain('Cannot rank time 4 at "on the left"');
      expect(String(error)).toContain(says);
    });
  }

  it("is refused at once when it is no function", () => {
    expect(() => branches([], 3 as never)).toThrow(
      'Cannot use 3 as priority of dataflow "branches": it is a function',
    );
  });
});

/** For threads, which import this module. */
export const spread = dataflow("spread", (root) => {
  const numbers = root.input<number>("numbers");
  const counts = numbers.exchange((n) => n % 97).flatMap((n) => [n, n + 1], { name: "twice" })
    .exchange((n) => n % 89, { name: "again" }).count({ name: "count" });
  return { numbers, counts: counts.output("counts") };
}, { priority: (vertex, time) => (vertex.length % 3) - (time as number) });

describe("a priority on several workers", () => {
  for (const threads of [false, true]) {
    it(`holds on each of them, ${threads ? "threads" : "in turns"}`, async () => {
      await using running = execute(spread, { workers: 2, threads, budget: 1, capacity: 16 });
      const { numbers, counts } = running.handles;
      const all = (async () => {
        const sums = new Map<Time, number>();
        for await (const { time, records } of counts) {
          for (const n of records) sums.set(time, (sums.get(time) ?? 0) + n);
        }
        return sums;
      })();
      for (let epoch = 0; epoch < 5; epoch++) {
        await numbers.sendAt(epoch, Array.from({ length: 1000 }, (_unused, i) => i));
      }
      numbers.close();
      expect([...await all].toSorted()).toEqual([0, 1, 2, 3, 4].map((time) => [time, 2000]));
    });
  }
});
