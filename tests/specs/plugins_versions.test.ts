/** One spec that uses one plugin at two versions at once, on one worker, on several, and on threads. */
import { describe, expect, it } from "vitest";
import { planLines } from "../../dataflow/plan_text.ts";
import { graphJson } from "../../dataflow/insight/graph_json.ts";
import { mermaid } from "../../dataflow/insight/mermaid.ts";
import { SpecRun } from "../../specs/run.ts";
import { built, type Found } from "./plugins_programs.ts";
import { hashOf } from "./plugins_support.ts";
import { MemoryIo, sorted, spec } from "./support.ts";

const TEXT = spec(`plugins: { text: "^1" }
inputs: { words: { format: lines, workers: all } }
nodes:
  spread: { use: core/exchange, from: words, with: { key: record } }
  early: { use: text/tag, from: spread }
  late: { use: text/tag@^2, from: early }
outputs: { o: { from: late } }
`);

const WORDS = Array.from({ length: 40 }, (_unused, i) => `w${i}`);
const ANSWER = WORDS.map((word) => `text-2.0.0(text-1.0.0(${word}))`);

async function ran(options: { workers: number; threads: boolean }, found: Found = "same") {
  const io = new MemoryIo({ words: WORDS.map((word) => `${word}\n`) });
  const ending = await new SpecRun(built(TEXT, found), io, options).run();
  return { ending, records: io.sinks.get("o")!.records };
}

describe("Two versions of a plugin in one spec", () => {
  it.each([[1, false], [2, false], [3, false], [2, true]])(
    "give each node its own, on %i workers, on threads: %s",
    async (workers, threads) => {
      const { ending, records } = await ran({ workers, threads });
      expect([ending, sorted(records)]).toEqual(["completed", sorted(ANSWER)]);
    },
  );

  it("are the same on a thread that finds newer ones", async () => {
    const { records } = await ran({ workers: 2, threads: true }, "more");
    expect(sorted(records)).toEqual(sorted(ANSWER));
  });

  it.each<[Found, string]>([
    ["other bytes", `is locked at version 1.0.0 with SHA-256 ${hashOf(1)}, and that version`],
    ["less", '"text@^2" is locked at version 2.0.0, which is not installed'],
  ])("are refused on a thread that finds %s", async (found, why) => {
    await expect(ran({ workers: 2, threads: true }, found)).rejects.toThrow(why);
  });

  it("are told apart in the plan that workers compare, and in drawings", () => {
    const { program } = built(TEXT, "same");
    const lines = planLines(program.graph, program.compiled("asked", 2))
      .filter((line) => line.startsWith("vertex ") && line.includes(" of "));
    expect(lines).toEqual([
      expect.stringContaining(`early operator tag@1.0.0 of text@1.0.0 with SHA-256 ${hashOf(1)}`),
      expect.stringContaining(`late operator tag@1.0.0 of text@2.0.0 with SHA-256 ${hashOf(2)}`),
    ]);
    const drawn = mermaid(program);
    expect(drawn).toContain("early<br/><small>text/tag@1.0.0</small>");
    expect(drawn).toContain("late<br/><small>text/tag@2.0.0</small>");
    expect(graphJson(program).vertices.find(({ path }) => path === "late")!.origin).toEqual({
      ...{ plugin: "text", version: "2.0.0", sha256: hashOf(2) },
    });
  });
});
