/**
 * Collects the parts of a graph while it is described, and every fault of it.
 *
 * @module
 */
import type { Priority } from "../actors/priority.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { MeanderError, show } from "../operators/contract/fault.ts";
import { faultsOfLimits, type OutputLimits } from "../operators/contract/limits.ts";
import { sizedFor } from "../operators/contract/sized.ts";
import type {
  Graph,
  GraphEdge,
  GraphProbe,
  GraphScope,
  GraphVertex,
  OperatorOrigin,
  VertexKind,
} from "./graph.ts";
import { Site } from "./site.ts";

/** An output of a vertex, with the scope its times belong to. */
export interface Source {
  readonly builder: GraphBuilder;
  readonly vertex: number;
  readonly output: number;
  readonly scope: number;
}

/** What a vertex is made from. */
export interface VertexRequest {
  readonly operator: AnyOperator;
  readonly config: unknown;
  readonly name: string | undefined;
  readonly kind: VertexKind;
  readonly scope: number;
  readonly inputScope: number;
  readonly outputScope: number;
  /** Limits of its outputs, where they are not the engine's. */
  readonly limits?: OutputLimits | undefined;
  /** Where it was written, when that is not where it is made. */
  readonly writtenAt?: string | undefined;
  /** Where its operator comes from, when that is known. */
  readonly origin?: OperatorOrigin | undefined;
}

/** Mutable while a dataflow is described; `finish` turns it into data. */
export class GraphBuilder {
  readonly name: string;
  readonly scopes: GraphScope[] = [];
  readonly vertices: GraphVertex[] = [];
  readonly edges: GraphEdge[] = [];
  readonly probes: GraphProbe[] = [];
  readonly problems: string[] = [];
  /** Vertices whose configuration does not fit: nobody may ask their operators anything. */
  readonly unfit: Set<number> = new Set();
  readonly #paths = new Map<string, number>();
  // Vertices that would have an edge if it were not wrong: that they have none is no news.
  readonly #refused = new Set<number>();
  #finished = false;

  /** Begins with the root scope. */
  constructor(name: string, coordinates: number) {
    this.name = name;
    this.scopes.push({ id: 0, parent: -1, path: "", kind: "root", depth: coordinates, loop: 0 });
  }

  /** Adds a scope and returns its index. */
  addScope(kind: "loop" | "gate" | "region", parent: number, name: string): number {
    this.#requireOpen(`scope "${name}"`);
    const around = this.scopes[parent];
    const id = this.scopes.length;
    const path = this.#pathIn(around.path, name, () => `a ${kind}`);
    const isBox = kind === "region";
    const depth = isBox ? around.depth : around.depth + 1;
    this.scopes.push({ id, parent, path, kind, depth, loop: isBox ? around.loop : id });
    return id;
  }

  /** Adds a vertex and returns its index; a configuration that does not fit is noted as a problem. */
  addVertex(request: VertexRequest): number {
    const { operator, kind, scope, inputScope, outputScope } = request;
    const name = request.name ?? operator.name;
    this.#requireOpen(`vertex "${name}"`);
    const site = new Site(request.writtenAt);
    if (kind === "input" || kind === "output") this.#checkName(kind, name, site);
    const around = this.scopes[scope].path;
    // Streams and what is read of them are often called the same.
    const isTaken = kind === "output" && this.#paths.has(join(around, name));
    const own = isTaken ? `output ${name}` : name;
    const path = this.#pathIn(around, own, () => `a vertex (written at ${site})`);
    const checked = operator.config.safeParse(request.config);
    if (!checked.success) {
      for (const issue of checked.error.issues) {
        const at = issue.path.length === 0 ? "" : ` ${issue.path.map(String).join(".")}`;
        this.problems.push(
          `config${at} of "${path}" (${operator.name}, written at ${site}): ${issue.message}`,
        );
      }
    }
    const id = this.vertices.length;
    if (!checked.success) this.unfit.add(id);
    const config = checked.success ? checked.data : request.config;
    const sized = checked.success ? sizedFor(operator, config) : operator;
    const limits = request.limits ?? null;
    if (limits !== null) {
      const faults = checked.success ? faultsOfLimits(limits, operator, config) : [];
      for (const fault of faults) {
        this.problems.push(`limits of "${path}" (${operator.name}, written at ${site}): ${fault}`);
      }
    }
    const origin = request.origin === undefined ? {} : { origin: request.origin };
    const place = { limits, kind, scope, inputScope, outputScope, site, ...origin };
    this.vertices.push({ id, path, name, operator: sized, config, ...place });
    return id;
  }

  /** Adds an edge, unless it would cross a scope border: that is noted as a problem. */
  connect(source: Source, to: number, input: number): void {
    const target = this.vertices[to];
    this.#requireOpen(`edge to "${target.path}"`);
    const port = Object.keys(target.operator.inputs)[input];
    if (source.builder !== this) {
      this.problems.push(
        `edge to "${target.path}" (input "${port}"): its stream belongs to dataflow ` +
          `"${source.builder.name}". Pass an output of one dataflow to an input of the other`,
      );
      this.#refused.add(to);
      return;
    }
    const whither = () => `to "${target.path}" (input "${port}", written at ${target.site})`;
    if (!this.#staysInside(source, target.inputScope, whither)) {
      this.#refused.add(to);
      return;
    }
    this.edges.push({ from: source.vertex, output: source.output, to, input });
  }

