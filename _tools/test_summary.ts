/** What the last line of `deno test` says. */
export interface Counts {
  passed: number;
  failed: number;
}

/** Finds the summary in the output of `deno test`, or undefined if it never got so far. */
export function countsOf(output: string): Counts | undefined {
  const summaries = [...output.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm)];
  const last = summaries.at(-1);
  if (last === undefined) return undefined;
  return { passed: Number(last[1]), failed: Number(last[2]) };
}

/** Terminals get colours, parsers get none. */
export function stripColors(text: string): string {
  // deno-lint-ignore no-control-regex -- an escape sequence begins with a control character
  return text.replaceAll(/\u001b\[[0-9;]*m/g, "");
}
