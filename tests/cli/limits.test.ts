/**
 * Limits on the command line of `meander run`.
 */
import { describe, expect, it } from "vitest";
import { limitsFor, limitsLine } from "../../cli/limits.ts";
import { MemoryWorld } from "./support.ts";

const SPEC = `meander: 1
name: words
limits: { capacity: 3 }
inputs:
  lines: { format: lines, epochs: { every: 2 } }
nodes:
  words: { use: core/flatMap, from: lines, with: { f: "record.split(' ')", limit: 2 } }
  totals: { use: core/count, from: words }
outputs:
  totals: { from: totals }
`;

async function run(...flags: string[]) {
  const world = new MemoryWorld({ "words.yaml": SPEC });
  const args = ["run", "words.yaml", "--input", "lines=-", ...flags];
  const ended = await world.run(args, { stdin: "a b c\nd\ne f\ng\nh\n" });
  expect(world.pending).toBe(0);
  return ended;
}

describe("limits on the command line", () => {
  it("change nothing about the results", async () => {
    const flags = [
      ...["--budget", "1", "--capacity", "1", "--memory-limit", "64MB", "--memory-grace", "1s"],
      ...["--pace-records", "1", "--pace-bytes", "1kB", "--pace-epochs", "1"],
    ];
    for (const given of [[], flags]) {
      expect(await run(...given)).toMatchObject({ code: 0, stdout: "4\n3\n1\n", stderr: "" });
    }
  });

  it("are said with --stats, with those of the spec", async () => {
    const { stderr } = await run("--stats", "--pace-bytes", "unlimited", "--memory-limit", "1GiB");
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      "limits: capacity 3, memory 1.1 GB, any number of bytes in flight",
    );
    const plain = await run("--stats", "--budget", "1");
    expect(plain.stderr).toContain("limits: budget 1, capacity 3\n");
    const graces = ["300ms", "1.5s"].map((grace) =>
      limitsLine(limitsFor({ limits: { memory: "64MB", grace } }, {}))
    );
    expect(graces.map((line) => line.slice(line.indexOf("grace")))).toEqual([
      "grace 300 ms\n",
      "grace 1.5 s\n",
    ]);
    expect(limitsLine({})).toBe("");
  });

  it.each([
    ["--budget", "0", "expected an integer from 1, not 0"],
    ["--capacity", "1e3", "expected an integer from 1, not 1e3"],
    ["--memory-limit", "64M", "expected a size, such as 500kB, 64MB or 1GiB, not 64M"],
    ["--memory-grace", "5", "expected a span of time, such as 500ms, 5s, 1m, 1h or 1d, not 5"],
    ["--pace-records", "few", "expected an integer from 1, or unlimited, not few"],
    ["--pace-bytes", "9", "expected a size, such as 500kB, 64MB or 1GiB, or unlimited, not 9"],
    ["--pace-epochs", "unlimited", "expected an integer from 1, not unlimited"],
  ])("%s %s is refused", async (flag, value, message) => {
    const { code, stdout, stderr } = await run(flag, value);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("wants a limit of memory for its grace", async () => {
    const { code, stderr } = await run("--memory-grace", "5s");
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot use --memory-grace: there is no limit of memory");
    expect(limitsFor({ limits: { memory: "1MB", grace: "9s" } }, { memoryGrace: 100 })).toEqual({
      memory: { limit: 1e6, graceMs: 100 },
    });
    expect(limitsFor({ limits: { memory: "1MB", grace: "9s" } }, { memoryLimit: 5 })).toEqual({
      memory: { limit: 5, graceMs: 9000 },
    });
  });
});
