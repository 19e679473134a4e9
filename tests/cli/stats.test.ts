/**
 * `meander run --stats`: what it says of every node, made of the engine's events.
 */
import { describe, expect, it } from "vitest";
import { MemoryWorld } from "./support.ts";

const WORDS = `meander: 1
name: words
inputs:
  lines: { format: lines }
nodes:
  words: { use: core/flatMap, from: lines, with: { f: "record.split(' ')" } }
  long: { use: core/filter, from: words, with: { predicate: "size(record) > 1" } }
  counts:
    use: core/aggregate
    from: long
    with: { key: record, initial: "0", fold: accumulated + 1, emit: "{'word': key, 'n': accumulated}" }
outputs:
  counts: { from: counts, format: ndjson }
`;

const LINES = "to be or not\na to be\nto a\n";

/** What is written to standard error, with numbers of time and memory left out. */
async function statsOf(args: readonly string[], spec = WORDS, stdin = LINES) {
  const world = new MemoryWorld({ "words.yaml": spec });
  const ended = await world.run(["run", "words.yaml", "--input", "lines=-", ...args], { stdin });
  expect(world.pending).toBe(0);
  return ended;
}

/** The table's rows, without times and shares, in an order that does not depend on them. */
function rowsOf(stderr: string): string[][] {
  const lines = stderr.split("\n");
  const title = lines.findIndex((line) => line.startsWith("vertex "));
  return lines.slice(title + 1).filter((line) => line.endsWith("%") && !line.startsWith("vertices"))
    .map((line) => line.split(/ {2,}/).slice(0, -2)).sort();
}

describe("--stats", () => {
  it("has a line for every vertex, with what came in and went out", async () => {
    const { code, stdout, stderr } = await statsOf(["--stats"]);
    expect([code, stdout.split("\n").length]).toEqual([0, 5]);
    expect(stderr).toMatch(/^input lines {2}3 records/);
    const titles = stderr.split("\n").find((line) => line.startsWith("vertex "))!;
    expect(titles.split(/ {2,}/)).toEqual([
      ...["vertex", "operator", "in", "out", "batches", "slices", "notified", "dropped"],
      ...["queued", "kept", "ms", "share"],
    ]);
    expect(rowsOf(stderr).map((cells) => cells.slice(0, 4))).toEqual([
      ["counts", "aggregate", "7", "4"],
      ["lines", "input", "0", "3"],
      ["long", "filter", "9", "7"],
      ["output counts", "output", "4", "0"],
      ["words", "flatMap", "3", "9"],
    ]);
    expect(stderr).toMatch(
      /vertices ran for \d+% of [\d.]+ s; the worker had nothing to do for \d+%\n$/,
    );
  });

  it("says where most of the memory was, and what each vertex had at its highest", async () => {
    const { stderr } = await statsOf(["--stats"]);
    const most = stderr.split("\n").find((line) => line.startsWith("most in memory at once: "))!;
    expect(most).toMatch(
      /^most in memory at once: [\d.]+ k?B; at their highest [\d.]+ k?B (kept by|queued at) /,
    );
    expect(most).toContain("kept by counts");
    expect(most.split(", ").length).toBeLessThanOrEqual(3);
    const rows = Object.fromEntries(rowsOf(stderr).map((cells) => [cells[0], cells.slice(8)]));
    expect(rows.counts[1]).toMatch(/^[1-9]\d*k?B$/);
    expect(rows.long[1]).toBe("0");
    expect(stderr.split("\n").every((line) => line.length <= 120)).toBe(true);
  });

  it("puts first what took longest", async () => {
    const { stderr } = await statsOf(["--stats"]);
    const times = stderr.split("\n").filter((line) => /^\S.*%$/.test(line)).flatMap((line) => {
      const cells = line.split(/ {2,}/);
      return cells.length === 12 ? [Number(cells[10])] : [];
    });
    expect(times.length).toBe(5);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it("counts what nodes drop", async () => {
    const halves = `meander: 1
name: halves
inputs:
  lines: { format: ndjson, schema: { n: integer } }
nodes:
  halves: { use: core/map, from: lines, with: { f: "10 / record.n" }, onError: skip }
outputs:
  halves: { from: halves, format: ndjson }
`;
    const { stdout, stderr } = await statsOf(["--stats"], halves, '{"n":5}\n{"n":0}\n{"n":2}\n');
    expect(stdout).toBe("2\n5\n");
    const guard = rowsOf(stderr).find(([vertex]) => vertex === "halves-guard")!;
    expect(guard.slice(1, 4)).toEqual(["guard", "3", "2"]);
    expect(guard[7]).toBe("1");
  });

  it("is one line of JSON where progress is", async () => {
    const { stderr } = await statsOf(["--stats", "--progress", "json"]);
    const { stats } = JSON.parse(stderr.trimEnd().split("\n").at(-1)!);
    const sent = Object.fromEntries(
      stats.vertices.map(({ path, sent }: { path: string; sent: number }) => [path, sent]),
    );
    expect(sent).toEqual({ lines: 3, words: 9, long: 7, counts: 4, "output counts": 0 });
    expect(stats.elapsedMs).toBeGreaterThanOrEqual(stats.parkedMs[0]);
  });

  it("changes nothing of the results, and is silent when it is not asked for", async () => {
    const [plain, watched] = [await statsOf([]), await statsOf(["--stats"])];
    expect(plain.stderr).toBe("");
    expect(watched.stdout).toBe(plain.stdout);
  });

  it("leaves a run that fails to its error", async () => {
    const failing = WORDS.replace("size(record) > 1", "10 / (size(record) - 2) > 1");
    const { code, stderr } = await statsOf(["--stats"], failing);
    expect(code).toBe(1);
    expect(stderr).toContain("division by zero");
    expect(stderr).not.toContain("vertex ");
  });
});
