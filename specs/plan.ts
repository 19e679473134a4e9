/**
 * Which operator each node of a checked spec is: of which plugin, at which version, with which bytes.
 *
 * @module
 */
import type { Provenance } from "../plugins/registry.ts";
import type { CheckedSpec } from "./check.ts";
import type { LinkedScope } from "./resolve.ts";
import { scopeName } from "./scopes.ts";

/** A node and what runs in it. */
export interface PlannedNode {
  /** Its path in the graph, such as `reach/fresh`. */
  readonly node: string;
  /** As the spec says it. */
  readonly use: string;
  /** The plugin that was chosen. */
  readonly plugin: string;
  /** Its version. */
  readonly version: string;
  /** The operator's name in it. */
  readonly operator: string;
  /** Of the plugin's bytes; left out of what is a part of the program. */
  readonly sha256?: string;
  /** How its code runs; left out of what is a part of the program. */
  readonly isolation?: Provenance["isolation"];
}

/** All nodes that are operators, those that are read before those that read them. */
export function planOf({ root }: Pick<CheckedSpec, "root">): PlannedNode[] {
  return planIn(root);
}

function planIn({ nodes }: LinkedScope): PlannedNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === "scope") return planIn(node.inner);
    const { entry, resolved } = node;
    const { plugin: { name: plugin, version, provenance }, found } = resolved!;
    const around = scopeName(entry.scope);
    return [{
      node: around === "" ? entry.name : `${around}/${entry.name}`,
      use: entry.spec.use,
      plugin,
      version,
      operator: found.name,
      ...(provenance === undefined
        ? {}
        : { sha256: provenance.sha256, isolation: provenance.isolation }),
    }];
  });
}
