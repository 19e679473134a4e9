/**
 * Writes a result. What plugins and paths are called may hold what a terminal obeys: it is shown instead.
 *
 * @module
 */
import type { Context } from "../../context.ts";
import { printable } from "../../exit.ts";

/** Writes a text to where results go. */
export async function say({ world }: Context, text: string): Promise<void> {
  const sink = world.stdout();
  await sink.write(printable(text));
  await sink.finish();
}

/** Rows below each other, each column as wide as its widest text. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => `${row.map((text, i) => text.padEnd(widths[i])).join("  ").trimEnd()}\n`)
    .join("");
}
