/**
 * A plugin in its author's folder: its files, and what its code is run with there.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { MeanderError, reasonOf, show } from "../operators/contract/fault.ts";
import { readFolder } from "../plugins/install/folder.ts";
import { manifestOf } from "../plugins/install/add.ts";
import type { Manifest } from "../plugins/manifest/manifest.ts";
import type { AuthorContext, AuthorWorld } from "./author_world.ts";

/** What lies there. */
export interface PluginFolder {
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its modules by path. */
  readonly code: ReadonlyMap<string, string>;
}

/**
 * Reads it.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_MANIFEST` when its manifest is not in order.
 */
export function readPlugin({ plugins: { files } }: AuthorContext, path: string): PluginFolder {
  const folder = files.resolve(path);
  if (files.kindOf(folder) !== "folder") {
    throw new MeanderError(
      "MEANDER_PLUGIN_FILE",
      `Cannot read plugin ${show(path, 200)}: there is no such folder`,
      { where: path, hint: "`meander plugin new NAME` makes one to begin with" },
    );
  }
  const tree = readFolder(files, folder);
  const decoder = new TextDecoder();
  const code = new Map(
    [...tree].filter(([name]) => /\.[cm]?[jt]sx?$/.test(name)).map(([name, bytes]) =>
      [name, decoder.decode(bytes)] as const
    ),
  );
  return { folder, manifest: manifestOf(tree, path), code };
}

/** The import map of an author's folder: what its own configuration imports, and this Meander. */
export function importMapFor(
  { files }: AuthorContext["plugins"],
  folder: string,
  author: AuthorWorld,
) {
  const base = `${pathToFileURL(folder).href}/`;
  const own = files.kindOf(`${folder}/deno.json`) === "file"
    ? ownImports(new TextDecoder().decode(files.read(`${folder}/deno.json`, 2 ** 20)))
    : {};
  const absolute = Object.entries(own).map(([name, target]) =>
    [name, /^\.{1,2}\//.test(target) ? new URL(target, base).href : target] as const
  );
  return {
    imports: { ...Object.fromEntries(absolute), ...meanderImports(author) },
    scopes: { [author.home]: homeImports(author) },
  };
}

function ownImports(text: string): Readonly<Record<string, string>> {
  try {
    const { imports = {} } = JSON.parse(text) as { imports?: Record<string, string> };
    const all = Object.entries(imports).filter(([, target]) => typeof target === "string");
    return Object.fromEntries(all);
  } catch (error) {
    throw new MeanderError("MEANDER_PLUGIN_FILE", `Cannot read deno.json: ${reasonOf(error)}`, {
      where: "deno.json",
    });
  }
}

/** What a plugin and its tests import of this Meander. */
export function meanderImports({ home }: AuthorWorld): Readonly<Record<string, string>> {
  return {
    "meander/plugin": `${home}plugin.ts`,
    "meander/testing": `${home}testing.ts`,
    "vitest": `${home}tests/_support/vitest/mod.ts`,
  };
}

/** What Meander's own sources import. */
export function homeImports({ home, imports }: AuthorWorld): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(imports).map(([name, target]) =>
      [name, target.startsWith("./") ? home + target.slice(2) : target] as const
    ),
  );
}

/** Arguments of `deno` that every process with an author's code is started with. */
export function isolatedBy(
  { plugins, author }: AuthorContext,
  folder: string,
): readonly string[] {
  const map = encodeURIComponent(JSON.stringify(importMapFor(plugins, folder, author)));
  return [
    "--no-prompt",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--ignore-env",
    `--import-map=data:application/json,${map}`,
  ];
}
