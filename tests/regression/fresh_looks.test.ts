/** What users and attackers found in the operators, each as it was met. */
import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  type EngineEvent,
  type EngineOptions,
  execute,
  type Output,
  type RootScope,
  type Stream,
} from "../../mod.ts";

type Numbers = readonly (readonly [time: number, n: number])[];

/** Sends all before anything runs, and gives what came out, and what was dropped. */
async function answers<T>(
  build: (numbers: Stream<number>, root: RootScope) => Stream<T>,
  given: Numbers,
  options: EngineOptions = {},
) {
  const program = dataflow("found", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: build(numbers, root).output("out") as Output<T> };
  });
  await using run = execute(program, { workers: 1, ...options });
  for (const [time, n] of given) run.handles.numbers.sendAt(time, [n]);
  run.handles.numbers.close();
  const records = await run.handles.out.toArray();
  return { records, dropped: run.dropped };
}

const zeros = (...times: number[]): Numbers => times.map((time) => [time, time]);

describe("deduplicate", () => {
  /** Which times pass, by going through them in their order. */
  function passing(times: readonly number[], expiry: number): number[] {
    let last = -Infinity;
    return [...new Set(times)].sort((a, b) => a - b).filter((time) => {
      if (time - last <= expiry) return false;
      last = time;
      return true;
    });
  }

  it("forgets no key that has passed again meanwhile, in whatever order times come", async () => {
    for (const expiry of [1, 2]) {
      for (let code = 0; code < 125; code++) {
        const times = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25)];
        const { records } = await answers(
          (numbers) => numbers.deduplicate({ key: () => "a", expiry }),
          zeros(...times),
        );
        expect([times, records.toSorted()]).toEqual([times, passing(times, expiry)]);
      }
    }
  });
});

describe("mapAsync", () => {
  it("counts failed records that nobody reads", async () => {
    const { records, dropped } = await answers(
      (numbers) =>
        numbers.mapAsync((n) => {
          if (n > 0) throw new Error("no");
          return n;
        }, { onError: "output" }).answers,
      zeros(0, 1, 2),
    );
    expect(records).toEqual([0]);
    expect(dropped).toMatchObject([{ vertex: "mapAsync", records: 2 }]);
  });

  it("may be tried again more often than a factor can be multiplied with itself", async () => {
    let attempts = 0;
    const { records } = await answers(
      (numbers) =>
        numbers.mapAsync(() => {
          if (++attempts < 1200) throw new Error("not yet");
          return attempts;
        }, { retry: { attempts: 2000 } }),
      zeros(0),
    );
    expect(records).toEqual([1200]);
  });
});

describe("iterate", () => {
  it("refuses a body that gives no stream, and ends that contradict each other", () => {
    const build = (options: unknown, body: (s: Stream<number>) => unknown) => () =>
      dataflow("loop", (root) => {
        const numbers = root.input<number>("numbers");
        return { out: root.iterate(numbers, options as never, body as never).output("out") };
      });
    expect(build({ iterations: 2 }, () => undefined)).toThrow("which is no stream");
    for (const options of [{}, { untilFixpoint: false }, { iterations: 2, untilFixpoint: true }]) {
      expect(build(options, (s) => s)).toThrow("it takes either iterations or untilFixpoint");
    }
  });
});

describe("Functions that give something else than they have to", () => {
  it("are told: a step with a name that is not known, a text in place of a list", async () => {
    const machine = (numbers: Stream<number>) =>
      numbers.stateMachine({
        key: () => 0,
        initial: () => 0,
        fold: (state, n) => ({ stat: state + n, emit: [state] }) as never,
      });
    await expect(answers(machine, zeros(1))).rejects.toThrow("state, emit and drop");
    const text = (numbers: Stream<number>) => numbers.flatMap(() => "hey" as never);
    await expect(answers(text, zeros(1))).rejects.toThrow(
      'it has to return a list or another iterable, not "hey"',
    );
  });
});

describe("toStream", () => {
  it("fails when its list becomes shorter, and does not look for the rest for ever", async () => {
    const list = Array.from({ length: 5000 }, (_unused, i) => i);
    const program = dataflow("short", (root) => ({
      out: root.toStream(list).inspect(() => void (list.length = 10)).output("out"),
    }));
    await using run = execute(program, { workers: 1, budget: 1, capacity: 16 });
    await expect(run.done).rejects.toThrow("has become shorter");
  });
});

describe("Observers", () => {
  const program = dataflow("observed", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, counts: numbers.count().output("counts") };
  });

  it("cannot change what others hear", () => {
    const engine = new Engine({ workers: 1 });
    const rude = engine.observe((events) => {
      for (const event of events) (event as { kind: string }).kind = "gone";
    });
    const kinds = new Set<string>();
    engine.observe((events: readonly EngineEvent[]) =>
      events.forEach(({ kind }) => kinds.add(kind))
    );
    const run = engine.install(program);
    run.handles.counts.subscribe(() => {});
    run.handles.numbers.send([1]);
    run.handles.numbers.close();
    engine.run();
    expect(rude.failure).toBeInstanceOf(TypeError);
    expect(kinds.has("schedule") && kinds.has("shutdown") && !kinds.has("gone")).toBe(true);
  });

  it("end with the last dataflow that they feed", () => {
    const engine = new Engine({ workers: 1 });
    const events = engine.events();
    const consumer = dataflow("consumer", (root) => {
      const told = root.input<EngineEvent>("events");
      return { seen: told.count().output("seen") };
    });
    const run = engine.install(consumer, { inputs: { events } });
    run.cancel("enough");
    expect(run.failure).toBeInstanceOf(Error);
    expect(events.isClosed && events.observation.isOver).toBe(true);
    expect(() => engine.events({ everyMs: NaN })).toThrow("MEANDER_OPTION");
  });
});
