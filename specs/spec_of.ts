/**
 * From a dataflow that was described in code to a spec that describes the same.
 *
 * @module
 */
import type { Graph, GraphVertex } from "../dataflow/graph.ts";
import { gate, type GateConfig } from "../operators/flow/gate.ts";
import type { FeedbackConfig } from "../operators/system/feedback.ts";
import type { InputConfig } from "../operators/system/input.ts";
import { MeanderError } from "../operators/contract/fault.ts";
import { originalOf } from "../operators/contract/sized.ts";
import type { Registry } from "../plugins/registry.ts";
import { DEFAULT_IN_FLIGHT } from "../dataflow/faucet.ts";
import { gateSettings, isOfGate } from "./gates.ts";
import { lateInput } from "./inputs.ts";
import { prioritiesOf } from "./priorities.ts";
import { writtenConfig } from "./written_config.ts";
import { NAME } from "./grammar.ts";
import type { GateSpec, InputSpec, NodeSpec, OutputSpec, ScopeSpec, Spec } from "./spec.ts";

/** What a graph does not say. */
export interface SpecOfOptions {
  /** Where its operators have to come from. */
  readonly registry: Registry;
  /** Parts that are taken over: parameters, formats of inputs and outputs, tests. */
  readonly like?: Partial<Pick<Spec, "params" | "inputs" | "outputs" | "tests" | "description">>;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };
interface ScopeDraft {
  readonly enter: Record<string, string>;
  readonly leave: Record<string, string>;
  readonly nodes: Record<string, NodeSpec>;
  readonly feedback: Record<
    string,
    Draft<{ from: string | string[]; by?: number; maxIterations?: number }>
  >;
  onLimit: "drop" | "fail" | undefined;
  /** What outputs of other scopes are called at this one's border, by where they come from. */
  readonly entered: Map<string, string>;
  readonly left: Map<string, string>;
}

/**
 * The spec of a graph of named operators whose functions were written as expressions (see `cel`). Probes are
 * left out: they are for code.
 *
 * @throws {MeanderError} `MEANDER_SPEC_OF`, with all that a spec cannot say: closures, operators that are in no
 * plugin, names that are none.
 */
export function specOf(described: { readonly graph: Graph }, options: SpecOfOptions): Spec {
  return new SpecWriter(described.graph, options).write();
}

class SpecWriter {
  readonly #graph: Graph;
  readonly #options: SpecOfOptions;
  readonly #problems: string[] = [];
  readonly #drafts: ScopeDraft[];

