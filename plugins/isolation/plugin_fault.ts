/**
 * The error of a dataflow that failed because of a plugin.
 *
 * @module
 */
import type { VertexContext } from "../../operators/contract/context.ts";
import { MeanderError } from "../../operators/contract/fault.ts";

/** What a plugin says may hold what a terminal obeys. */
function shown(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+/g, " ");
}

/** Names the vertex, the operator, the version, and where it was written. */
export function pluginFault(
  { name, site }: Pick<VertexContext, "name" | "site">,
  plugin: string,
  operator: string,
  why: string,
): MeanderError {
  const written = site === undefined ? "" : `, written at ${site}`;
  const [of, version] = plugin.split("@");
  return new MeanderError(
    "MEANDER_PLUGIN_FAILED",
    `Cannot go on with "${name}" (${of}/${operator}@${version}, isolated${written}): ${shown(why)}`,
    { where: name },
  );
}
