/** Times of many coordinates: several at the root, and loops in loops in loops. */
import { describe, expect, it } from "vitest";
import { dataflow, execute, type Time } from "../../mod.ts";
import { bagsByTime } from "../_support/bags.ts";

describe("several root coordinates", () => {
  it("are ordered as products: an incomparable time completes by itself", async () => {
    const program = dataflow("grid", (root) => {
      const numbers = root.input<number>("numbers");
      const counts = numbers.count();
      return { numbers, counts: counts.output("counts"), probe: counts.probe() };
    }, { coordinates: 2 });
    await using run = execute(program, { threads: false });
    const { numbers, counts, probe } = run.handles;
    const seen: [Time, number][] = [];
    counts.subscribe(({ time, records }) => records.forEach((n) => seen.push([time, n])));
    const right = numbers.open([0, 3]);
    const down = numbers.open([3, 0]);
    numbers.sendAt([1, 1], [1, 2, 3]);
    right.send([4]);
    down.send([5, 6]);
    numbers.close();
    // Neither is before the other: the one that is closed is complete, although the other one is open.
    right.close();
    await probe.completed([0, 3]);
    expect(seen.map(([time]) => time)).toContainEqual([0, 3]);
    expect(seen.map(([time]) => time)).not.toContainEqual([3, 0]);
    down.close();
    await run.done;
    expect(bagsByTime(seen.map(([time, n]) => ({ time, records: [n] })))).toEqual(
      bagsByTime([
        { time: [0, 3], records: [1] },
        { time: [1, 1], records: [3] },
        { time: [3, 0], records: [2] },
      ]),
    );
  });
});

describe("loops three deep", () => {
  const met: Time[] = [];
  it("count their own rounds, and give back the time of the root", async () => {
    const program = dataflow("deep", (root) => {
      const numbers = root.input<number>("numbers");
      const out = root.loop("outer", (outer) => {
        const a = outer.feedback<number>({ maxIterations: 2 });
        const inner = outer.loop("middle", (middle) => {
          const b = middle.feedback<number>({ maxIterations: 2 });
          const innermost = middle.loop("inner", (inner) => {
            const c = inner.feedback<number>({ maxIterations: 2 });
            const all = inner.enter(middle.enter(outer.enter(numbers).concat(a)).concat(b)).concat(
              c,
            )
              .inspect((_n, time) => void met.push(time));
            c.connect(all.map((n) => n + 1));
            return inner.leave(all);
          });
          b.connect(innermost.map((n) => n + 10));
          return middle.leave(innermost);
        });
        a.connect(inner.map((n) => n + 100));
        return outer.leave(inner);
      });
      return { numbers, out: out.output("out") };
    });
    await using run = execute(program, { threads: false });
    const { numbers, out } = run.handles;
    const batches = Array.fromAsync(out);
    numbers.sendAt(5, [0]);
    numbers.close();
    // What leaves a loop: what its body makes of a number, and what it makes of all that plus a step.
    const twice = (body: (n: number) => number[], by: number) => (n: number) => {
      const first = body(n);
      return [...first, ...first.flatMap((m) => body(m + by))];
    };
    const body = [1, 10, 100].reduce(twice, (n: number) => [n]);
    expect(bagsByTime(await batches)).toEqual(bagsByTime([{ time: 5, records: body(0) }]));
    expect(new Set(met.map((time) => (time as number[]).length))).toEqual(new Set([4]));
  });
});

describe("enterAt", () => {
  it("lets records wait for their iteration", async () => {
    const program = dataflow("entering", (root) => {
      const numbers = root.input<number>("numbers");
      const out = root.loop("loop", (loop) => {
        const variable = loop.loopVariable<string>({ maxIterations: 4 });
        const entered = loop.enterAt(numbers, (n, time) => n + (time as number));
        const met = entered.unaryNotify<string>("met", {}, ({ out, notifyAt }) => ({
          receive: (batch) => notifyAt(batch.time),
          notify: (time) => out.out.send(time, [String(time)]),
        }));
        met.concat(variable).connectLoop(variable);
        return loop.leave(met);
      });
      return { numbers, out: out.output("out") };
    });
    await using run = execute(program, { threads: false, workers: 1 });
    const { numbers, out } = run.handles;
    const texts = out.toArray();
    numbers.send([2, 0, 2]);
    numbers.advanceTo(1);
    numbers.send([1]);
    numbers.close();
    expect((await texts).sort()).toEqual(["0,0", "0,2", "1,2"]);
  });
});
