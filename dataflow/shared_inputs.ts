/**
 * Inputs that several dataflows share, as one of them is given them.
 *
 * @module
 */
import type { Worker } from "../actors/worker.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { InputHandle } from "./input_handle.ts";
import type { Dataflow, Ports } from "./program.ts";

/** Everything that is wrong with the inputs that a dataflow is given, in one error. */
export function checkInputs(
  { name, graph }: Dataflow<Ports>,
  inputs: Readonly<Record<string, unknown>>,
  worker: Worker,
): void {
  const own = graph.vertices.filter(({ kind }) => kind === "input").map((vertex) => vertex.name);
  const problems = Object.entries(inputs).flatMap(([key, handle]) => {
    if (!own.includes(key)) {
      return [`no input "${key}": it has ${own.map((each) => `"${each}"`).join(", ") || "none"}`];
    }
    if (!(handle instanceof InputHandle)) {
      return [`input "${key}" is given ${show(handle)}: it takes what engine.input() made`];
    }
    return handle.misfits(worker, graph.scopes[0].depth).map((why) => `input "${key}" ${why}`);
  });
  if (problems.length === 0) return;
  throw new MeanderError("MEANDER_OPTION", `Cannot install dataflow "${name}" with these inputs`, {
    where: name,
    problems,
  });
}
