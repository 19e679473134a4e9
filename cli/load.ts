/**
 * From the name of a spec file to a checked spec.
 *
 * @module
 */
import { dirname, isAbsolute, normalize, sep } from "node:path";
import { MeanderError, reasonOf } from "../operators/contract/fault.ts";
import { besideSpec } from "../specs/beside.ts";
import { type CheckedSpec, type CheckOptions, checkSpec } from "../specs/check.ts";
import type { Functions } from "../specs/configs.ts";
import type { ParamValues } from "../specs/params.ts";
import { SpecError } from "../specs/problem.ts";
import type { InputSpec } from "../specs/spec.ts";
import { readSpecText, type SpecText } from "../specs/source.ts";
import { UsageError } from "./exit.ts";

/** What reads files and modules. */
export interface Loading {
  readText(path: string): Promise<string>;
  /** The module has to lie within the folder, links followed. */
  importModule(path: string, within: string): Promise<Functions>;
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
  options: Pick<CheckOptions, "registry" | "params" | "lock">,
): Promise<LoadedSpec> {
  const text = await world.readText(path).catch((error) => {
    throw new MeanderError("MEANDER_SPEC", reasonOf(error), { where: path, cause: error });
  });
  const source = readSpecText(text);
  const functions = await functionsOf(path, source, world);
  const all: CheckOptions = { ...options, ...(functions === undefined ? {} : { functions }) };
  const checked = checkSpec(source, all);
  if ("problems" in checked) throw new SpecError(path, checked.problems);
  return { path, text, checked, functions };
}

/** Where an input is read as its spec says it: a path, `-` for standard input, `undefined` where it says nothing. */
export function inputFile({ file }: InputSpec, spec: string): string | undefined {
  return file === undefined || file === "-" ? file : besideSpec(spec, file);
}

/**
 * What the module exports that a spec names, if it names one. It runs with all rights of this process, and so
 * has to lie beside or below the spec, wherever links lead.
 *
 * @throws {SpecError} when it does not, or cannot be used.
 */
export async function functionsOf(
  path: string,
  source: SpecText,
  world: Pick<Loading, "importModule">,
): Promise<Functions | undefined> {
  const { data } = source;
  const named = typeof data === "object" && data !== null && Object.hasOwn(data, "functions")
    ? (data as { functions?: unknown }).functions
    : undefined;
  if (typeof named !== "string") return undefined;
  const refused = (message: string) =>
    new SpecError(path, [source.locate({ path: ["functions"], message })]);
  const isElsewhere = /^[a-z][a-z0-9+.-]+:/i.test(named) || isAbsolute(named) ||
    normalize(named).split(sep)[0] === "..";
  if (isElsewhere) throw refused("a module of functions is a file beside or below the spec");
  try {
    return await world.importModule(besideSpec(path, named), dirname(path));
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw refused(`its module of functions cannot be used: ${why}`);
  }
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
