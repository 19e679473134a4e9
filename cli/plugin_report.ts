/**
 * What a process with an author's code says of it, as text that comes through a pipe: the code may write there
 * as well, and is not believed.
 *
 * @module
 */
import { isObject } from "../plugins/manifest/json_schema.ts";

/** What was found. */
export interface PluginReport {
  /** What is wrong, each in a sentence. */
  readonly problems: readonly string[];
  /** What was not looked at, and what is well. */
  readonly notes: readonly string[];
  /** The operators as the manifest has to have them, when that can be said. */
  readonly operators: Readonly<Record<string, unknown>>;
}

/** The line that a report is. The mark is another one each time, so that no output is taken for one by chance. */
export function reportLine(mark: string, report: PluginReport): string {
  return `\n${mark}${JSON.stringify(report)}\n`;
}

/** The report among what a process wrote, and the rest of it; `undefined` without a report that is one. */
export function readReport(
  mark: string,
  stdout: string,
): { readonly report: PluginReport | undefined; readonly rest: string } {
  const lines = stdout.split("\n");
  const line = lines.findLast((each) => each.startsWith(mark));
  const rest = lines.filter((each) => !each.startsWith(mark)).join("\n").trim();
  return { report: line === undefined ? undefined : parsed(line.slice(mark.length)), rest };
}

function parsed(text: string): PluginReport | undefined {
  try {
    const { problems, notes, operators } = JSON.parse(text);
    const isText = (value: unknown) => typeof value === "string";
    if (!Array.isArray(problems) || !problems.every(isText)) return undefined;
    if (!Array.isArray(notes) || !notes.every(isText) || !isObject(operators)) return undefined;
    return { problems, notes, operators };
  } catch {
    return undefined;
  }
}
