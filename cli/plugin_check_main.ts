/**
 * The program in which `meander plugin check` loads an author's code: it says what the code has, holds it against
 * the manifest, and tries its operators.
 *
 * @module
 */
// What plugins import: already loaded, it needs no permission to be read.
import "../plugin.ts";
import { MeanderError, reasonOf } from "../operators/contract/fault.ts";
import { pluginOf } from "../plugins/manifest/define_plugin.ts";
import { describePlugin } from "../plugins/manifest/described.ts";
import { differences } from "../plugins/manifest/difference.ts";
import { parseManifest } from "../plugins/manifest/parse.ts";
import { lawsOf } from "./plugin_laws.ts";
import { type PluginReport, reportLine } from "./plugin_report.ts";

if (import.meta.main) {
  const [mark, entry, manifest] = Deno.args;
  const write = Deno.stdout.writeSync.bind(Deno.stdout);
  const exit = Deno.exit.bind(Deno);
  const line = reportLine(mark, await reportOn(entry, manifest));
  const bytes = new TextEncoder().encode(line);
  for (let at = 0; at < bytes.length;) at += write(bytes.subarray(at));
  // What it has started may go on for ever.
  exit(0);
}

async function reportOn(entry: string, text: string): Promise<PluginReport> {
  try {
    const plugin = pluginOf((await import(entry)).default, "the default export");
    const described = describePlugin(plugin);
    const manifest = parseManifest(text, "plugin.json");
    const laws = await lawsOf(plugin, described);
    return {
      problems: [...differences(manifest, described), ...laws.problems],
      notes: laws.notes,
      operators: described.problems.length === 0 ? described.operators : {},
    };
  } catch (error) {
    const problems = MeanderError.is(error) ? error.problems : [];
    const [first] = reasonOf(error).split("\n  - ");
    const all = problems.length === 0 ? [reasonOf(error)] : problems;
    return { problems: problems.length === 0 ? all : [first, ...all], notes: [], operators: {} };
  }
}
