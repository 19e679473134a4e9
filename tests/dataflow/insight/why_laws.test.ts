import fc from "fast-check";
import { dataflow, Engine, ManualClock } from "meander";
import { describe, expect, it } from "vitest";
import { formatWhy } from "../../../dataflow/insight/format_why.ts";
import { type Stuck, why, type WhyNot } from "../../../dataflow/insight/why.ts";
import { compareTimes, equalTimes, minimalSummaries, type Time } from "../../../progress/mod.ts";

/** Two nested loops, a join of incomparable ways, and operators that ask for notifications. */
function nested() {
  return dataflow("nested", (root) => {
    const numbers = root.input<number>("numbers");
    const limits = root.input<number>("limits");
    const reached = root.loop("outer", (outer) => {
      const again = outer.feedback<number>({ maxIterations: 3 });
      const all = outer.enter(numbers).map((n) => n).concat(again);
      const inner = outer.loop("inner", (loop) => {
        const round = loop.feedback<number>();
        const fresh = loop.enter(all).concat(round).distinct({ per: 2 });
        round.connect(fresh.filter((n) => n % 2 === 0).map((n) => n / 2));
        return loop.leave(fresh);
      });
      again.connect(inner.map((n) => n - 1).filter((n) => n > 0));
      return outer.leave(inner.join(outer.enter(limits), {
        per: "epoch",
        leftKey: (n) => n % 3,
        rightKey: (n) => n % 3,
        value: (n, limit) => Math.min(n, limit),
      }));
    });
    reached.probe("reached");
    return { numbers, limits, counts: reached.count().output("counts") };
  });
}

function install(explain: boolean, seed?: number, workers = 1) {
  const engine = new Engine({
    explain,
    workers,
    threads: false,
    clock: new ManualClock(),
    ...(seed === undefined ? {} : { policy: { seed } }),
  });
  const program = nested();
  const installed = engine.install(program);
  return { engine, handles: installed.handles, running: asked(installed, program) };
}

type Installed = Omit<Stuck, "graph">;

function asked<R extends Installed>(running: R, { graph }: Pick<Stuck, "graph">): R & Stuck {
  return Object.assign(running, { graph });
}

/** The times that come of one along a path of vertices, whatever ports it takes, by trying all of them. */
function resultsAlong(
  { graph, compiled }: Stuck,
  from: number,
  time: Time,
  path: string[],
): Time[] {
  const { edges, locations } = compiled.progress;
  const vertexOf = (location: number) =>
    graph.vertices.find(({ path }) => locations[location].name.startsWith(`${path}.`))!.path;
  expect(vertexOf(from)).toBe(path[0]);
  const isTarget = (location: number) =>
    location < compiled.outputAt[graph.vertices.findIndex((v) => v.path === vertexOf(location))];
  let places = [{ location: from, time }];
  const within = () =>
    places.flatMap(({ location, time }) => [
      { location, time },
      ...edges.filter((edge) => edge.from === location && isTarget(location))
        .map(({ to, summary }) => ({ location: to, time: summary.apply(time) })),
    ]);
  for (const vertex of path.slice(1)) {
    places = within().flatMap(({ location, time }) =>
      edges.filter(({ from, to }) =>
        from === location && !isTarget(location) && vertexOf(to) === vertex
      ).map(({ to }) => ({ location: to, time }))
    );
  }
  return within().map(({ time }) => time);
}

function checkClaims(running: Stuck, { port, frontier, holders }: WhyNot): void {
  const { progress } = running.compiled;
  const paths = minimalSummaries(progress);
  const named = (name: string) => progress.locations.findIndex((found) => found.name === name);
  const target = named(port);
  for (const element of frontier) {
    expect(holders.some(({ result }) => equalTimes(result, element))).toBe(true);
  }
  for (const { location, time, result, path } of holders) {
    const from = named(location);
    expect(frontier.some((element) => equalTimes(element, result))).toBe(true);
    expect(paths.couldResultIn({ location: from, time }, result, target)).toBe(true);
    expect(
      resultsAlong(running, from, time, [...path]).some((found) => equalTimes(found, result)),
    ).toBe(true);
  }
}

const someActions = fc.array(
  fc.tuple(fc.constantFrom("numbers" as const, "limits" as const), fc.nat({ max: 12 })),
  { maxLength: 12, size: "max" },
);

