/**
 * What keeps a record at which a node fails from ending the dataflow, where the node says `onError`.
 *
 * @module
 */
import { FAILED, type Tolerance, tolerant } from "../plugins/tolerant.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import type { Plugin } from "../plugins/registry.ts";
import type { CompiledConfig } from "./configs.ts";
import type { Report } from "./problem.ts";
import type { LinkedNode } from "./resolve.ts";

type OperatorNode = Extract<LinkedNode, { kind: "operator" }>;

/** A vertex before it tries the expressions, or the operator itself, which leaves out what it throws at. */
export type Keeper = "guard" | "operator";

/** Who keeps back the records at which a node fails; `undefined` when its faults end the dataflow. */
export function keeperOf(
  { entry, resolved }: OperatorNode,
  { single }: CompiledConfig,
): Keeper | undefined {
  const { onError = "fail" } = entry.spec;
  if (onError === "fail") return undefined;
  const { plugin, found } = resolved!;
  // What operators of the engine throw is what their expressions throw.
  const isOneByOne = found.records === "one by one" && (isForeign(plugin) || single.length === 0);
  return isOneByOne ? "operator" : single.length > 0 ? "guard" : undefined;
}

/** The operator of a node, as tolerant as the node says. */
export function operatorFor(node: OperatorNode, config: CompiledConfig): AnyOperator {
  const { found } = node.resolved!;
  if (keeperOf(node, config) !== "operator") return found;
  const tolerance: Tolerance = node.entry.spec.onError === "skip" ? "skip" : "deadLetter";
  return tolerant(found, tolerance);
}

/** Whether what comes out there is what failed. */
export function isFailed(port: string): boolean {
  return port === FAILED;
}

/** Reports a policy that nobody could follow. */
export function checkOnError(node: OperatorNode, config: CompiledConfig, report: Report): void {
  const { spec: { onError = "fail" }, path } = node.entry;
  if (onError === "fail" || keeperOf(node, config) !== undefined) return;
  const { plugin, found } = node.resolved!;
  const at = [...path, "onError"];
  if (isForeign(plugin)) {
    report({
      path: at,
      message:
        `operator "${found.name}" of plugin "${plugin.name}" does not say that it works record by ` +
        `record, so that what it throws ends the dataflow, whichever record it was at`,
      hint: `Leave it out, or use one whose manifest has "records": "one by one"`,
    });
  } else {
    report({
      path: at,
      message: "it has no expression of a single record, so that no record can be at fault",
      hint: "Leave it out; an error ends the dataflow",
    });
  }
}

/** Of a store, and not a part of the program. */
function isForeign({ provenance }: Plugin): boolean {
  return provenance !== undefined;
}
