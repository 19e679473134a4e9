/**
 * `meander graph`: a spec as a picture.
 *
 * @module
 */
import { mermaid } from "../../dataflow/insight/mermaid.ts";
import { buildSpec } from "../../specs/build.ts";
import type { Context } from "../context.ts";
import { loadSpec } from "../load.ts";

/** Flags of `meander graph`. */
export interface GraphFlags {
  readonly format: "mermaid" | "dot" | "svg" | "json";
}

/** Writes the picture to standard output. */
export async function graphCommand(
  this: Context,
  { format }: GraphFlags,
  path: string,
): Promise<void> {
  const { world, registry } = this;
  const { checked } = await loadSpec(path, world, { registry });
  const { program } = buildSpec(checked, { file: path });
  const sink = world.stdout();
  await sink.write(await drawn());
  await sink.finish();

  async function drawn(): Promise<string> {
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
}
