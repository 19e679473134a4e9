/**
 * `meander plugin check`: holds a plugin's manifest against its code, tries its operators, and looks at what its
 * code needs. The code is loaded in a process of its own, which may read its folder and nothing else.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { parseManifest } from "../../../plugins/manifest/parse.ts";
import { compareRights } from "../../../plugins/manifest/rights_used.ts";
import { engineProblem } from "../../../plugins/manifest/runs_on.ts";
import type { AuthorContext } from "../../author_world.ts";
import { isolatedBy, type PluginFolder, readPlugin } from "../../plugin_folder.ts";
import { type PluginReport, readReport } from "../../plugin_report.ts";
import { say } from "./say.ts";

/** Its flags. */
export interface CheckFlags {
  readonly write: boolean;
}

/**
 * Checks it; with `--write` the operators of the manifest are first written as the code has them.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_CHECK` with all that is wrong.
 */
export async function checkCommand(
  this: AuthorContext,
  { write }: CheckFlags,
  path = ".",
): Promise<void> {
  let plugin = readPlugin(this, path);
  let report = await reportOn(this, plugin);
  if (write && rewrite(this, plugin, report)) {
    await say(this, `Wrote the operators of ${path}/plugin.json\n`);
    plugin = readPlugin(this, path);
    report = await reportOn(this, plugin);
  }
  const { manifest, code } = plugin;
  const { missing, unused } = compareRights(code, manifest.permissions ?? {});
  const engine = engineProblem(manifest, this.author.version);
  await say(this, [...report.notes, ...unused].map((note) => `${note}\n`).join(""));
  const problems = [...(engine === undefined ? [] : [engine]), ...report.problems, ...missing];
  if (problems.length > 0) throw wrong(path, problems);
  await say(this, `${manifest.name}@${manifest.version} is in order\n`);
}

function wrong(path: string, problems: readonly string[]): MeanderError {
  const differs = problems.some((problem) => problem.includes(": the manifest "));
  return new MeanderError("MEANDER_PLUGIN_CHECK", `Cannot use plugin ${path} as it is`, {
    where: path,
    ...(differs ? { hint: "With --write the manifest gets its operators from the code" } : {}),
    problems,
  });
}

async function reportOn(
  context: AuthorContext,
  { folder, manifest }: PluginFolder,
): Promise<PluginReport> {
  const { author } = context;
  // Whatever the code writes, it cannot know this.
  const mark = `${crypto.randomUUID()} `;
  const { stdout, stderr } = await author.run({
    args: [
      "run",
      ...isolatedBy(context, folder),
      "--no-check",
      `--allow-read=${folder}`,
      new URL("../../plugin_check_main.ts", import.meta.url).href,
      mark,
      new URL(manifest.entry, `${pathToFileURL(folder).href}/`).href,
      JSON.stringify(manifest),
    ],
    cwd: folder,
  });
  const { report, rest } = readReport(mark, stdout);
  if (report !== undefined) return report;
  throw new MeanderError("MEANDER_PLUGIN_CHECK", `Cannot load the code of ${folder}`, {
    where: folder,
    problems: [(stderr.trim() || rest || "it ended without a word").slice(0, 2000)],
  });
}

/** Writes what the code has; false when that cannot be said, or is there already. */
function rewrite(
  { author, plugins }: AuthorContext,
  { folder }: PluginFolder,
  { operators }: PluginReport,
): boolean {
  if (Object.keys(operators).length === 0) return false;
  const path = `${folder}/plugin.json`;
  const before = new TextDecoder().decode(plugins.files.read(path, 2 ** 20));
  const text = `${JSON.stringify({ ...JSON.parse(before), operators }, null, 2)}\n`;
  // What came out of the process is as little believed as what anybody else has written.
  parseManifest(text, path);
  if (text === before) return false;
  author.write(path, text, true);
  return true;
}
