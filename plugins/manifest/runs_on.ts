/**
 * Whether a plugin says that it runs on this Meander.
 *
 * @module
 */
import satisfies from "semver/functions/satisfies.js";
import { show } from "../../operators/contract/fault.ts";
import type { Manifest } from "./manifest.ts";

/** Why a plugin does not run on a version of Meander, by its own word; `undefined` when it does. */
export function engineProblem({ meander }: Manifest, version: string): string | undefined {
  // A prerelease of what comes next is meant to be tried.
  if (satisfies(version, meander, { includePrerelease: true })) return undefined;
  return `/meander: it runs on ${show(meander)}, and this is Meander ${version}`;
}
