/**
 * Markdown: tables, paragraphs, sentences.
 */

const WIDTH = 100;

/** A table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_title, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const lines = cells.map((row) => line(row.map((cell, i) => cell.padEnd(widths[i]))));
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A paragraph in lines of the usual width. */
export function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

/** A sentence with its capital and its full stop. */
export function sentence(text: string): string {
  return `${capital(text).replace(/\.$/, "")}.`;
}

/** With a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