  /** Notes inputs that are given but do not exist, and those that are forgotten. */
  checkPorts(vertex: number, given: readonly string[]): void {
    const { path, operator, site } = this.vertices[vertex];
    const inputs = Object.keys(operator.inputs);
    const has = inputs.map((name) => `"${name}"`).join(", ") || "none";
    for (const name of given.filter((name) => !inputs.includes(name))) {
      this.problems.push(
        `input "${name}" of "${path}" (${operator.name}, written at ${site}) does not exist: it has ${has}`,
      );
    }
    for (const name of inputs.filter((name) => !given.includes(name))) {
      this.problems.push(
        `input "${name}" of "${path}" (${operator.name}, written at ${site}) is not given a stream: ` +
          `give it an empty list to leave it closed`,
      );
    }
  }

  /** Whether a stream can be built on in that scope without crossing a border; noted when not. */
  checkWithin(source: Source, scope: number): boolean {
    if (source.builder === this) {
      return this.#staysInside(
        source,
        scope,
        () => `within "${this.scopes[scope].path || "root"}"`,
      );
    }
    this.problems.push(
      `stream within "${this.scopes[scope].path || "root"}" belongs to dataflow ` +
        `"${source.builder.name}". Pass an output of one dataflow to an input of the other`,
    );
    return false;
  }

  /** Adds a probe at a source. */
  addProbe(source: Source, name: string): number {
    this.#requireOpen(`probe "${name}"`);
    this.probes.push({ name, vertex: source.vertex, output: source.output });
    return this.probes.length - 1;
  }

  /** The finished graph. Throws one error that lists every problem. */
  finish(priority: Priority | null = null): Graph {
    this.#finished = true;
    for (const vertex of this.vertices) this.#checkFeedback(vertex);
    const { name, scopes, vertices, edges, probes } = this;
    for (const list of [scopes, vertices, edges, probes]) {
      Object.freeze(list).forEach(Object.freeze);
    }
    return Object.freeze({ name, scopes, vertices, edges, probes, priority });
  }

  /** Inputs and outputs are reached by name, so that a name may occur only once among each of them. */
  #checkName(kind: "input" | "output", name: string, site: Site): void {
    const first = this.vertices.find((vertex) => vertex.kind === kind && vertex.name === name);
    if (first === undefined) return;
    this.problems.push(
      `${kind} "${name}" (written at ${site}) exists already (written at ${first.site}): give it ` +
        `another name`,
    );
  }

  #checkFeedback(vertex: GraphVertex): void {
    if (vertex.kind !== "feedback" || this.#refused.has(vertex.id)) return;
    if (this.edges.some((edge) => edge.to === vertex.id)) return;
    this.problems.push(
      `feedback "${vertex.path}" (written at ${vertex.site}) is not connected: nothing would ever come ` +
        `round. Call connect on it with the stream that closes the loop`,
    );
  }

  /** Whether source and scope share their loops; what would cross a border is noted as a problem. */
  #staysInside(source: Source, scope: number, whither: () => string): boolean {
    const from = this.scopes[this.scopes[source.scope].loop];
    const into = this.scopes[this.scopes[scope].loop];
    if (from === into) return true;
    this.problems.push(
      `edge from "${
        this.vertices[source.vertex].path
      }" ${whither()} crosses the border from scope ` +
        `"${from.path || "root"}" to "${into.path || "root"}". ` +
        this.#wayAcross(from, into),
    );
    return false;
  }

  #wayAcross(from: GraphScope, into: GraphScope): string {
    if (!this.#isInside(into, from)) {
      return from.kind === "gate"
        ? "Only what the fragment of a gate returns leaves it"
        : "Take the stream out with leave";
    }
    return into.kind === "gate"
      ? "A gate lets in nothing but the stream that it is given: bring the records together before it"
      : "Bring the stream in with enter";
  }

  #isInside(inner: GraphScope, outer: GraphScope): boolean {
    for (let at = inner; at.parent >= 0; at = this.scopes[at.parent]) {
      if (at.parent === outer.id) return true;
    }
    return false;
  }

  /** Where something with that name goes; names are there to be read, and so are not empty. */
  #pathIn(scope: string, name: string, what: () => string): string {
    if (name === "") {
      this.problems.push(`${what()} in scope "${scope || "root"}" has an empty name`);
    }
    return this.#unique(join(scope, name));
  }

  #unique(path: string): string {
    const count = (this.#paths.get(path) ?? 0) + 1;
    this.#paths.set(path, count);
    return count === 1 ? path : this.#unique(`${path}-${count}`);
  }

  #requireOpen(what: string): void {
    if (!this.#finished) return;
    throw new MeanderError(
      "MEANDER_GRAPH",
      `Cannot add ${show(what)} to dataflow "${this.name}": its ` +
        `graph is finished and does not change any more`,
      {
        where: this.name,
        hint: "Describe everything within the function given to dataflow()",
      },
    );
  }
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}/${name}`;
}
