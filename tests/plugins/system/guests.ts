/** Plugins out of fixtures, as if they had been installed, and dataflows with one vertex of theirs. */
import { bundlerEnvironment } from "../../../cli/plugin_runtime.ts";
import { type Dataflow, dataflow, execute, type Running } from "meander";
import type { Input } from "../../../dataflow/fed.ts";
import type { Output } from "../../../dataflow/stream.ts";
import { parseManifest } from "../../../plugins/manifest/parse.ts";
import { describePlugin } from "../../../plugins/manifest/described.ts";
import type { InstalledPlugin } from "../../../plugins/content.ts";
import type { IsolationLimits } from "../../../plugins/isolation/limits.ts";
import { pluginsOf, type RunnablePlugins } from "../../../plugins/isolation/plugins_of.ts";
import { guestProgram } from "../../../plugins/isolation/runtime.ts";
import { launch } from "../../../plugins/launcher.ts";
import { loadTrusted } from "../../../plugins/trusted.ts";
import { MemoryIo } from "../../specs/support.ts";
import { sha256Of } from "../../../plugins/store/content_file.ts";

/** A fixture, with the manifest that its code deserves. */
export async function installed(
  fixture: string,
  isolation: InstalledPlugin["isolation"] = "isolated",
): Promise<InstalledPlugin> {
  const code = Deno.readFileSync(new URL(`./fixtures/${fixture}.js`, import.meta.url));
  const facts = { sha256: sha256Of(code), isolation, granted: {}, source: fixture };
  const plugin = { ...facts, readCode: () => code };
  const manifest = { name: fixture, version: "1.0.0", meander: "*", entry: "mod.js", summary: "x" };
  const trusted = await loadTrusted({ ...plugin, manifest: { ...manifest, operators: {} } });
  const { operators } = describePlugin(trusted);
  const text = JSON.stringify({ ...manifest, operators });
  return { ...plugin, manifest: parseManifest(text, fixture) };
}

/** Fixtures that run, and what they said. */
export async function guests(
  fixture: string,
  limits: IsolationLimits = {},
  told: (line: string) => void = () => {},
): Promise<RunnablePlugins & { readonly said: string[] }> {
  const program = () => guestProgram(".test/guests", { launch, env: bundlerEnvironment() });
  const said: string[] = [];
  const heard = (_plugin: string, line: string) => {
    said.push(line);
    told(line);
  };
  const made = await pluginsOf([await installed(fixture)], { program, limits, heard });
  return { ...made, said };
}

/** A dataflow with one operator of a fixture, fed with epochs of records. */
export function through(
  { plugins }: RunnablePlugins,
  name: string,
  config: unknown = {},
): Dataflow<Ports> {
  const operator = plugins[0].operators.find((each) => each.name === name)!;
  return dataflow(name, (root) => {
    const n = root.input<number>("n");
    const made = root.vertex(operator, { config, inputs: { in: [n] }, name });
    return { n, out: (made.out as typeof n).output("out") };
  });
}

type Ports = { n: Input<number>; out: Output<number> };

/** What comes out, epoch by epoch. */
export async function answers(
  program: Dataflow<Ports>,
  epochs: readonly (readonly number[])[],
): Promise<[time: unknown, records: number[]][]> {
  await using run: Running<Ports> = execute(program);
  return await feed(run, epochs);
}

/** The same of one that runs. */
export async function feed(
  { handles: { n, out } }: Running<Ports>,
  epochs: readonly (readonly number[])[],
): Promise<[time: unknown, records: number[]][]> {
  const all: [unknown, number[]][] = [];
  const reading = (async () => {
    for await (const { time, records } of out.completed()) all.push([time, [...records]]);
  })();
  reading.catch(() => {});
  for (const [epoch, records] of epochs.entries()) {
    await n.send(records);
    n.advanceTo(epoch + 1);
  }
  n.close();
  await reading;
  return all;
}

/** Arrays for files; other processes may have something to say, so that nobody knows when nothing can happen any more. */
export class PatientIo extends MemoryIo {
  override quiet(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
  }
}
