/**
 * The walk-through of `docs/specs.md`, from top to bottom in one world: files that are shown are written, lines
 * with `$` are run, and what is shown below them has to come out. Blocks marked `text` or `sh` are left alone.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MemoryWorld, runLine } from "../cli/support.ts";

/** A fenced block and the heading that it stands under. */
interface Block {
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  let heading = "";
  const found = page.matchAll(/^## (.*)$|^```(.*)\n([^]*?)^```$/gm);
  return [...found].flatMap(([, title, language, text]) => {
    if (title !== undefined) heading = title;
    return title === undefined ? [{ heading, language, text }] : [];
  });
}

/** Lines with `$`, each with what is shown below it. */
function commandsOf(text: string): { readonly line: string; readonly shown: string }[] {
  return text.split(/^\$ /m).slice(1).map((part) => {
    const end = part.indexOf("\n");
    return { line: part.slice(0, end), shown: part.slice(end + 1) };
  });
}

/** The name that a block gives itself in its first line. */
function fileOf({ text }: Block): string | undefined {
  return /^(?:#|\/\/) file: (\S+)\n/.exec(text)?.[1];
}

const blocks = blocksOf(readFileSync(new URL("../../docs/specs.md", import.meta.url), "utf8"));

/** Goes through all blocks, and returns the commands with what is shown and what came of them. */
async function walk() {
  const world = new MemoryWorld();
  const walked: { heading: string; line: string; shown: string; screen: string }[] = [];
  let last = 0;
  for (const block of blocks) {
    const file = fileOf(block);
    if (file?.endsWith(".ts")) {
      // A test may not write a file, and a data URL holds JavaScript everywhere: its types are left out.
      const code = block.text.replace(/: string/g, "");
      world.modules.set(
        file,
        await import(`data:text/javascript,${encodeURIComponent(code)}`),
      );
    } else if (file !== undefined) world.disk.set(file, block.text);
    if (block.language !== "console") continue;
    for (const { line, shown } of commandsOf(block.text)) {
      const { code, screen } = await runLine(world, line, last);
      last = code;
      walked.push({ heading: block.heading, line, shown, screen });
    }
  }
  return { world, walked };
}

describe("docs/specs.md", () => {
  it("shows what its commands print", async () => {
    const { world, walked } = await walk();
    for (const { heading, line, shown, screen } of walked) {
      expect(screen, `${heading}: ${line}`).toBe(shown);
    }
    expect(walked.length).toBeGreaterThan(30);
    expect(world.pending).toBe(0);
    const unfinished = [...world.disk.keys()].filter((path) => path.endsWith(".partial"));
    // Of the one run that fails on purpose.
    expect(unfinished).toEqual(["placed.csv.partial"]);
  });

  it("has every command in it", () => {
    const names = ["init", "run", "validate", "graph", "explain", "test", "why", "operators"];
    expect(
      names.filter((name) =>
        !blocks.some(({ text }) => RegExp(`^\\$ .*meander ${name}\\b`, "m").test(text))
      ),
    ).toEqual([]);
  });

  it("leaves few blocks alone", () => {
    const ignored = blocks.filter(({ language }) => language === "text" || language === "sh");
    expect(ignored.length).toBeLessThanOrEqual(6);
    const known = new Set(["console", "yaml", "ts ignore", "text", "sh"]);
    expect(blocks.filter(({ language }) => !known.has(language))).toEqual([]);
    expect(blocks.filter((block) => block.language === "yaml" && fileOf(block) === undefined))
      .toEqual([]);
  });
});
