/**
 * How the records of each edge are spread over workers.
 *
 * @module
 */
import type { Pact } from "../operators/contract/pact.ts";
import type { InputConfig } from "../operators/system/input.ts";
import type { Graph, GraphEdge } from "./graph.ts";

const PIPELINE: Pact = Object.freeze({ kind: "pipeline" });
const BALANCE: Pact = Object.freeze({ kind: "balance" });

/**
 * The pact of an edge: what the operator that it leads to asks for. Where that asks for nothing the records
 * stay where they are, but for those of an input that is split.
 */
export function pactOf({ vertices }: Graph, { from, to, input }: GraphEdge): Pact {
  const { operator, config } = vertices[to];
  const port = Object.keys(operator.inputs)[input];
  const asked = operator.pacts?.(config)[port] as Pact | undefined;
  if (asked !== undefined && asked.kind !== "pipeline") return asked;
  const source = vertices[from];
  if (source.kind !== "input") return PIPELINE;
  return (source.config as InputConfig).source === "split" ? BALANCE : PIPELINE;
}
