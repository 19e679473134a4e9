import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mermaid } from "../../dataflow/insight/mermaid.ts";
import { core } from "../../plugins/core.ts";
import { Registry } from "../../plugins/registry.ts";
import { buildSpec } from "../../specs/build.ts";
import { type CheckedSpec, checkSpec } from "../../specs/check.ts";
import { runTests } from "../../specs/unit_test.ts";
import { MemoryWorld } from "../cli/support.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const registry = new Registry([core]);

const DATA = "node_modules/vega-datasets/data";
const examples = readdirSync(new URL("examples/", root)).filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: read(`examples/${name}`) }));

function checked(text: string): CheckedSpec {
  const result = checkSpec(text, { registry });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems, null, 2));
  return result;
}

/** Runs an example as at a shell in the project's folder. */
async function run(
  name: string,
  { stdin = "", files = [] as string[], flags = [] as string[] } = {},
) {
  const paths = [`examples/${name}.yaml`, ...files];
  const world = new MemoryWorld(Object.fromEntries(paths.map((path) => [path, read(path)])));
  const finished = await world.run(["run", `examples/${name}.yaml`, ...flags], { stdin });
  expect(finished).toMatchObject({ code: 0, stderr: "" });
  return { ...finished, world };
}

/** Rows of a CSV file whose fields have no commas in quotes, by their names in the header. */
function rows(text: string): Record<string, string>[] {
  const [head, ...lines] = text.trimEnd().split(/\r?\n/).map((line) => line.split(","));
  return lines.map((cells) =>
    Object.fromEntries(head.map((name, i) => [name, cells[i].replace(/^"(.*)"$/, "$1")]))
  );
}

