/**
 * What a plugin's own configuration says of the packages that its code imports. Only that much of it is read:
 * nothing else in it may steer how the plugin is put together.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { isVersion } from "../names.ts";
import type { SourceTree } from "./paths.ts";
import { isNpmName } from "./source.ts";

/** An import map, and the names in it that cannot be had, each with the reason. */
export interface Dependencies {
  readonly imports: Readonly<Record<string, string>>;
  readonly refused: ReadonlyMap<string, string>;
}

/** What would bring in other files, or other code for a package than its own. */
const TRICKS: Readonly<Record<string, readonly string[]>> = {
  "deno.json": ["extends", "importMap", "links", "patch", "unstable", "workspace"],
  "package.json": ["overrides", "patchedDependencies", "pnpm", "resolutions", "workspaces"],
};

/** The names under which plugins import what Meander gives them; their own idea of it is left aside. */
export const SDK_NAMES: readonly string[] = ["meander/plugin", "@meander/meander/plugin"];

/**
 * The packages of a plugin, by `imports` of its deno.json and `dependencies` of its package.json.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_SOURCE` when one of these files is no plain JSON or asks for more.
 */
export function dependenciesOf(tree: SourceTree): Dependencies {
  const imports: Record<string, string> = {};
  const refused = new Map<string, string>();
  const add = (key: string, target: string, resolve: (target: string) => string | undefined) => {
    if (SDK_NAMES.includes(key) || /^(?:@meander\/)?meander(?:\/|$)/.test(key)) return;
    const to = isKey(key) ? resolve(target) : undefined;
    if (to === undefined) refused.set(key, target);
    else imports[key] = to;
  };
  const npm = recordOf(configOf(tree, "package.json")?.dependencies, "package.json");
  for (const [name, version] of npm) {
    add(name, version, () => exact(name, version));
    add(`${name}/`, version, () => exact(name, version)?.replace("npm:", "npm:/").concat("/"));
  }
  for (const [key, target] of recordOf(configOf(tree, "deno.json")?.imports, "deno.json")) {
    add(key, target, (text) => text.startsWith("./") ? inside(text, tree) : npmTarget(text));
  }
  return { imports, refused };
}

/** Whether `npm:…` names one version: `npm:name@1.2.3`, with or without a path in the package. */
export function isExactNpm(specifier: string): boolean {
  return npmTarget(specifier) !== undefined;
}

function npmTarget(text: string): string | undefined {
  const match = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)@([^/]+)(\/[A-Za-z0-9._\/-]*)?$/.exec(text);
  if (match === null || match[3]?.includes("..") || exact(match[1], match[2]) === undefined) {
    return undefined;
  }
  return text;
}

function exact(name: string, version: string): string | undefined {
  return isNpmName(name) && isVersion(version) ? `npm:${name}@${version}` : undefined;
}

/** A file of the plugin, or all below a folder of it. */
function inside(target: string, tree: SourceTree): string | undefined {
  const path = target.slice(2);
  const isThere = path.endsWith("/")
    ? [...tree.keys()].some((each) => each.startsWith(path))
    : tree.has(path);
  return isThere ? target : undefined;
}

/** Names that could be an address, a path or a built-in would send code elsewhere that looks plain. */
function isKey(key: string): boolean {
  return /^[@#A-Za-z0-9][\w@.\/~-]*$/.test(key) && !key.includes("..") && key !== "__proto__";
}

function configOf(tree: SourceTree, path: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = tree.get(path);
  if (bytes === undefined) return undefined;
  const json = parse(path, bytes);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw configError(path, "it is no object");
  }
  const tricks = TRICKS[path].filter((key) => Object.hasOwn(json, key));
  if (tricks.length > 0) {
    throw configError(path, `a plugin may not set ${tricks.map((key) => show(key)).join(", ")}`);
  }
  return json as Readonly<Record<string, unknown>>;
}

function parse(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw configError(path, "it is no plain JSON", cause);
  }
}

function recordOf(value: unknown, path: string): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw configError(path, "its list of packages is no object");
  }
  const entries = Object.entries(value);
  if (entries.length > 500) throw configError(path, "it names more than 500 packages");
  const wrong = entries.find(([, target]) => typeof target !== "string");
  if (wrong === undefined) return entries;
  throw configError(path, `${show(wrong[0])} is mapped to ${show(wrong[1])}`);
}

function configError(path: string, why: string, cause?: unknown): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_SOURCE", `Cannot use ${path} of the plugin: ${why}`, {
    where: path,
    ...(cause === undefined ? {} : { cause }),
  });
}
