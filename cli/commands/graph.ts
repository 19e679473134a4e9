/**
 * `meander graph`: a spec as a picture.
 *
 * @module
 */
import { mermaid } from "../../dataflow/insight/mermaid.ts";
import type { Dataflow, Ports } from "../../dataflow/program.ts";
import { buildSpec } from "../../specs/build.ts";
import type { Context } from "../context.ts";
import { type StoreFlags, withSpec } from "../with_spec.ts";

/** Flags of `meander graph`. */
export interface GraphFlags extends StoreFlags {
  readonly format: "mermaid" | "dot" | "svg" | "json";
}

/** Writes the picture to standard output. */
export async function graphCommand(
  this: Context,
  flags: GraphFlags,
  path: string,
): Promise<void> {
  const text = await withSpec(this, flags, path, {}, ({ checked }) => {
    return drawn(buildSpec(checked, { file: path }).program, flags.format);
  });
  const sink = this.world.stdout();
  await sink.write(text);
  await sink.finish();
}

async function drawn(program: Dataflow<Ports>, format: GraphFlags["format"]): Promise<string> {
  if (format === "mermaid") return mermaid(program);
  if (format === "json") {
    const { graphJson } = await import("../../dataflow/insight/graph_json.ts");
    return `${JSON.stringify(graphJson(program), null, 2)}\n`;
  }
  const { dot } = await import("../../dataflow/insight/dot.ts");
  if (format === "dot") return dot(program);
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  return (await Graphviz.load()).dot(dot(program), "svg");
}
