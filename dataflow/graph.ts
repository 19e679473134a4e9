/**
 * The graph of a dataflow as plain, immutable data.
 *
 * @module
 */
import type { Priority } from "../actors/priority.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import type { OutputLimits } from "../operators/contract/limits.ts";
import type { Site } from "./site.ts";

/**
 * A scope: the root, a loop (its times have one more coordinate), a gate (they have one more as well, the number of a
 * batch), or a region (a named box, no more).
 */
export interface GraphScope {
  /** Its index in the graph. */
  readonly id: number;
  /** The scope around it, or −1 for the root. */
  readonly parent: number;
  /** Its path, such as `reach/inner`; empty for the root. */
  readonly path: string;
  /** What it does to times. */
  readonly kind: "root" | "loop" | "gate" | "region";
  /** How many coordinates times have in it. */
  readonly depth: number;
  /** The nearest scope, itself included, that is no region: an edge may not leave it. */
  readonly loop: number;
}

/** What part a vertex plays. */
export type VertexKind = "operator" | "ingress" | "egress" | "feedback" | "input" | "output";

/** Where an operator comes from, of a vertex whose maker knows: which bytes it runs. */
export interface OperatorOrigin {
  /** The plugin's name. */
  readonly plugin: string;
  /** The plugin's version, which is not that of the operator. */
  readonly version: string;
  /** Of the plugin's content, in hexadecimal; left out of what is a part of the program. */
  readonly sha256?: string;
}

/** A vertex: one use of an operator. */
export interface GraphVertex {
  /** Its index in the graph. */
  readonly id: number;
  /** Its path, unique in the graph, such as `reach/fresh`. */
  readonly path: string;
  /** The name it was given, without scopes; of inputs and outputs the name they are reached by. */
  readonly name: string;
  /** What part it plays. */
  readonly kind: VertexKind;
  /** Its operator. */
  readonly operator: AnyOperator;
  /** The checked configuration. */
  readonly config: unknown;
  /** Limits of its outputs; `null` where they are as for the whole engine. */
  readonly limits: OutputLimits | null;
  /** The scope it is drawn in (for ingress and egress: the loop). */
  readonly scope: number;
  /** The scope of its inputs. */
  readonly inputScope: number;
  /** The scope of its outputs. */
  readonly outputScope: number;
  /** Where it was written. */
  readonly site: Site;
  /** Where its operator comes from; left out where only its code says. */
  readonly origin?: OperatorOrigin;
}

/** An edge from an output to an input, by vertex and port index. */
export interface GraphEdge {
  readonly from: number;
  readonly output: number;
  readonly to: number;
  readonly input: number;
}

/** A probe: somebody outside follows the frontier of an output. */
export interface GraphProbe {
  readonly name: string;
  readonly vertex: number;
  readonly output: number;
}

/** A whole graph. Nothing in it changes once it is built. */
export interface Graph {
  readonly name: string;
  readonly scopes: readonly GraphScope[];
  readonly vertices: readonly GraphVertex[];
  readonly edges: readonly GraphEdge[];
  readonly probes: readonly GraphProbe[];
  /** In which order its work is done; `null` for the usual one. */
  readonly priority: Priority | null;
}
