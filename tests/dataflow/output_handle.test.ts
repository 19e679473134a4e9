import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { dataflow, MeanderError, type OutputBatch, type Time } from "../../mod.ts";
import { manualEngine, passing, policies, stateOf } from "./support.ts";

/** The same as `passing`, but nobody has asked for the output yet. */
function unread() {
  const program = dataflow("unread", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: numbers.map((n) => n).output("out") };
  });
  const engine = manualEngine();
  const run = engine.install(program);
  return { engine, run, ...run.handles };
}

async function collect<T>(batches: AsyncIterable<OutputBatch<T>>): Promise<OutputBatch<T>[]> {
  const all: OutputBatch<T>[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe("OutputHandle (iteration)", () => {
  it("gives batches as they come, incomplete times included, and ends with the output", async () => {
    const { engine, numbers, out } = unread();
    const reader = out[Symbol.asyncIterator]();
    const first = reader.next();
    expect(await stateOf(first)).toBe("pending");
    numbers.send([1, 2]);
    engine.run();
    expect(await first).toEqual({ done: false, value: { time: 0, records: [1, 2] } });
    const last = reader.next();
    numbers.close();
    engine.run();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(out.isEnded).toBe(true);
  });

  it("finds what came before the first reader, in order", async () => {
    const { engine, numbers, out } = unread();
    for (const n of [1, 2, 3]) numbers.send([n]);
    engine.run();
    const reading = collect(out);
    numbers.send([4]);
    numbers.close();
    engine.run();
    expect((await reading).map(({ records }) => records[0])).toEqual([1, 2, 3, 4]);
  });

  it("finds everything after the end, too", async () => {
    const { engine, numbers, out } = unread();
    numbers.send([1]);
    numbers.close();
    engine.run();
    expect(out.isEnded).toBe(true);
    expect(await out.toArray()).toEqual([1]);
  });

  it("gives what came early to the first reader only, and tells a later one that it is too late", async () => {
    const { engine, numbers, out } = unread();
    numbers.send([1]);
    numbers.close();
    engine.run();
    expect(await out.toArray()).toEqual([1]);
    await expect(out.toArray()).rejects.toThrow(
      'MEANDER_OUTPUT  Cannot read output "out" from its beginning: 1 of its batches went to an earlier',
    );
  });

  it("gives two readers the same, each at its own pace", async () => {
    const { engine, numbers, out } = unread();
    const readings = [collect(out), out.toArray(), collect(out.completed())] as const;
    for (const n of [1, 2, 3]) {
      numbers.send([n]);
      numbers.advanceTo(n);
    }
    numbers.close();
    engine.run();
    const [batches, records, completed] = await Promise.all(readings);
    expect(batches).toEqual([0, 1, 2].map((time) => ({ time, records: [time + 1] })));
    expect(records).toEqual([1, 2, 3]);
    expect(completed).toEqual(batches);
  });

  it("is over for a reader that leaves, and goes on for the others", async () => {
    const { engine, numbers, out } = unread();
    const other = out.toArray();
    const reader = out[Symbol.asyncIterator]();
    numbers.send([1]);
    numbers.send([2]);
    engine.run();
    for await (const { records } of reader) {
      expect(records).toEqual([1]);
      break;
    }
    numbers.send([3]);
    numbers.close();
    engine.run();
    expect(await other).toEqual([1, 2, 3]);
  });
});

describe("OutputHandle (a reader that leaves)", () => {
  it("takes its backlog with it, so that senders need not wait for it any more", async () => {
    const { engine, numbers, out } = unread();
    let waiting: Promise<void> | undefined;
    numbers.send([0]);
    engine.run();
    for await (const { records } of out) {
      expect(records).toEqual([0]);
      for (let n = 1; waiting === undefined; n++) {
        expect(n).toBeLessThan(2000);
        waiting = numbers.send([n]);
        engine.run();
      }
      expect(await stateOf(waiting)).toBe("pending");
      break;
    }
    expect(await stateOf(waiting!)).toBe("resolved");
    for (let i = 0; i < 1000; i++) expect(numbers.send([i])).toBe(undefined);
  });

  it("by an error of the loop's body is no different", async () => {
    const { engine, numbers, out } = unread();
    numbers.send([1]);
    engine.run();
    const mistake = new Error("mine");
    const loop = async () => {
      for await (const _batch of out.completed()) throw mistake;
    };
    const looping = loop();
    numbers.advanceTo(1);
    engine.run();
    await expect(looping).rejects.toBe(mistake);
    for (let i = 0; i < 1000; i++) expect(numbers.send([i])).toBe(undefined);
  });
});

describe("OutputHandle (completed)", () => {
  it("waits for a time to be complete, and gives all its records at once", async () => {
    const { engine, numbers, out } = unread();
    const reader = out.completed();
    const first = reader.next();
    numbers.send([1]);
    numbers.send([2]);
    engine.run();
    expect(await stateOf(first)).toBe("pending");
    numbers.send([3]);
    numbers.advanceTo(1);
    engine.run();
    expect((await first).value).toEqual({ time: 0, records: [1, 2, 3] });
    numbers.close();
    engine.run();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("gives earlier times first, whatever order their records came in", async () => {
    const { engine, numbers, out } = unread();
    for (const time of [3, 1, 2, 1, 0]) numbers.sendAt(time, [time]);
    numbers.advanceTo(3);
    engine.run();
    const reader = out.completed();
    const taken = [await reader.next(), await reader.next(), await reader.next()];
    expect(taken.map(({ value }) => value)).toEqual([
      { time: 0, records: [0] },
      { time: 1, records: [1, 1] },
      { time: 2, records: [2] },
    ]);
    const last = reader.next();
    expect(await stateOf(last)).toBe("pending");
    numbers.close();
    engine.run();
    expect((await last).value).toEqual({ time: 3, records: [3] });
  });

  it("passes over times without records", async () => {
    const { engine, numbers, out } = unread();
    numbers.advanceTo(7);
    numbers.send([7]);
    numbers.close();
    engine.run();
    expect(await collect(out.completed())).toEqual([{ time: 7, records: [7] }]);
  });

  it("gives incomparable times as each is complete by itself", async () => {
    const { engine, numbers, out } = passing({}, 2);
    const reader = out.completed();
    const first = reader.next();
    const [left, right] = [numbers.open([0, 1]), numbers.open([1, 0])];
    numbers.close();
    left.send([1]);
    right.send([10]);
    right.close();
    engine.run();
    expect((await first).value).toEqual({ time: [1, 0], records: [10] });
    const second = reader.next();
    expect(await stateOf(second)).toBe("pending");
    left.close();
    engine.run();
    expect((await second).value).toEqual({ time: [0, 1], records: [1] });
  });

  it("gives each time once, with all its records, after it is complete", async () => {
    const entry = fc.record({
      time: fc.nat({ max: 4 }),
      advance: fc.nat({ max: 1 }),
      run: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 25, size: "max" }),
        fc.constantFrom(...policies),
        async (entries, policy) => {
          const { engine, numbers, out } = passing({ policy });
          const sent = new Map<number, number[]>();
          const seen: [Time, number[]][] = [];
          const reader = (async () => {
            for await (const { time, records } of out.completed()) {
              expect(out.frontier.every((least) => (least as number) > (time as number))).toBe(
                true,
              );
              seen.push([time, records.toSorted((a, b) => a - b)]);
            }
          })();
          for (const [i, { time, advance, run }] of entries.entries()) {
            const at = (numbers.time as number) + time;
            numbers.sendAt(at, [i]);
            sent.set(at, [...sent.get(at) ?? [], i]);
            numbers.advanceTo((numbers.time as number) + advance);
            if (run) engine.run();
          }
          numbers.close();
          engine.run();
          await reader;
          expect(seen).toEqual([...sent].sort(([a], [b]) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("OutputHandle (subscribe)", () => {
  it("calls for each batch within the dataflow's turn, until it is ended", () => {
    const { engine, numbers, out } = unread();
    const listener = vi.fn();
    const unsubscribe = out.subscribe(listener);
    numbers.send([1]);
    engine.run();
    unsubscribe();
    unsubscribe();
    numbers.send([2]);
    engine.run();
    expect(listener.mock.calls).toEqual([[{ time: 0, records: [1] }]]);
  });

  it("hands over what came before at once", () => {
    const { engine, numbers, out } = unread();
    numbers.send([1]);
    numbers.send([2]);
    engine.run();
    const seen: number[] = [];
    out.subscribe(({ records }) => seen.push(...records));
    expect(seen).toEqual([1, 2]);
  });

  it("tells of each change of what is complete, after its records", () => {
    const { engine, numbers, out } = unread();
    const log: string[] = [];
    const unsubscribe = out.subscribe(
      ({ time, records }) => log.push(`${time}: ${records}`),
      (frontier) => log.push(`[${frontier}]`),
    );
    numbers.send([1]);
    numbers.sendAt(2, [2]);
    numbers.advanceTo(2);
    engine.run();
    numbers.send([3]);
    engine.run();
    numbers.close();
    engine.run();
    expect(log).toEqual(["0: 1", "[2]", "2: 2", "2: 3", "[]"]);
    expect(unsubscribe()).toBe(undefined);
  });

  it("tells nobody who has left of the frontier", () => {
    const { engine, numbers, out } = unread();
    const onFrontier = vi.fn();
    out.subscribe(() => {}, onFrontier)();
    numbers.close();
    engine.run();
    expect(onFrontier).not.toHaveBeenCalled();
  });

  it("may be done by several, who all hear the same", () => {
    const { engine, numbers, out } = unread();
    const listeners = [vi.fn(), vi.fn()];
    for (const listener of listeners) out.subscribe(listener);
    numbers.send([1]);
    engine.run();
    for (const listener of listeners) expect(listener).toHaveBeenCalledTimes(1);
  });

  it("fails the dataflow when its listener throws", async () => {
    const { engine, run, numbers, out } = unread();
    const mistake = new Error("mine");
    out.subscribe(() => {
      throw mistake;
    });
    numbers.send([1]);
    engine.run();
    expect(run.status).toBe("failed");
    await expect(run.done).rejects.toMatchObject({ where: "out", cause: mistake });
  });

  it("fails the dataflow when its listener for frontiers throws", async () => {
    const { engine, run, numbers, out } = unread();
    const mistake = new Error("mine");
    out.subscribe(() => {}, () => {
      throw mistake;
    });
    numbers.send([1]);
    engine.run();
    expect(run.status).toBe("running");
    numbers.close();
    engine.run();
    expect(run.status).toBe("failed");
    await expect(run.done).rejects.toMatchObject({
      code: "MEANDER_USER_FUNCTION",
      where: "out",
      cause: mistake,
    });
    await expect(out.toArray()).rejects.toMatchObject({ cause: mistake });
  });
});

describe("OutputHandle (cut off)", () => {
  it("rejects its readers after what had come, and those that come later", async () => {
    const { engine, run, numbers, out } = unread();
    const reader = out[Symbol.asyncIterator]();
    const toArray = out.toArray();
    numbers.send([1]);
    engine.run();
    run.cancel("enough");
    expect((await reader.next()).value).toEqual({ time: 0, records: [1] });
    await expect(reader.next()).rejects.toThrow(/MEANDER_ABORTED.*enough/);
    await expect(toArray).rejects.toBeInstanceOf(MeanderError);
    await expect(out.toArray()).rejects.toThrow("MEANDER_ABORTED");
    await expect(collect(out.completed())).rejects.toThrow("MEANDER_ABORTED");
    expect(out.isEnded).toBe(true);
  });

  it("keeps the frontier that it had reached", () => {
    const { engine, run, numbers, out } = unread();
    expect(out.frontier).toEqual([0]);
    numbers.advanceTo(3);
    engine.run();
    expect(out.frontier).toEqual([3]);
    run.cancel();
    expect(out.frontier).toEqual([3]);
  });

  it("is not what happens at a proper end, where the frontier is empty", () => {
    const { engine, numbers, out } = unread();
    numbers.close();
    engine.run();
    expect([out.frontier, out.isEnded]).toEqual([[], true]);
  });
});
