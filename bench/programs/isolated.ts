/**
 * An operator of a plugin in batches of a thousand records: in a process of its own, trusted, or with the same code
 * in the program itself, as those of `core` are.
 */
import { bundlerEnvironment } from "../../cli/plugin_runtime.ts";
import { dataflow, execute } from "meander";
import { defineOperator, z } from "meander/plugin";
import type { AnyOperator } from "../../operators/contract/definition.ts";
import { describePlugin } from "../../plugins/manifest/described.ts";
import { parseManifest } from "../../plugins/manifest/parse.ts";
import { pluginsOf, type RunnablePlugins } from "../../plugins/isolation/plugins_of.ts";
import { guestProgram } from "../../plugins/isolation/runtime.ts";
import { launch } from "../../plugins/launcher.ts";
import { sha256Of } from "../../plugins/store/content_file.ts";
import { loadTrusted } from "../../plugins/trusted.ts";
import { expectEqual, measureAsync, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";

const BATCH = 1000;

const CODE = `
const { defineOperator, definePlugin, z } = globalThis[Symbol.for("meander.plugin.1")];
const doubled = defineOperator({
  name: "numbers", version: "1.0.0", summary: "Doubles", config: z.strictObject({}),
  inputs: { in: z.int() }, outputs: { out: z.int() },
  create: ({ out, pool }) => ({
    receive: {
      in({ data, time, length }) {
        const doubled = pool.takeInt32(length);
        for (let i = 0; i < length; i++) doubled[i] = 2 * data[i];
        out.out.sendBuffer(time, doubled, length);
      },
    },
  }),
});
const shouted = defineOperator({
  name: "strings", version: "1.0.0", summary: "Shouts", config: z.strictObject({}),
  inputs: { in: z.string() }, outputs: { out: z.string() },
  create: ({ out }) => ({
    receive: {
      in(batch) {
        const values = batch.values();
        const rows = new Array(batch.length);
        for (let i = 0; i < batch.length; i++) rows[i] = values[i] + "!";
        out.out.send(batch.time, rows);
      },
    },
  }),
});
export default definePlugin({ name: "measured", version: "1.0.0", operators: [doubled, shouted] });
`;

/** Sends so many records through it. */
export async function run({ given, workers }: RunInput): Promise<Measurement> {
  requireOneWorker(workers);
  const [records] = given.numbers;
  const kind = given.words.includes("strings") ? "strings" : "numbers";
  const how = given.words.find((word) => word !== kind) ?? "isolated";
  const plugins = how === "core" ? null : await installed(how as "isolated" | "trusted");
  const operator = plugins?.plugins[0].operators.find(({ name }) => name === kind) ?? own[kind];
  const before = performance.now();
  const program = dataflow("isolated", (root) => {
    const rows = root.input<number | string>("rows");
    const { out } = root.vertex(operator, { config: {}, inputs: { in: [rows] }, name: "it" });
    const doubled = out as typeof rows;
    return { rows, probe: doubled.probe(), count: doubled.count().output("count") };
  });
  const running = execute(program);
  const { rows, probe, count } = running.handles;
  const batch: Int32Array | string[] = kind === "numbers"
    ? Int32Array.from({ length: BATCH }, (_unused, i) => i)
    : Array.from({ length: BATCH }, (_unused, i) => `word ${i}`);
  rows.send(batch as unknown as number[]);
  rows.advanceTo(1);
  await probe.completed(0);
  const firstMs = performance.now() - before;
  const spent = await measureAsync(async () => {
    for (let sent = 0; sent < records; sent += BATCH) {
      await rows.send(batch as unknown as number[]);
    }
    rows.close();
    await running.done;
  });
  expectEqual("records", (await count.toArray()).at(-1), records);
  const memoryMb = await privateMb(plugins);
  await plugins?.close();
  return { spent, records, extra: { first_batch_ms: Math.round(firstMs), ...memoryMb } };
}

const own: Record<"numbers" | "strings", AnyOperator> = {
  numbers: defineOperator({
    ...{ name: "numbers", version: "1.0.0", summary: "Doubles" },
    config: z.strictObject({}),
    inputs: { in: z.int() },
    outputs: { out: z.int() },
    create: ({ out, pool }) => ({
      receive: {
        in({ data, time, length }) {
          const numbers = data as Int32Array;
          const doubled = pool.takeInt32(length);
          for (let i = 0; i < length; i++) doubled[i] = 2 * numbers[i];
          out.out.sendBuffer(time, doubled, length);
        },
      },
    }),
  }),
  strings: defineOperator({
    ...{ name: "strings", version: "1.0.0", summary: "Shouts" },
    config: z.strictObject({}),
    inputs: { in: z.string() },
    outputs: { out: z.string() },
    create: ({ out }) => ({
      receive: {
        in(batch) {
          const values = batch.values();
          const rows = new Array<string>(batch.length);
          for (let i = 0; i < batch.length; i++) rows[i] = values[i] + "!";
          out.out.send(batch.time, rows);
        },
      },
    }),
  }),
};

async function installed(isolation: "isolated" | "trusted"): Promise<RunnablePlugins> {
  const code = new TextEncoder().encode(CODE);
  const about = {
    name: "measured",
    version: "1.0.0",
    meander: "*",
    entry: "mod.js",
    summary: "Measured",
  };
  const facts = { sha256: sha256Of(code), granted: {}, source: "", readCode: () => code };
  const bare = { ...facts, isolation, manifest: { ...about, operators: {} } };
  const { operators } = describePlugin(await loadTrusted(bare));
  const manifest = parseManifest(JSON.stringify({ ...about, operators }), "measured");
  const program = () => guestProgram(".test/bench", { launch, env: bundlerEnvironment() });
  return await pluginsOf([{ ...bare, manifest }], { program });
}

/** What an idle process has for itself alone: what it has written to. */
async function privateMb(plugins: RunnablePlugins | null): Promise<Record<string, number>> {
  const [process] = plugins?.processes() ?? [];
  if (process === undefined) return {};
  const { stdout } = await new Deno.Command("prlimit", {
    args: ["--core=0", "cat", `/proc/${process.pid}/smaps_rollup`],
  }).output();
  const dirty = /Private_Dirty:\s*(\d+)/.exec(new TextDecoder().decode(stdout));
  return dirty === null ? {} : { private_mb: Math.round(Number(dirty[1]) / 102.4) / 10 };
}
