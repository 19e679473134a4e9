/**
 * Where files and directories are that a spec names: beside the spec.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import type { z } from "zod";
import { spillOption } from "../operators/spill/spill_options.ts";
import { defOf, unwrapped } from "./configs.ts";

/** A file that a spec names, seen from the spec. */
export function besideSpec(spec: string, file: string): string {
  return isAbsolute(file) ? file : join(dirname(spec), file);
}

/**
 * A configuration whose directory of waiting records is beside the spec. What else is called `spill`, in an operator
 * that means something of its own by it, stays as it is.
 */
export function withSpillBeside<C>(config: C, schema: z.ZodType, spec: string): C {
  const shape = defOf(unwrapped(schema)).shape as Readonly<Record<string, unknown>> | undefined;
  if (shape?.spill !== spillOption) return config;
  const { spill } = config as { readonly spill?: { readonly directory: unknown } };
  if (typeof spill?.directory !== "string") return config;
  return { ...config, spill: { ...spill, directory: besideSpec(spec, spill.directory) } };
}
