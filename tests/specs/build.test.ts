/** Dataflows that are made of specs do what is written: held against the same, computed by hand. */

import { describe, expect, it } from "vitest";
import { buildSpec } from "../../specs/build.ts";
import { checkedSpec, lines, ran, sorted, spec } from "./support.ts";

const NUMBERS = "inputs: { n: { format: ndjson, schema: integer } }\n";

/** What comes out at `o`, in an order of its own. */
async function out(text: string, numbers: readonly unknown[]): Promise<unknown[]> {
  const { outputs, ending } = await ran(spec(text), { n: lines(numbers) });
  expect(ending).toBe("completed");
  return sorted(outputs.o);
}

/** A loop that adds 1 until 10 is reached. */
function counting(options: string, feedback = "more"): string {
  return `${NUMBERS}nodes:
  l:
    loop:
      ${options}
      enter: { in: n }
      feedback: { back: ${feedback} }
      nodes:
        all: { use: core/concat, from: [in, back] }
        low: { use: core/filter, from: all, with: { predicate: record < 10 } }
        more: { use: core/map, from: low, with: { f: record + 1 } }
        high: { use: core/filter, from: all, with: { predicate: record >= 10 } }
      leave: { all: all, high: high }
outputs: { o: { from: l.all }, high: { from: l.high } }
`;
}

describe("A loop of a spec", () => {
  it("goes round until nothing comes back", async () => {
    expect(await out(counting("maxIterations: 1000"), [7, 9, 30])).toEqual([
      7,
      8,
      9,
      9,
      10,
      10,
      30,
    ]);
  });

  it("drops at its limit what would go on, and counts it", async () => {
    const text = spec(counting("maxIterations: 2\n      onLimit: drop"));
    const { outputs, run } = await ran(text, { n: lines([1, 5]) });
    expect(sorted(outputs.o)).toEqual([1, 2, 5, 6]);
    const [dropped] = run.progress.dropped;
    expect(dropped).toMatchObject({ records: 2 });
  });

  it("fails at its limit, when it is told to", async () => {
    const text = spec(counting("maxIterations: 2\n      onLimit: fail"));
    await expect(ran(text, { n: lines([1]) })).rejects.toThrow(/^MEANDER_ITERATIONS .*"l\/back"/);
    const enough = spec(counting("maxIterations: 3\n      onLimit: fail"));
    const { outputs } = await ran(enough, { n: lines([8]) });
    expect(sorted(outputs.o)).toEqual([8, 9, 10]);
  });

  it("takes the limit of a feedback before its own", async () => {
    const text = counting("maxIterations: 1000", "{ from: more, maxIterations: 2 }");
    expect(await out(text, [1])).toEqual([1, 2]);
  });

  it("counts by how much a feedback moves the time on", async () => {
    const times = (by: number) =>
      spec(`${NUMBERS}nodes:
  l:
    loop:
      maxIterations: 9
      enter: { in: n }
      feedback: { back: { from: more, by: ${by} } }
      nodes:
        all: { use: core/concat, from: [in, back] }
        more: { use: core/filter, from: all, with: { predicate: record > 0 } }
        when:
          use: core/aggregate
          from: all
          with: { key: record, initial: "0", fold: accumulated + 1, emit: time }
      leave: { when: when }
outputs: { o: { from: l.when } }
`);
    const one = await ran(times(1), { n: ["1\n"] });
    expect(one.outputs.o).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => [0, i]));
    const two = await ran(times(2), { n: ["1\n"] });
    expect(two.outputs.o).toEqual([0, 2, 4, 6, 8].map((i) => [0, i]));
  });

  it("may have several ways back", async () => {
    const text = `${NUMBERS}nodes:
  l:
    loop:
      maxIterations: 100
      enter: { in: n }
      feedback: { twice: double, three: [triple] }
      nodes:
        all: { use: core/concat, from: [in, twice, three] }
        new: { use: core/distinct, from: all, with: { per: epoch } }
        low: { use: core/filter, from: new, with: { predicate: record < 50 } }
        double: { use: core/map, from: low, with: { f: record * 2 } }
        triple: { use: core/map, from: low, with: { f: record * 3 } }
      leave: { new: new }
outputs: { o: { from: l.new } }
`;
    const reached = new Set<number>();
    const visit = (n: number): void => {
      if (reached.has(n)) return;
      reached.add(n);
      if (n < 50) [n * 2, n * 3].forEach(visit);
    };
    visit(1);
    expect(await out(text, [1])).toEqual(sorted([...reached]));
  });

  it("lets several streams out, each complete", async () => {
    const { outputs } = await ran(spec(counting("maxIterations: 1000")), { n: lines([8, 12]) });
    expect(sorted(outputs.o)).toEqual([8, 9, 10, 12]);
    expect(sorted(outputs.high)).toEqual([10, 12]);
  });

  it("can stand in a loop, and in a region of it", async () => {
    // Outside: n becomes the digit sum of n until it has one digit. Inside: the sum, digit by digit.
    const text = `${NUMBERS}nodes:
  roots:
    loop:
      maxIterations: 100
      enter: { in: n }
      feedback: { again: many }
      nodes:
        all: { use: core/concat, from: [in, again] }
        many: { use: core/filter, from: summed.sums, with: { predicate: record > 9 } }
        one: { use: core/filter, from: summed.sums, with: { predicate: record <= 9 } }
        summed:
          region:
            enter: { n: all }
            nodes:
              begin: { use: core/map, from: n, with: { f: "{'left': record, 'sum': 0}" } }
              digits:
                loop:
                  maxIterations: 100
                  enter: { begin: begin }
                  feedback: { rest: step }
                  nodes:
                    at: { use: core/concat, from: [begin, rest] }
                    open: { use: core/filter, from: at, with: { predicate: record.left > 0 } }
                    done: { use: core/filter, from: at, with: { predicate: record.left == 0 } }
                    step:
                      use: core/map
                      from: open
                      with: { f: "{'left': record.left / 10, 'sum': record.sum + record.left % 10}" }
                  leave: { done: done }
              sum: { use: core/map, from: digits.done, with: { f: record.sum } }
            leave: { sums: sum }
      leave: { roots: one }
outputs: { o: { from: roots.roots } }
`;
    const given = [7, 38, 999_999, 123_456_789, 10];
    const root = (n: number): number => {
      const sum = [...String(n)].reduce((all, digit) => all + Number(digit), 0);
      return n < 10 ? n : root(sum);
    };
    expect(await out(text, given)).toEqual(sorted(given.map(root)));
  });
});

