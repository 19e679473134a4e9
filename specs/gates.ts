/**
 * Gates in specs: what they are set to, and what may not be in them.
 *
 * @module
 */
import { z } from "zod";
import type { GraphVertex } from "../dataflow/graph.ts";
import { gate, type GateConfig } from "../operators/flow/gate.ts";
import { keeper } from "../operators/flow/keeper.ts";
import { spillOption } from "../operators/spill/spill_options.ts";
import { anyRecord, expression } from "../operators/contract/definition.ts";
import { show } from "../operators/contract/fault.ts";
import type { Configured } from "./configs.ts";
import type { Path, Report } from "./problem.ts";
import type { LinkedNode, LinkedScope } from "./resolve.ts";
import type { Entry } from "./scopes.ts";
import type { GateSpec } from "./spec.ts";

/** A gate by its name. */
export type GateEntry = Extract<Entry, { kind: "scope" }> & { readonly spec: GateSpec };

/** What is set of a gate, once its weight is a function. */
export type GateSettings = Pick<GateConfig, "batch" | "weight" | "stash" | "spill"> & {
  readonly inFlight?: number | undefined;
};

/** The settings of a gate, for those who compile them and write them. */
export const gateSettings: Configured = {
  config: z.strictObject({
    batch: z.number().positive(),
    weight: expression("record").optional(),
    inFlight: z.int().min(1).optional(),
    stash: z.int().min(1).optional(),
    spill: spillOption,
  }),
  inputs: { in: anyRecord },
  types: { results: { weight: { kind: "number" } } },
};

/** Whether a node is a gate. */
export function isGate(entry: Entry): entry is GateEntry {
  return entry.kind === "scope" && "gate" in entry.spec;
}

/** Whether a vertex is a part of a gate itself. */
export function isOfGate({ operator }: GraphVertex): boolean {
  return operator === gate || operator === keeper;
}

/** What is set of it, as it is written. */
export function settingsOf({ spec }: GateEntry): Readonly<Record<string, unknown>> {
  const { enter: _enter, nodes: _nodes, leave: _leave, ...settings } = spec.gate;
  return settings;
}

/** Reports what a gate cannot keep its word with. */
export function checkGate(entry: GateEntry, inner: LinkedScope, report: Report): void {
  const { spec, inner: { path } } = entry;
  const { batch, weight, enter, leave }: Partial<GateSpec["gate"]> = spec.gate;
  const one = (part: "enter" | "leave", names: readonly string[], what: string, where: string) => {
    if (names.length === 1) return;
    report({
      path: [...path, part],
      message: `one stream ${what} a gate, not ${names.length === 0 ? "none" : names.length}`,
      hint: names.length === 0 ? `Name it: ${part}: { NAME: NODE }` : `Unite them ${where}`,
    });
  };
  one("enter", Object.keys(enter ?? {}), "enters", "before it, with core/concat");
  one("leave", Object.keys(leave ?? {}), "leaves", "in it, with core/concat");
  // What the grammar has refused is not there.
  const isCount = batch === undefined || Number.isInteger(batch);
  if (weight === undefined && !isCount) {
    report({
      path: [...path, "batch"],
      message: `a batch has so many records: expected an integer, not ${show(batch)}`,
      hint: "Give records a weight, or write an integer",
    });
  }
  for (const { name, path } of inner.table.entries.values()) {
    if (name === gate.name || name === keeper.name) {
      report({
        path,
        atKey: true,
        message: `"${name}" is a part of the gate itself`,
        hint: "Call it something else",
      });
    }
  }
  checkInside(inner.nodes, entry.name, report);
}

/** At any depth, but for gates, which look into themselves. */
function checkInside(nodes: readonly LinkedNode[], name: string, report: Report): void {
  for (const node of nodes) {
    if (node.kind === "scope") {
      if (!isGate(node.entry)) checkInside(node.inner.nodes, name, report);
    } else checkNode(node, name, report);
  }
}

function checkNode(
  { entry: { spec, path }, resolved }: Extract<LinkedNode, { kind: "operator" }>,
  name: string,
  report: Report,
): void {
  const at = (part: string): Path => [...path, part];
  if (resolved !== undefined && Object.keys(resolved.found.inputs).length === 0) {
    report({
      path: at("use"),
      message: `operator "${resolved.found.name}" is a source, and would lie behind gate "${name}"`,
      hint: "Place it before the gate, and let in what it sends",
    });
  }
  if (typeof spec.onError !== "object") return;
  report({
    path: at("onError"),
    message: `what it puts aside cannot leave gate "${name}", out of which one stream comes`,
    hint: "Write onError: skip, or look at the records before the gate",
  });
}
