import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { planLines } from "../../dataflow/plan_text.ts";
import { type Dataflow, dataflow, type Ports } from "../../dataflow/program.ts";
import { execute } from "../../dataflow/engine.ts";
import type { RootScope } from "../../dataflow/scope.ts";
import { of } from "../../operators/sources/of.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { buildSpec } from "../../specs/build.ts";
import { cel } from "../../specs/cel.ts";
import type { CheckedSpec } from "../../specs/check.ts";
import { specOf, type SpecOfOptions } from "../../specs/spec_of.ts";
import { checkedSpec } from "./support.ts";

const registry = new Registry([core]);

/** All that a graph is, in no order: a spec does not say in which order vertices were described. */
function planOf(program: Dataflow<Ports>): string[] {
  // Connections are by number, and numbers are by order.
  return planLines(program.graph, program.compiled()).filter((line) => !/^connection/.test(line))
    .toSorted();
}

function again(program: Dataflow<Ports>, like: NonNullable<SpecOfOptions["like"]>) {
  const spec = specOf(program, { registry, like });
  return { spec, program: buildSpec(checkedSpec(stringify(spec))).program };
}

function read(name: string): CheckedSpec {
  return checkedSpec(Deno.readTextFileSync(`examples/${name}.yaml`));
}

describe("a spec of a graph that was made of a spec", () => {
  it.each(["airports", "collatz", "faucet", "flights_join", "late_events", "wordcount"])(
    "of %s describes the same graph",
    (name) => {
      const checked = read(name);
      const { program } = buildSpec(checked);
      expect(planOf(again(program, checked.spec).program)).toEqual(planOf(program));
    },
  );
});

/** The multiples of 3 among numbers and what comes of doubling them up to 40, in a loop within a region. */
const doubling = (root: RootScope) => {
  const numbers = root.input<number>("numbers");
  const { out: seeds } = root.vertex(of, {
    config: { records: [1, "'text'", cel("1 + 1")] },
    inputs: {},
  });
  const all = root.region("box", (box) =>
    box.loop("rounds", (loop) => {
      const back = loop.feedback<number>({ name: "back", by: 2, maxIterations: 50 });
      const met = loop.enter(numbers).concat(back);
      const next = met.map(cel<(n: number) => number>("record * 2", "record"), { name: "next" });
      back.connect(next.filter(cel<(n: number) => boolean>("record < 40", "record")));
      return loop.leave(met);
    }));
  const kept = all.filter(cel<(n: number) => boolean>("record % 3 == 0", "record"), {
    name: "kept",
  });
  return { numbers, kept: kept.output("kept"), seeds: seeds.output("seeds") };
};

async function answers(program: Dataflow<Ports>): Promise<unknown[]> {
  const run = execute(program);
  run.input<number>("numbers").send([3, 4, 9]);
  run.input("numbers").close();
  return [await run.output("kept").toArray(), await run.output("seeds").toArray()];
}

describe("a spec of a graph that was made by code", () => {
  it("gives the same answers, across the borders of regions and loops", async () => {
    const program = dataflow("doubling", doubling) as unknown as Dataflow<Ports>;
    const { spec, program: made } = again(program, {});
    expect(spec.nodes).toHaveProperty("box.region.nodes.rounds.loop.feedback.back", {
      from: "filter",
      by: 2,
      maxIterations: 50,
    });
    const [kept, seeds] = await answers(program);
    expect(kept).toEqual([3, 9, 6, 18, 12, 36, 24]);
    expect(seeds).toEqual([1, "'text'", 2]);
    expect(await answers(made)).toEqual([kept, seeds]);
  });

  it("names everything that a spec cannot say, at once", () => {
    const program = dataflow("closed", (root) => {
      const numbers = root.input<number>("numbers");
      const again = root.feedback<number>();
      const both = numbers.map((n) => n + 1, { name: "a b" }).concat(again);
      again.connect(both.unary("own", {}, () => ({ receive: () => {} })));
      return { out: both.output("out") };
    });
    let problems: readonly string[] = [];
    try {
      specOf(program, { registry });
    } catch (error) {
      problems = (error as { problems: readonly string[] }).problems;
    }
    expect(problems).toEqual([
      'feedback "feedback" is in no loop: a spec has loops only',
      '"a b" has a name that is none in a spec',
      '"a b": with.f is a function of code, which has no text. Write it with cel("…")',
      '"own" uses operator "own", which is in no plugin',
    ]);
  });

  it("keeps apart what has one name on both sides of a border", async () => {
    const program = dataflow("twice", (root) => {
      const numbers = root.input<number>("numbers");
      const one = root.region("left", (box) => {
        const kept = numbers.filter(cel<(n: number) => boolean>("record > 3", "record"), {
          name: "n",
        });
        return box.region(
          "inner",
          () => kept.map(cel<(n: number) => number>("record * 10", "record"), { name: "n" }),
        );
      });
      const other = root.region(
        "right",
        () =>
          one.concat(numbers).map(cel<(n: number) => number>("record + 1", "record"), {
            name: "n",
          }),
      );
      return { numbers, kept: one.concat(other).output("kept"), seeds: one.output("seeds") };
    }) as unknown as Dataflow<Ports>;
    const expected = await answers(program);
    expect(await answers(again(program, {}).program)).toEqual(expected);
    expect(expected.map((all) => (all as number[]).toSorted())).toEqual([
      [10, 4, 40, 41, 5, 90, 91],
      [40, 90],
    ]);
  });

  it("names feedbacks of one loop that end differently at their limit", () => {
    const program = dataflow("limits", (root) => ({
      out: root.loop("rounds", (loop) => {
        const first = loop.feedback<number>({ name: "a", maxIterations: 2 });
        const other = loop.feedback<number>({ name: "b", maxIterations: 2, onLimit: "fail" });
        const all = loop.enter(root.input<number>("numbers")).concat(first, other);
        first.connect(all);
        other.connect(all);
        return loop.leave(all);
      }).output("out"),
    }));
    expect(() => specOf(program, { registry })).toThrow(
      '"rounds/b" has another onLimit than its loop\'s other feedbacks',
    );
  });
});