  constructor(graph: Graph, options: SpecOfOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#drafts = graph.scopes.map(() => ({
      enter: {},
      leave: {},
      nodes: {},
      feedback: {},
      onLimit: undefined,
      entered: new Map(),
      left: new Map(),
    }));
  }

  write(): Spec {
    const inputs: Record<string, InputSpec> = {};
    const outputs: Record<string, OutputSpec> = {};
    const { like = {} } = this.#options;
    for (const vertex of this.#graph.vertices) {
      const { name, kind } = vertex;
      if (kind === "input") {
        if (!this.#isLate(vertex)) inputs[name] = like.inputs?.[name] ?? inputOf(vertex);
      } else if (kind === "output") {
        outputs[name] = { ...like.outputs?.[name], from: this.#reads(vertex, 0, 0)[0] ?? "" };
      } else if (isOfGate(vertex)) continue;
      else if (kind === "egress") this.#egress(vertex);
      else if (kind === "ingress") this.#ingress(vertex);
      else if (kind === "feedback") this.#feedback(vertex);
      else this.#drafts[vertex.scope].nodes[this.#nameOf(vertex)] = this.#node(vertex);
    }
    this.#graph.scopes.slice(1).reverse().forEach(({ id }) => this.#close(id));
    const { priority } = this.#graph;
    if (priority !== null && prioritiesOf(priority) === undefined) {
      this.#problems.push("its priority is a function: give nodes a priority instead");
    }
    if (this.#problems.length > 0) throw this.#error();
    const { params, description, tests } = like;
    return {
      meander: 1,
      name: this.#graph.name,
      ...(description === undefined ? {} : { description }),
      ...(params === undefined ? {} : { params }),
      inputs,
      nodes: this.#drafts[0].nodes,
      outputs,
      ...(tests === undefined ? {} : { tests }),
    };
  }

  #node(vertex: GraphVertex): NodeSpec {
    const { operator, config, path, limits } = vertex;
    const { plugins } = this.#options.registry;
    const original = originalOf(operator);
    const having = plugins.filter(({ operators }) => operators.includes(original));
    // Two versions may have the very same operator: what the vertex says goes before the latest.
    const { plugin: name, version } = vertex.origin ?? {};
    const plugin = having.find((each) => each.name === name && each.version === version) ??
      having[0];
    if (plugin === undefined) {
      this.#problems.push(`"${path}" uses operator "${operator.name}", which is in no plugin`);
    }
    const written = writtenConfig(operator.config, config, (problem) => {
      this.#problems.push(`"${path}": ${problem}`);
    });
    const ports = Object.keys(operator.inputs);
    const read = ports.map((_port, i) => single(this.#reads(vertex, i)));
    const from = ports.length === 1
      ? read[0]
      : Object.fromEntries(ports.map((port, i) => [port, read[i]]));
    return {
      use: `${plugin?.name}/${operator.name}@^${plugin?.version}`,
      ...(ports.length === 0 ? {} : { from }),
      ...(Object.keys(written as object).length === 0 ? {} : { with: written as NodeConfig }),
      ...this.#priority(path),
      ...(limits === null ? {} : { limits }),
    };
  }

  #priority(path: string): { readonly priority?: number } {
    const { priority } = this.#graph;
    const given = priority === null ? undefined : prioritiesOf(priority)?.get(path);
    return given === undefined ? {} : { priority: given };
  }

  #ingress(vertex: GraphVertex): void {
    this.#drafts[vertex.scope].enter[this.#nameOf(vertex)] = this.#reads(vertex, 0)[0] ?? "";
  }

  #egress(vertex: GraphVertex): void {
    const { scope } = vertex;
    // What leaves a gate is what comes back to it.
    const read = this.#graph.scopes[scope].kind === "gate"
      ? this.#reads(this.#gateOf(scope), GATE_INPUTS.indexOf("done"))
      : this.#reads(vertex, 0);
    this.#drafts[scope].leave[this.#nameOf(vertex)] = read[0] ?? "";
  }

  #gateOf(scope: number): GraphVertex {
    return this.#graph.vertices.find((vertex) =>
      vertex.scope === scope && vertex.operator === gate
    )!;
  }

  #feedback(vertex: GraphVertex): void {
    if (this.#graph.scopes[vertex.scope].kind !== "loop") {
      this.#problems.push(`feedback "${vertex.path}" is in no loop: a spec has loops only`);
    }
    const { by, maxIterations, onLimit } = vertex.config as FeedbackConfig;
    const draft = this.#drafts[vertex.scope];
    draft.feedback[this.#nameOf(vertex)] = {
      from: single(this.#reads(vertex, 0)) as string | string[],
      ...(by === 1 ? {} : { by }),
      ...(maxIterations === undefined ? {} : { maxIterations }),
    };
    if ((draft.onLimit ??= onLimit) !== onLimit) {
      this.#problems.push(`"${vertex.path}" has another onLimit than its loop's other feedbacks`);
    }
  }

  /** Puts the draft of a scope, in which nothing is missing any more, into the scope around it. */
  #close(id: number): void {
    const { parent, kind, path } = this.#graph.scopes[id];
    const { enter, leave, nodes, feedback, onLimit } = this.#drafts[id];
    const entered = Object.keys(enter).length === 0 ? {} : { enter };
    const inner: ScopeSpec = kind === "gate"
      ? { gate: { enter, ...this.#gateSettings(id), nodes, leave } }
      : kind === "loop"
      ? { loop: { ...entered, feedback, nodes, leave, ...(onLimit === "fail" ? { onLimit } : {}) } }
      : { region: { ...entered, nodes, leave } };
    this.#drafts[parent].nodes[this.#scopeName(id)] = { ...inner, ...this.#priority(path) };
  }

  #gateSettings(scope: number): GateSettingsSpec {
    const { config, path } = this.#gateOf(scope);
    const { depth: _depth, inFlight, ...settings } = config as GateConfig;
    const given = inFlight === DEFAULT_IN_FLIGHT ? settings : { inFlight, ...settings };
    return writtenConfig(gateSettings.config, given, (problem) => {
      this.#problems.push(`"${path}": ${problem}`);
    }, "gate") as GateSettingsSpec;
  }

  /** What an input of a vertex reads, as names in a scope: mostly the one that its inputs are in. */
  #reads({ id, inputScope }: GraphVertex, input: number, scope: number = inputScope): string[] {
    return this.#graph.edges.filter((edge) => edge.to === id && edge.input === input)
      .map(({ from, output }) => this.#reference(this.#graph.vertices[from], output, scope));
  }

  /** The name of an output in a scope; regions on the way get an entry at their border. */
  #reference(vertex: GraphVertex, output: number, scope: number): string {
    if (vertex.operator === gate) {
      // In its fragment a gate goes by the name under which the stream enters.
      const { from } = this.#graph.edges.find((edge) => edge.to === vertex.id && edge.input === 0)!;
      return this.#reference(this.#graph.vertices[from], 0, scope);
    }
    const name = this.#nameOf(vertex);
    if (vertex.outputScope === scope) {
      if (vertex.kind === "egress") return `${this.#scopeName(vertex.scope)}.${name}`;
      const ports = Object.keys(vertex.operator.outputs);
      return ports.length > 1 ? `${name}.${ports[output]}` : name;
    }
    const inner = this.#childTowards(vertex.outputScope, scope);
    if (inner !== undefined) {
      if (this.#graph.scopes[inner].kind === "loop") {
        this.#problems.push(
          `"${vertex.path}" is read outside of its loop: let it leave the loop first`,
        );
      }
      const { left, leave } = this.#drafts[inner];
      const border = nameAt(left, vertex, output, name, this.#leavingOf(inner));
      leave[border] ??= this.#reference(vertex, output, inner);
      return `${this.#scopeName(inner)}.${border}`;
    }
    const { entered, enter } = this.#drafts[scope];
    const border = nameAt(entered, vertex, output, name, this.#within(scope));
    enter[border] ??= this.#reference(vertex, output, this.#graph.scopes[scope].parent);
    return border;
  }

  /** The names that a scope's own nodes have. */
  #within(scope: number): string[] {
    const { vertices, scopes } = this.#graph;
    return [
      ...vertices.filter((vertex) => vertex.scope === scope && vertex.kind !== "egress")
        .map((vertex) => this.#nameOf(vertex)),
      ...scopes.filter(({ id, parent }) => id > 0 && parent === scope)
        .map(({ id }) => this.#scopeName(id)),
    ];
  }

  /** The names under which something leaves a loop. */
  #leavingOf(scope: number): string[] {
    return this.#graph.vertices.filter(({ kind, scope: of }) => kind === "egress" && of === scope)
      .map((vertex) => this.#nameOf(vertex));
  }

  /** The scope directly within `outer` that `inner` is in. */
  #childTowards(inner: number, outer: number): number | undefined {
    for (let at = inner; at > 0; at = this.#graph.scopes[at].parent) {
      if (this.#graph.scopes[at].parent === outer) return at;
    }
    return undefined;
  }

  #nameOf(vertex: GraphVertex): string {
    const { kind, name, path } = vertex;
    if (this.#isLate(vertex)) return name;
    const isAlone = kind === "input" || kind === "output" || this.#leavesAlone(vertex);
    const own = isAlone ? name : path.slice(path.lastIndexOf("/") + 1);
    if (!NAME.test(own)) this.#problems.push(`"${path}" has a name that is none in a spec`);
    return own;
  }

  /** What goes out of a loop may be called like something inside, but not like something else that goes out. */
  #leavesAlone({ kind, name, scope }: GraphVertex): boolean {
    if (kind !== "egress") return false;
    return this.#graph.vertices.filter((other) =>
      other.kind === "egress" && other.scope === scope && other.name === name
    ).length === 1;
  }

  /** Whether it takes the late records of another input, which are an output of that one in a spec. */
  #isLate({ kind, name }: GraphVertex): boolean {
    return kind === "input" &&
      this.#graph.vertices.some((other) =>
        other.kind === "input" && lateInput(other.name) === name
      );
  }

  #scopeName(id: number): string {
    const { path } = this.#graph.scopes[id];
    return path.slice(path.lastIndexOf("/") + 1);
  }

  #error(): MeanderError {
    return new MeanderError(
      "MEANDER_SPEC_OF",
      `Cannot write dataflow "${this.#graph.name}" as a spec`,
      { where: this.#graph.name, problems: [...new Set(this.#problems)] },
    );
  }
}

/** A name for an output at a border, which it keeps and nothing else there has. */
function nameAt(
  names: Map<string, string>,
  { id }: GraphVertex,
  output: number,
  wanted: string,
  taken: readonly string[],
): string {
  const key = `${id}:${output}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const used = new Set([...taken, ...names.values()]);
  const own = wanted.replaceAll(".", "_");
  let name = own;
  for (let i = 2; used.has(name); i++) name = `${own}_${i}`;
  names.set(key, name);
  return name;
}

type GateSettingsSpec = Omit<GateSpec["gate"], "enter" | "nodes" | "leave">;

const GATE_INPUTS = Object.keys(gate.inputs);

type NodeConfig = Readonly<Record<string, unknown>>;

function single(names: readonly string[]): string | readonly string[] {
  return names.length === 1 ? names[0] : names;
}

function inputOf({ config }: GraphVertex): InputSpec {
  const { source } = config as InputConfig;
  return { format: "ndjson", ...(source === "split" ? { workers: "all" } : {}) };
}
