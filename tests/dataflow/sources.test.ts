import { describe, expect, it } from "vitest";
import { type Capability, dataflow } from "../../mod.ts";
import { failureOf, start } from "./by_hand.ts";

describe("source", () => {
  it("runs on the first worker, or on all of them", async () => {
    const seen = (workers: "first" | "all") => {
      const { run, settle } = start(dataflow("sources", (root) => {
        const places = root.source<string>("places", { workers }, ({ out, capability, worker }) => {
          let round = 0;
          return () => {
            if (round === 2) return false;
            capability.downgrade(round);
            out.push(round++, `${worker.index} of ${worker.count}`);
            return true;
          };
        });
        return { places: places.output("places") };
      }));
      return settle().then(() => run.handles.places.toArray());
    };
    const [first, ...more] = new Set(await seen("first"));
    expect(more).toEqual([]);
    const count = Number(first!.split(" ").at(-1));
    const all = Array.from({ length: count }, (_unused, i) => `${i} of ${count}`);
    expect((await seen("all")).sort()).toEqual([...all, ...all].sort());
  });

  it("gives way to others under its output budget, however much it sends", async () => {
    let most = 0;
    let sent = 0;
    let received = 0;
    const { run, settle } = start(
      dataflow("flood", (root) => {
        const numbers = root.source<number>("flood", {}, ({ out, capability }) => () => {
          out.push(capability.time, sent++);
          most = Math.max(most, sent - received);
          return sent < 100_000;
        });
        return { seen: numbers.inspect(() => void received++).probe() };
      }),
      { budget: 2, capacity: 100 },
    );
    await settle();
    expect([run.status, received]).toEqual(["completed", 100_000]);
    expect(most).toBeLessThanOrEqual(3 * 100);
  });

  for (const [ahead, workers] of [[1, "first"], [3, "first"], [2, "all"]] as const) {
    it(`is paced by what is done: ${ahead} epochs ahead on ${workers}`, async () => {
      const open = new Map<number, number>();
      let most = 0;
      const waiting: { epoch: number; answer: () => void }[] = [];
      const { run, settle } = start(dataflow("paced", (root) => {
        const done = root.feedback<unknown>({ by: 0 });
        const ticks = root.source<number>(
          "ticks",
          { done, ahead, workers },
          ({ out, capability }) => {
            let next = 0;
            return () => {
              if (next === 10) return false;
              if (capability.time !== next) {
                capability.downgrade(next);
                return true;
              }
              for (let i = 0; i < 3; i++) out.push(next, next);
              next++;
              return true;
            };
          },
        );
        const worked = ticks.mapAsync((epoch) => {
          open.set(epoch, (open.get(epoch) ?? 0) + 1);
          most = Math.max(most, open.size);
          return new Promise<number>((resolve) => {
            const answer = () => {
              open.set(epoch, open.get(epoch)! - 1);
              if (open.get(epoch) === 0) open.delete(epoch);
              resolve(epoch);
            };
            waiting.push({ epoch, answer });
          });
        });
        done.connect(worked);
        return { worked: worked.output("worked") };
      }));
      await settle();
      const began = new Set(waiting.map(({ epoch }) => epoch));
      expect([...began]).toEqual(Array.from({ length: ahead }, (_unused, i) => i));
      while (waiting.length > 0) {
        waiting.pop()!.answer();
        await settle();
      }
      expect(run.status).toBe("completed");
      const all = await run.handles.worked.toArray();
      expect(new Set(all)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
      expect(all.length % 30).toBe(0);
      expect(most).toBe(ahead);
    });
  }

  it("keeps its dataflow running until it ends, be it that it waits", async () => {
    const { run, clock, settle } = start(dataflow("ticking", (root) => {
      const ticks = root.source<number>("ticks", {}, ({ out, capability, after, wake }) => {
        let tick = 0;
        return () => {
          capability.downgrade(tick);
          out.push(tick, tick++);
          if (tick === 3) return false;
          after(1000, wake);
          return "wait";
        };
      });
      return { ticks: ticks.output("ticks"), probe: ticks.probe() };
    }));
    await settle();
    for (const passed of [0, 1]) {
      expect([run.handles.probe.frontier, run.status]).toEqual([[passed], "running"]);
      clock.advance(1000);
      await settle();
    }
    expect(run.status).toBe("completed");
    expect(await run.handles.ticks.toArray()).toEqual([0, 1, 2]);
  });

  it("begins at the least time of the loop that it is in", async () => {
    const { run, settle } = start(dataflow("inside", (root) => {
      const times: unknown[] = [];
      const halves = root.loop("halve", (loop) => {
        const given = loop.toStream([12, 7], { workers: "all" });
        const again = loop.feedback<number>();
        const all = given.concat(again).inspect((_n, time) => void times.push(time));
        again.connect(all.filter((n) => n % 2 === 0).map((n) => n / 2));
        return loop.leave(all.filter((n) => n % 2 === 1).map((n) => [n, times[0]]));
      });
      return { halves: halves.output("halves") };
    }));
    await settle();
    expect(run.status).toBe("completed");
    expect((await run.handles.halves.toArray()).sort()).toEqual([[3, [0, 0]], [7, [0, 0]]]);
  });

  it("refuses to be paced in what makes no sense", () => {
    const paced = (ahead: number, coordinates: number) => () =>
      dataflow("refused", (root) => {
        const done = root.feedback<unknown>({ by: 0 });
        const ticks = root.source<number>("ticks", { done, ahead }, () => () => false);
        done.connect(ticks);
        return {};
      }, { coordinates });
    expect(paced(0, 1)).toThrow(/Cannot pace source "ticks": ahead takes an integer of at least 1/);
    expect(paced(1, 2)).toThrow(/Cannot pace source "ticks": times have 2 coordinates here/);
    expect(paced(1, 1)).not.toThrow();
  });
});

describe("toStream", () => {
  it("sends a collection once, by the first worker or in shares", async () => {
    const all = Array.from({ length: 2500 }, (_unused, i) => i);
    for (const workers of ["first", "all"] as const) {
      const { run, settle } = start(dataflow("given", (root) => {
        const numbers = root.toStream(all, { workers });
        return { numbers: numbers.output("numbers"), count: numbers.count().output("count") };
      }));
      await settle();
      expect((await run.handles.numbers.toArray()).sort((a, b) => a - b)).toEqual(all);
      const counts = await run.handles.count.toArray();
      expect(counts.reduce((a, b) => a + b, 0)).toBe(2500);
    }
  });

  it("runs as often as its program does", async () => {
    const program = dataflow("again", (root) => {
      const letters = root.toStream(() => "abc"[Symbol.iterator](), { name: "letters" });
      return { letters: letters.output("letters") };
    });
    for (let i = 0; i < 2; i++) {
      const { run, settle } = start(program);
      await settle();
      expect(await run.handles.letters.toArray()).toEqual(["a", "b", "c"]);
    }
  });
});

describe("fromAsync", () => {
  it("reads an iterator to its end, with epochs from its records", async () => {
    async function* events(): AsyncGenerator<{ day: number; what: string }> {
      yield { day: 0, what: "a" };
      await Promise.resolve();
      yield { day: 0, what: "b" };
      yield { day: 3, what: "c" };
    }
    const { run, settle } = start(dataflow("events", (root) => {
      const read = root.fromAsync(events, { time: (event) => event.day });
      return { counts: read.exchange(() => 0).count().output("counts") };
    }));
    const completed = run.handles.counts.completed();
    await settle();
    const seen: unknown[] = [];
    for await (const { time, records } of completed) seen.push([time, ...records]);
    expect(seen).toEqual([[0, 2], [3, 1]]);
    expect(run.status).toBe("completed");
  });

  it("does not ask for more than what it leads to takes", async () => {
    let asked = 0;
    const rights: Capability[] = [];
    const { run, settle } = start(dataflow("held", (root) => {
      const done = root.feedback<unknown>({ by: 0 });
      async function* numbers(): AsyncGenerator<number> {
        for (let n = 0; n < 6; n++) {
          asked++;
          yield await Promise.resolve(n);
        }
      }
      const read = root.fromAsync(numbers, { time: (n) => n, done, ahead: 2 });
      const held = read.unary<number>("hold", {}, ({ out, retain }) => ({
        receive(batch) {
          rights.push(retain());
          out.out.forward(batch);
        },
      }));
      done.connect(held);
      return { held: held.output("held") };
    }));
    for (let n = 0; n < 6; n++) {
      await settle();
      // Two are open, and one waits in the source for its epoch to begin.
      expect(asked).toBe(Math.min(n + 3, 6));
      rights[n]!.drop();
    }
    await settle();
    expect(run.status).toBe("completed");
    expect(await run.handles.held.toArray()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("tells its iterator when the dataflow is cancelled", async () => {
    const told: string[] = [];
    const { run, settle } = start(dataflow("left", (root) => {
      const read = root.fromAsync<number>((signal) => ({
        [Symbol.asyncIterator]: () => ({
          next: () =>
            new Promise(() => signal.addEventListener("abort", () => told.push("signal"))),
          return: () => {
            told.push("return");
            return Promise.reject(new Error("nobody hears of it"));
          },
        }),
      }));
      return { read: read.output("read") };
    }));
    const failure = failureOf(run);
    await settle();
    expect(told).toEqual([]);
    run.cancel();
    await settle();
    expect(told).toEqual(["signal", "return"]);
    expect(await failure).toMatch(/was aborted/);
  });

  it("fails with how far it came when its iterator does, or its times go back", async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 5;
      yield await Promise.resolve(3);
      throw new Error("the line is dead");
    }
    const failing = (time?: (n: number) => number) => {
      const { run, settle } = start(dataflow("broken", (root) => {
        const options = { name: "line", ...(time === undefined ? {} : { time }) };
        return { read: root.fromAsync(broken, options).output("read") };
      }));
      const failure = failureOf(run);
      return settle().then(() => failure);
    };
    expect(await failing()).toMatch(
      /Cannot read on in "line" after 2 records: Error: the line is dead/,
    );
    expect(await failing((n) => n)).toMatch(
      /Cannot tell the time of record 3 in "line": it gave 3, and "line" is at 5/,
    );
    expect(await failing((n) => n / 2)).toMatch(/Cannot tell the time of record 5 in "line": /);
  });
});