describe("A node with several inputs and outputs", () => {
  const text = `inputs:
  n: { format: ndjson, schema: integer }
  m: { format: ndjson, schema: integer }
nodes:
  two: { use: kit/twice@^1, from: { left: n, right: [m, n] } }
  back: { use: core/concat, from: [two.first, two.second] }
outputs: { first: { from: two.first }, second: { from: two.second }, o: { from: back } }
`;

  it("is wired by their names", async () => {
    const { outputs } = await ran(spec(text), { n: ["1\n"], m: ["5\n6\n"] });
    expect(sorted(outputs.first)).toEqual([1]);
    expect(sorted(outputs.second)).toEqual([1, 1, 5, 6]);
    expect(sorted(outputs.o)).toEqual([1, 1, 1, 5, 6]);
  });

  it("may be read by several outputs, and an input be an output", async () => {
    const same = spec(
      `${NUMBERS}outputs: { a: { from: n }, b: { from: n }, c: { from: n.records } }\n`,
    );
    expect((await ran(same, { n: ["1\n2\n"] })).outputs).toEqual({
      a: [1, 2],
      b: [1, 2],
      c: [1, 2],
    });
  });
});

describe("onError of a node", () => {
  const failing = (onError: string) =>
    spec(`${NUMBERS}nodes:
  l:
    loop:
      maxIterations: 5
      enter: { in: n }
      feedback: { back: part }
      nodes:
        all: { use: core/concat, from: [in, back] }
        part: { use: core/map, from: all, with: { f: 60 / (record - 3) }, onError: ${onError} }
      leave: { all: all }
outputs: { o: { from: l.all } }
`);
  // Each goes round five times, unless it comes to 3, which cannot be worked on.
  const expected = (numbers: readonly number[]) => {
    const all: number[] = [];
    let failed = 0;
    for (const number of numbers) {
      for (let i = 0, n = number; i < 5; i++) {
        all.push(n);
        if (n === 3) failed++;
        if (n === 3) break;
        n = Math.trunc(60 / (n - 3)) + 0;
      }
    }
    return { all: sorted(all), failed };
  };
  const given = [3, 23, 4, 63, 1, 5];

  it("skips inside of a loop what cannot be worked on, and counts it", async () => {
    const { outputs, run } = await ran(failing("skip"), { n: lines(given) });
    const { all, failed } = expected(given);
    expect(failed).toBeGreaterThan(1);
    expect(sorted(outputs.o)).toEqual(all);
    const skipped = run.progress.dropped.filter(({ reason }) => reason.includes("division"));
    expect(skipped.map(({ records }) => records)).toEqual([failed]);
  });

  it("puts it aside, out of the loop, with the reason", async () => {
    const { outputs, io } = await ran(failing("{ deadLetter: bad.ndjson }"), { n: lines(given) });
    const { all, failed } = expected(given);
    expect(sorted(outputs.o)).toEqual(all);
    expect(io.letters.get("bad.ndjson")!.records).toEqual(
      new Array(failed).fill({
        node: "l/part",
        reason: expect.stringContaining("division by zero"),
        record: 3,
      }),
    );
  });

  it("ends the dataflow, when nothing else is said", async () => {
    await expect(ran(failing("fail"), { n: lines(given) })).rejects.toThrow("division by zero");
  });
});

describe("Records that come too late", () => {
  it("are a stream of their own, when they are asked for", async () => {
    const text = spec(`inputs:
  n: { format: ndjson, schema: { t: integer }, epochs: { field: t, window: 10, late: output } }
nodes:
  counts:
    use: core/aggregate
    from: n
    with: { key: "1", initial: "0", fold: accumulated + 1, emit: "{'at': time, 'n': accumulated}" }
  late: { use: core/map, from: n.late, with: { f: record.t } }
outputs: { counts: { from: counts }, late: { from: late } }
`);
    const given = lines([1, 5, 12, 3, 19, 11, 30, 2].map((t) => ({ t })));
    const { outputs, run } = await ran(text, { n: given });
    expect(outputs.counts).toEqual([{ at: 0, n: 2 }, { at: 10, n: 3 }, { at: 30, n: 1 }]);
    expect(outputs.late).toEqual([3, 2]);
    expect(run.progress.inputs[0]).toMatchObject({ records: 8, late: 0, bad: 0 });
  });
});

describe("A very long spec", () => {
  it("is built whatever order its nodes are written in", () => {
    const count = 10_000;
    const nodes = Array.from({ length: count }, (_unused, i) => {
      const at = count - i;
      return `  n${at}: { use: core/concat, from: ${at === 1 ? "n" : `n${at - 1}`} }\n`;
    });
    const text = spec(`${NUMBERS}nodes:\n${nodes.join("")}outputs: { o: { from: n${count} } }\n`);
    const { program } = buildSpec(checkedSpec(text));
    expect(program.graph.vertices.filter(({ kind }) => kind === "operator")).toHaveLength(count);
  });
});
