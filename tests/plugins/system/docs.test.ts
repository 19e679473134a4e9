/**
 * `docs/plugins.md` from top to bottom, in an empty folder, as its reader goes: a plugin is written, let in, used at
 * two versions at once, and taken out. What the commands print is what the page shows, but for hashes, times and
 * folders.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inFolder } from "../../cli/system/process.ts";
import { aliasOf, blocksOf, commandsOf, Desk, fileOf } from "./page.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url)).slice(0, -1);
const page = readFileSync(`${root}/docs/plugins.md`, "utf8");
const blocks = blocksOf(page);

/** Hashes as the page shows them, and as they are here: each is bound where it comes first. */
class Hashes {
  readonly #here = new Map<string, string>();

  learn(shown: string, screen: string): void {
    const here = [...screen.matchAll(/\b[0-9a-f]{64}\b/g)].map(([hash]) => hash);
    [...shown.matchAll(/\b[0-9a-f]{64}\b/g)].forEach(([hash], i) => {
      if (i < here.length && !this.#here.has(hash)) this.#here.set(hash, here[i]);
    });
  }

  /** The text as it is here, where the first twelve digits stand for a hash too. */
  inText(text: string): string {
    return text.replace(/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/g, (shown) => {
      const known = [...this.#here].find(([hash]) => hash.startsWith(shown));
      return known?.[1].slice(0, shown.length) ?? shown;
    });
  }
}

/** Without what is another one each time, or on each system. */
function lasting(text: string): string {
  return text.replace(/^(?:Plugins: )?not enforced here: .*\n/gm, "")
    .replace(/\(\d+m?s\)/g, "(TIME)")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "WHEN")
    .replace(/\b\d+ bytes/g, "SOME bytes")
    .replace(/(?<=\S) {2,}/g, "  ")
    .trimEnd();
}

/** Goes through the page, and returns the commands with what is shown and what came of them. */
async function walk(folder: string) {
  const words = aliasOf(page, "meander").map((word) => word.replace("/home/you/meander", root));
  const desk = new Desk(folder, words);
  const hashes = new Hashes();
  const walked: { line: string; shown: string; screen: string }[] = [];
  for (const block of blocks) {
    const file = fileOf(block);
    if (file !== undefined) desk.write(file, block.text);
    if (block.language !== "console") continue;
    for (const { line, shown } of commandsOf(block)) {
      const screen = (await desk.run(hashes.inText(line))).replaceAll(folder, "/home/you/try");
      hashes.learn(shown, screen);
      walked.push({ line, shown: lasting(hashes.inText(shown)), screen: lasting(screen) });
    }
  }
  return walked;
}

describe("docs/plugins.md", () => {
  it("shows what its commands print", () =>
    inFolder(async (folder) => {
      const walked = await walk(Deno.realPathSync(folder));
      for (const { line, shown, screen } of walked) expect(screen, line).toBe(shown);
      const said = walked.map(({ line }) => line);
      const commands = ["new", "test", "check", "docs", "pack", "allow", "add", "list", "why"];
      for (const name of [...commands, "trust", "remove", "gc"]) {
        expect(said.some((line) => line.startsWith(`meander plugin ${name}`)), name).toBe(true);
      }
    }));

  it("gives the command the rights that its table explains, and no others", () => {
    const rights = aliasOf(page, "meander").filter((word) => word.startsWith("--allow-"));
    expect(rights).toEqual([
      "--allow-read",
      "--allow-write=.",
      "--allow-env=LOG_TOKENS,LOG_STREAM,DENO_DIR,HOME",
      "--allow-run=deno,prlimit,setpriv,unshare",
    ]);
    for (const right of rights) {
      const [name] = right.split("=");
      expect(page).toMatch(new RegExp(`^\\| \`${name}`, "m"));
    }
  });

  it("leaves no block alone that could be tried", () => {
    const languages = new Set(blocks.map(({ language }) => language));
    expect([...languages].sort()).toEqual(["console", "sh", "ts ignore", "yaml"]);
    const untried = blocks.filter((block) =>
      block.language !== "console" && fileOf(block) === undefined
    );
    // The alias, and a part of packages/stateful.
    expect(untried.map(({ language }) => language)).toEqual(["sh", "ts ignore"]);
  });
});