function lines(text: string): unknown[] {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

describe.each(examples)("examples/$name", ({ text }) => {
  it("passes its own tests, of which it has some", async () => {
    const { spec: { tests = [] } } = checked(text);
    const results = await runTests(text, tests, { registry });
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
  });

  it("can be drawn, with everything in it", () => {
    const spec = checked(text);
    const drawn = mermaid(buildSpec(spec).program);
    expect(drawn).toMatch(/^flowchart/);
    const names = [...spec.inputs, ...spec.outputs].map(({ name }) => name);
    for (const name of [...names, ...Object.keys(spec.spec.nodes ?? {})]) {
      expect(drawn).toContain(name);
    }
  });
});

/** The least number of steps to every place, by breadth-first search. */
function hops(from: string, edges: readonly (readonly [string, string])[]): Map<string, number> {
  const next = Map.groupBy(edges, ([origin]) => origin);
  const found = new Map([[from, 0]]);
  // A map may grow while it is iterated, which makes it the queue as well.
  for (const [place, steps] of found) {
    for (const [, to] of next.get(place) ?? []) if (!found.has(to)) found.set(to, steps + 1);
  }
  return found;
}

describe("examples on their data", () => {
  const flightsFile = `${DATA}/flights-airport.csv`;
  const flights = rows(read(flightsFile));

  it.each(["SEA", "ANC", "nowhere"])("airports: as breadth-first search, from %s", async (from) => {
    const files = [flightsFile];
    const { stdout } = await run("airports", { files, flags: ["--set", `from=${from}`] });
    const expected = hops(
      from,
      flights.map(({ origin, destination }) => [origin, destination] as const),
    );
    const reached = lines(stdout) as { node: string; hops: number }[];
    expect(reached.length).toBe(expected.size);
    expect(new Map(reached.map(({ node, hops }) => [node, hops]))).toEqual(expected);
  });

  it("flights_join: as every pair of rows looked at", async () => {
    const airportsFile = `${DATA}/airports.csv`;
    const cities = new Map<string, string>();
    // Names of airports have commas in quotes; codes stand first, and cities have none.
    for (const line of read(airportsFile).trimEnd().split("\n").slice(1)) {
      const [code, , city] = line.match(/"[^"]*"|[^,]+/g)!;
      cities.set(code, city);
    }
    const expected = flights.filter(({ count }) => Number(count) >= 9000).flatMap((flight) => {
      const [from, to] = [cities.get(flight.origin), cities.get(flight.destination)];
      return from === undefined || to === undefined
        ? []
        : [{ from, to, flights: Number(flight.count) }];
    });
    const files = [flightsFile, airportsFile];
    const { world } = await run("flights_join", { files, flags: ["--output", "flights=out.txt"] });
    const table = world.disk.get("out.txt")!.trimEnd().split("\n").slice(1)
      .map((line) => line.split(/\s{2,}/)).map(([from, to, count]) => ({
        from,
        to,
        flights: Number(count),
      }));
    const inOrder = <T>(list: readonly T[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(expected.length).toBeGreaterThan(10);
    expect(inOrder(table)).toEqual(inOrder(expected));
  });

  it("wordcount: in the order in which words come first", async () => {
    const { stdout } = await run("wordcount", {
      stdin: "a b a\nb a\n",
      flags: ["--input", "lines=-"],
    });
    expect(stdout).toBe("a 3\nb 2\n");
  });

  it("collatz: as a plain loop, for 1 to 200", async () => {
    const steps = (n: number): number => n === 1 ? 0 : 1 + steps(n % 2 === 0 ? n / 2 : 3 * n + 1);
    const numbers = Array.from({ length: 200 }, (_unused, i) => i + 1);
    const { stdout } = await run("collatz", {
      stdin: numbers.join("\n"),
      flags: ["--input", "numbers=-"],
    });
    const table = stdout.trimEnd().split("\n").slice(1)
      .map((line) => line.trim().split(/\s+/).map(Number));
    expect(new Map(table as [number, number][])).toEqual(
      new Map(numbers.map((n) => [n, steps(n)])),
    );
    expect(table.length).toBe(200);
  });

  it("faucet: as every order of the letters looked at", async () => {
    const orders = (letters: string): string[] =>
      letters === ""
        ? [""]
        : [...letters].flatMap((letter, i) =>
          orders(letters.slice(0, i) + letters.slice(i + 1)).map((rest) => letter + rest)
        );
    const words = ["noon", "refer", "tide", "aabbc", "x", "deed"];
    const expected = words.flatMap((word) =>
      [...new Set(orders(word))].filter((order) => order === [...order].reverse().join(""))
        .map((palindrome) => ({ word, palindrome }))
    );
    const flags = ["--input", "words=-", "--budget", "1", "--capacity", "7"];
    const { stdout } = await run("faucet", { stdin: words.join("\n"), flags });
    const inOrder = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(expected.length).toBeGreaterThan(5);
    expect(inOrder(lines(stdout))).toEqual(inOrder(expected));
  });

  it("late_events: minutes end when something 30 seconds later has come", async () => {
    const minute = 60_000;
    const counts = new Map<string, number>();
    const late: { at: number; kind: string }[] = [];
    let over = 0;
    for (const { at: text, kind } of rows(read("examples/data/events.csv"))) {
      const at = Date.parse(text);
      const start = Math.floor(at / minute);
      if (start * minute < over) late.push({ at, kind });
      else counts.set(`${start},${kind}`, (counts.get(`${start},${kind}`) ?? 0) + 1);
      over = Math.max(over, Math.floor((at - 30_000) / minute) * minute);
    }
    const { stdout, world } = await run("late_events", { files: ["examples/data/events.csv"] });
    const [head, ...counted] = stdout.trimEnd().split("\n");
    expect(head).toBe("minute,kind,count");
    expect(counted.sort()).toEqual([...counts].map(([key, count]) => `${key},${count}`).sort());
    expect(late.length).toBeGreaterThan(0);
    expect(lines(world.disk.get("examples/late.ndjson")!)).toEqual(late);
  });
});

describe("the spec with which the grammar began", () => {
  const text = `meander: 1
name: reachable-airports
params: { from: { type: string, default: SEA } }
inputs:
  routes: { format: csv, file: routes.csv, schema: { origin: string, destination: string } }
nodes:
  start: { use: core/of, with: { records: ["{'node': params.from, 'hops': 0}"] } }
  reach:
    loop:
      maxIterations: 50
      enter: { seeds: start, edges: routes }
      feedback: { known: next }
      nodes:
        all:   { use: core/concat, from: [seeds, known] }
        fresh: { use: core/distinct, from: all, with: { key: record.node, per: epoch } }
        next:
          use: core/join
          from: { left: fresh, right: edges }
          with:
            per: epoch
            leftKey: left.node
            rightKey: right.origin
            value: "{'node': right.destination, 'hops': left.hops + 1}"
      leave: { reached: fresh }
outputs:
  reached: { from: reach.reached, format: ndjson }
`;

  it("is valid, and finds what can be reached", async () => {
    const edges = [["SEA", "ANC"], ["ANC", "OME"], ["SEA", "OME"], ["OME", "SEA"], ["LAX", "SEA"]];
    const world = new MemoryWorld({
      "spec.yaml": text,
      "routes.csv": `origin,destination\n${edges.map((edge) => edge.join(",")).join("\n")}\n`,
    });
    expect(await world.run(["validate", "spec.yaml"])).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await world.run(["run", "spec.yaml"]);
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(expect.arrayContaining([
      { node: "SEA", hops: 0 },
      { node: "ANC", hops: 1 },
      { node: "OME", hops: 1 },
    ]));
    expect(lines(stdout).length).toBe(3);
    expect(world.pending).toBe(0);
  });
});