describe("why, at any moment", () => {
  it(
    "claims what is true: times, paths, and nothing left out; merged ports or not",
    () =>
      fc.assert(
        fc.property(someActions, fc.boolean(), fc.nat(), (actions, explain, seed) => {
          const { engine, handles, running } = install(explain, seed);
          const { plan, progress } = running.compiled;
          const check = () => {
            for (const location of progress.locations.keys()) {
              const [answer] = why(running, progress.locations[location].name);
              checkClaims(running, answer);
              const slot = plan.slotOf[location];
              if (plan.slots[slot].location !== location || running.tracker.changes.length > 0) {
                continue;
              }
              expect(answer.frontier).toEqual(
                [...running.tracker.tracker.frontier(slot)].sort(compareTimes),
              );
            }
          };
          for (const [name, value] of actions) {
            const input = handles[name];
            if (value < 3) input.advanceTo((input.time as number) + value);
            else input.send([value, value * 4]);
            for (let i = 0; i < value && engine.step(); i++);
            check();
          }
        }),
        { numRuns: 15 },
      ),
    30_000,
  );

  it("answers the same with merged ports as without, when nothing is left to do", () =>
    fc.assert(
      fc.property(someActions, (actions) => {
        const answers = [true, false].map((explain) => {
          const { engine, handles, running } = install(explain);
          return actions.map(([name, value]) => {
            const input = handles[name];
            if (value < 3) input.advanceTo((input.time as number) + value);
            else input.send([value, value * 4]);
            if (value === 5) input.open((input.time as number) + 1);
            engine.run();
            const ports = ["counts", "reached", "outer/inner/distinct.in", "outer/join.left"];
            return ports.flatMap((port) => why(running, port));
          });
        });
        expect(answers[1]).toEqual(answers[0]);
      }),
      { numRuns: 30 },
    ));

  it("changes nothing by being asked", () => {
    const results = [false, true].map((isAsking) => {
      const { engine, handles, running } = install(false, 5);
      handles.numbers.send([12, 5, 9]);
      handles.limits.send([4, 6]);
      handles.numbers.close();
      handles.limits.close();
      let steps = 0;
      for (; engine.step(); steps++) if (isAsking) why(running);
      return { steps, answer: formatWhy(why(running)) };
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[0].answer).toBe("counts is complete");
  });
});

describe("why, on several workers", () => {
  it("names what is known, and says so of the rest", () => {
    const { engine, handles, running } = install(false, undefined, 3);
    handles.numbers.send([12, 5, 9, 31, 6, 7]);
    handles.limits.send([4, 6, 7, 8]);
    handles.limits.close();
    engine.run();
    const [answer] = why(running);
    expect(answer.frontier).toEqual([0]);
    expect(answer.holders[0]).toEqual({
      kind: "input",
      time: 0,
      location: "numbers.out",
      vertex: "numbers",
      occurrences: 1,
      waitsFor: null,
      result: 0,
      path: [
        "numbers",
        "outer/ingress",
        "outer/map",
        "outer/concat",
        "outer/inner/ingress",
        "outer/inner/concat",
        "outer/inner/distinct",
        "outer/inner/egress",
        "outer/join",
        "outer/egress",
        "count",
        "counts",
      ],
    });
    // What the first worker's shard of a vertex waits for is known; of the others', that there is something.
    expect(answer.holders.slice(1).map(({ kind, location }) => [kind, location])).toEqual([
      ["unknown", "outer/inner/distinct.out"],
      ["notification", "outer/inner/distinct.out"],
    ]);
    handles.numbers.close();
    engine.run();
    expect(formatWhy(why(running))).toBe("counts is complete");
  });
});

describe("why, of a large graph", () => {
  it("is one search for all that is outstanding", () => {
    const length = 500;
    const program = dataflow("long", (root) => {
      const numbers = root.input<number>("numbers");
      let stream = numbers.map((n) => n);
      for (let i = 0; i < length; i++) stream = stream.distinct().concat(stream);
      return { numbers, last: stream.output("last") };
    });
    const engine = new Engine({ explain: true, workers: 1, clock: new ManualClock() });
    const running = asked(engine.install(program), program);
    running.handles.numbers.send([1]);
    // Every vertex doubles what it gets, so that they would not come to an end.
    for (let i = 0; i < 3 * length; i++) engine.step();
    const [{ holders }] = why(running);
    expect(holders.length).toBeGreaterThan(length);
    expect(Math.max(...holders.map(({ path }) => path.length))).toBe(length + 3);
  });
});
