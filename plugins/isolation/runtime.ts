/**
 * The program that every plugin's process runs, as one script. A build has it beside the command line; from sources
 * it is put together once, and again when they changed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { MeanderError } from "../../operators/contract/fault.ts";
import type { Launch } from "../launcher.ts";

/** What is needed to put it together. */
export interface RuntimeTools {
  readonly launch: (launch: Launch) => Deno.ChildProcess;
  /** The environment of the bundler. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where its sources are, relative to the project. */
const SOURCES = ["progress", "batches", "operators/contract", "plugins", "plugin.ts"];

/** The script. It is kept in that folder. */
export async function guestProgram(folder: string, tools: RuntimeTools): Promise<Uint8Array> {
  const built = new URL("./guest.js", import.meta.url);
  if (import.meta.url.endsWith(".js")) return readFileSync(built);
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const file = join(resolve(folder), `guest-${config.version}-${hashOf(root)}.js`);
  if (existsSync(file)) return readFileSync(file);
  mkdirSync(folder, { recursive: true });
  const made = `${file}.${crypto.randomUUID()}`;
  const child = tools.launch({
    args: [
      ...["bundle", "--quiet", "--no-check", "--minify", "--platform", "deno"],
      ...["--format", "iife", "--output", made],
      fileURLToPath(new URL("./guest/main.ts", import.meta.url)),
    ],
    env: tools.env,
    cwd: root,
  });
  await child.stdin.close();
  const { success, stderr } = await child.output();
  if (!success) {
    rmSync(made, { force: true });
    const [why] = new TextDecoder().decode(stderr).split("\n");
    throw new MeanderError(
      "MEANDER_PLUGIN_RUNTIME",
      `Cannot put together the program of plugins' processes in "${folder}": ${why}`,
      { where: folder },
    );
  }
  renameSync(made, file);
  return readFileSync(file);
}

/** Of all that may be in it. */
function hashOf(root: string): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    if (path.endsWith(".ts")) return void hash.update(readFileSync(join(root, path)));
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.isDirectory() || entry.name.endsWith(".ts")) add(join(path, entry.name));
    }
  };
  for (const path of SOURCES) add(path);
  return hash.digest("hex").slice(0, 16);
}
