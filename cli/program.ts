/**
 * Makes the dataflow of a spec, on this thread and on those of other workers.
 *
 * @module
 */
import type { Dataflow, Ports } from "../dataflow/program.ts";
import { core } from "../plugins/core.ts";
import { Registry } from "../plugins/registry.ts";
import { buildSpec, type BuiltSpec } from "../specs/build.ts";
import { type CheckedSpec, checkSpec } from "../specs/check.ts";
import type { ParamValues } from "../specs/params.ts";
import { SpecError } from "../specs/problem.ts";
import { readSpecText } from "../specs/source.ts";
import { functionsOf } from "./load.ts";
import { importModule } from "./system_world.ts";

/** The operators and formats of the command line. */
export const registry: Registry = new Registry([core]);

// A bundle (`deno task build`) has its chunks beside each other, and these two modules under their own names.
const isBundle = import.meta.url.endsWith(".js");
const HERE = new URL(isBundle ? "./cli/program.js" : "./program.ts", import.meta.url).href;

/** What the threads of other workers run; `undefined` for the usual one. */
export const threadModule: string | undefined = isBundle
  ? new URL("./dataflow/thread_main.js", import.meta.url).href
  : undefined;

/** Builds a spec so that other threads can build it as well. */
export function buildForWorkers(
  checked: CheckedSpec,
  path: string,
  text: string,
  params: ParamValues,
  openEpochs?: number,
): BuiltSpec {
  return buildSpec(checked, {
    file: path,
    openEpochs,
    madeBy: [
      programOfText,
      path,
      text,
      params,
      ...(openEpochs === undefined ? [] : [openEpochs]),
    ],
    module: HERE,
  });
}

/** For the threads of other workers: the same dataflow from the same text. */
export async function programOfText(
  path: string,
  text: string,
  params: ParamValues,
  openEpochs?: number,
): Promise<Dataflow<Ports>> {
  const source = readSpecText(text);
  const functions = await functionsOf(path, source, { importModule });
  const checked = checkSpec(source, {
    registry,
    params,
    ...(functions === undefined ? {} : { functions }),
  });
  if ("problems" in checked) throw new SpecError(path, checked.problems);
  return buildForWorkers(checked, path, text, params, openEpochs).program;
}
