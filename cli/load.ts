/**
 * From the name of a spec file to a checked spec.
 *
 * @module
 */
import { dirname, isAbsolute, join, normalize } from "node:path";
import { MeanderError } from "../operators/contract/fault.ts";
import type { Registry } from "../plugins/registry.ts";
import { type CheckedSpec, type CheckOptions, checkSpec } from "../specs/check.ts";
import type { Functions } from "../specs/configs.ts";
import type { ParamValues } from "../specs/params.ts";
import { SpecError } from "../specs/problem.ts";
import { readSpecText } from "../specs/source.ts";
import { UsageError } from "./exit.ts";

/** What reads files and modules. */
export interface Loading {
  readText(path: string): Promise<string>;
  importModule(path: string): Promise<Functions>;
}

/** A checked spec and where it came from. */
export interface LoadedSpec {
  readonly path: string;
  readonly text: string;
  readonly checked: CheckedSpec;
  /** What its module exports, when it names one. */
  readonly functions: Functions | undefined;
}

/**
 * Reads, checks and returns a spec.
 *
 * @throws {SpecError} with all problems.
 */
export async function loadSpec(
  path: string,
  world: Loading,
  options: { readonly registry: Registry; readonly params?: ParamValues },
): Promise<LoadedSpec> {
  const text = await world.readText(path).catch((error) => {
    const why = error instanceof Error
      ? error.message.replace(/^MEANDER_\w+ {2}/, "")
      : String(error);
    throw new MeanderError("MEANDER_SPEC", why, { where: path, cause: error });
  });
  const functions = await functionsOf(path, text, world);
  const all: CheckOptions = { ...options, ...(functions === undefined ? {} : { functions }) };
  const checked = checkSpec(text, all);
  if ("problems" in checked) throw new SpecError(path, checked.problems);
  return { path, text, checked, functions };
}

/** A file that a spec names, seen from the spec. */
export function besideSpec(spec: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(spec), file);
}

/** The module runs with all rights of this process, and so has to lie beside or below the spec. */
async function functionsOf(
  path: string,
  text: string,
  world: Loading,
): Promise<Functions | undefined> {
  // Most specs have none, and reading a text twice takes twice as long.
  if (!/^\s*["']?functions["']?\s*:/m.test(text) && !text.trimStart().startsWith("{")) {
    return undefined;
  }
  const { data } = readSpecText(text);
  const named = typeof data === "object" && data !== null && Object.hasOwn(data, "functions")
    ? (data as { functions?: unknown }).functions
    : undefined;
  if (typeof named !== "string") return undefined;
  const file = normalize(named);
  const problem = /^[a-z][a-z0-9+.-]+:/i.test(named) || isAbsolute(file) || file.startsWith("..")
    ? "a module of functions is a file beside or below the spec"
    : undefined;
  if (problem === undefined) {
    try {
      return await world.importModule(besideSpec(path, file));
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw functionsError(path, text, `its module of functions cannot be used: ${why}`);
    }
  }
  throw functionsError(path, text, problem);
}

function functionsError(path: string, text: string, message: string): SpecError {
  return new SpecError(path, [readSpecText(text).locate({ path: ["functions"], message })]);
}

/** Parameters from `name=value`; a name may be set once. */
export function paramsFrom(settings: readonly string[]): ParamValues {
  return Object.fromEntries(pairsFrom(settings, "--set"));
}

/** `name=value` pairs of a flag. */
export function pairsFrom(settings: readonly string[], flag: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at <= 0) throw new UsageError(`Cannot use ${flag} ${setting}: write ${flag} NAME=VALUE`);
    const name = setting.slice(0, at);
    if (pairs.has(name)) throw new UsageError(`Cannot use ${flag} ${name} twice`);
    pairs.set(name, setting.slice(at + 1));
  }
  return pairs;
}
