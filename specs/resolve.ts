/**
 * From names to a graph of nodes: which operator each node is, what each of its inputs reads, and an order in
 * which every node comes after those that it reads.
 *
 * @module
 */
import type { Resolved } from "../plugins/registry.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import { show } from "../operators/contract/fault.ts";
import { nearest } from "../operators/contract/nearest.ts";
import { sizedFor } from "../operators/contract/sized.ts";
import { checkGate, isGate } from "./gates.ts";
import { lateOf } from "./inputs.ts";
import { Linker } from "./links.ts";
import type { PluginChoices } from "./plugin_choices.ts";
import { hintFor, type Path, type Report } from "./problem.ts";
import { BROKEN, type Entry, type ScopeTable, type Source } from "./scopes.ts";
import type { From } from "./spec.ts";

type OperatorEntry = Extract<Entry, { kind: "operator" }>;
type ScopeEntry = Extract<Entry, { kind: "scope" }>;
type FeedbackEntry = Extract<Entry, { kind: "feedback" }>;

/** A node with all that it refers to. */
export type LinkedNode =
  | {
    readonly kind: "operator";
    readonly entry: OperatorEntry;
    /** `undefined` when there is none of that name. */
    readonly resolved: Resolved<AnyOperator> | undefined;
    readonly inputs: ReadonlyMap<string, readonly Source[]>;
  }
  | { readonly kind: "scope"; readonly entry: ScopeEntry; readonly inner: LinkedScope };

/** A way back. */
export interface LinkedFeedback {
  readonly entry: FeedbackEntry;
  readonly sources: readonly Source[];
  readonly by: number;
  readonly maxIterations: number | undefined;
}

/** A scope with all that its names refer to. */
export interface LinkedScope {
  readonly table: ScopeTable;
  readonly enters: ReadonlyMap<string, Source>;
  readonly feedbacks: readonly LinkedFeedback[];
  /** Those that are read before those that read them. */
  readonly nodes: readonly LinkedNode[];
  readonly leaves: ReadonlyMap<string, Source>;
}

/** Resolves scope by scope, and reports all that does not fit. */
export class Resolver {
  readonly #choices: PluginChoices;
  readonly #report: Report;
  readonly #operators = new Map<Entry, Resolved<AnyOperator> | undefined>();
  readonly linker: Linker;

  /** Operators are of the plugins that were chosen. */
  constructor(choices: PluginChoices, report: Report) {
    this.#choices = choices;
    this.#report = report;
    this.linker = new Linker((entry) => this.#portsOf(entry), report);
  }

  /** The whole scope and those within it. */
  link(table: ScopeTable): LinkedScope {
    for (const { name, path, before } of table.twice) {
      this.#report({
        path,
        atKey: true,
        message: `there is another "${name}", at /${before.path.join("/")}`,
        hint: "Inputs and nodes share their names: call one of them something else",
      });
    }
    const enters = new Map<string, Source>();
    const feedbacks: LinkedFeedback[] = [];
    const nodes: LinkedNode[] = [];
    for (const entry of table.entries.values()) {
      if (entry.kind === "enter") {
        const source = this.linker.find(entry.from, table.parent!, entry.path);
        if (source !== undefined) enters.set(entry.name, source);
      } else if (entry.kind === "feedback") feedbacks.push(this.#feedback(entry));
      else if (entry.kind === "operator") nodes.push(this.#operator(entry));
      else if (entry.kind === "scope") {
        const inner = this.link(entry.inner);
        nodes.push({ kind: "scope", entry, inner });
        if (isGate(entry)) checkGate(entry, inner, this.#report);
      }
    }
    const leaves = new Map<string, Source>();
    for (const [name, from] of table.leave) {
      if (from === BROKEN) continue;
      const source = this.linker.find(from, table, [...table.path, "leave", name]);
      if (source !== undefined) leaves.set(name, source);
    }
    return { table, enters, feedbacks, nodes: this.#inOrder(nodes), leaves };
  }

  #operatorOf(entry: OperatorEntry): Resolved<AnyOperator> | undefined {
    if (this.#operators.has(entry)) return this.#operators.get(entry);
    const chosen = this.#choices.operator(entry.spec, entry.path);
    const resolved = chosen && { ...chosen, found: sizedFor(chosen.found, entry.spec.with) };
    this.#operators.set(entry, resolved);
    return resolved;
  }

  #portsOf(entry: Entry): readonly string[] | undefined {
    switch (entry.kind) {
      case "operator": {
        const resolved = this.#operatorOf(entry);
        return resolved === undefined ? undefined : Object.keys(resolved.found.outputs);
      }
      case "scope":
        return [...entry.inner.leave.keys()];
      case "input":
        return lateOf(entry.spec) === "output" ? ["records", "late"] : ["records"];
      case "broken":
        return undefined;
      default:
        return ["out"];
    }
  }

  #operator(entry: OperatorEntry): LinkedNode {
    const resolved = this.#operatorOf(entry);
    const inputs = new Map<string, readonly Source[]>();
    const given = this.#given(entry, resolved?.found);
    for (const [port, { names, path }] of given) {
      inputs.set(port, this.#sources(names, entry, path));
    }
    if (resolved !== undefined) this.#checkInputs(entry, resolved.found, given);
    return { kind: "operator", entry, resolved, inputs };
  }

  #sources(names: readonly From[], { scope }: Entry, path: Path): Source[] {
    return names.flatMap((name, i) =>
      this.linker.find(name, scope, names.length === 1 ? path : [...path, i]) ?? []
    );
  }

  /** What each input is given, by its name. Without names it is what the one input reads. */
  #given(entry: OperatorEntry, operator: AnyOperator | undefined) {
    const given = new Map<string, { names: readonly From[]; path: Path }>();
    const { from } = entry.spec;
    const path = [...entry.path, "from"];
    if (from === undefined) return given;
    if (typeof from === "string" || Array.isArray(from)) {
      const inputs = operator === undefined ? [""] : Object.keys(operator.inputs);
      if (inputs.length === 1) given.set(inputs[0], { names: [from].flat(), path });
      else this.#report({ path, ...formOf(operator!, inputs) });
      return given;
    }
    for (const [port, names] of Object.entries(from)) {
      given.set(port, { names: [names].flat() as From[], path: [...path, port] });
    }
    return given;
  }

  #checkInputs(
    { path, spec }: OperatorEntry,
    operator: AnyOperator,
    given: ReadonlyMap<string, unknown>,
  ): void {
    const inputs = Object.keys(operator.inputs);
    for (const port of given.keys()) {
      if (inputs.includes(port)) continue;
      const meant = nearest(port, inputs);
      this.#report({
        path: [...path, "from", port],
        atKey: true,
        message: `operator "${operator.name}" has no input ${show(port)}`,
        hint: hintFor(meant, `It has ${inputs.join(", ") || "none"}`),
      });
    }
    // A form that does not fit was reported; so was a name that stands for this one.
    const isForm = typeof spec.from === "string" || Array.isArray(spec.from);
    if (isForm && given.size === 0) return;
    if (spec.from === undefined && inputs.length > 0) {
      this.#report({
        path,
        message: `operator "${operator.name}" reads nothing`,
        hint: `Say what with from: ${inputs.length === 1 ? "NODE" : formFor(inputs)}`,
      });
      return;
    }
    if ([...given.keys()].some((port) => !inputs.includes(port))) return;
    for (const port of inputs.filter((port) => !given.has(port))) {
      this.#report({
        path: [...path, "from"],
        message: `input "${port}" of operator "${operator.name}" reads nothing`,
        hint: `Write from: ${formFor(inputs)}`,
      });
    }
  }

  #feedback(entry: FeedbackEntry): LinkedFeedback {
    const { spec, scope } = entry;
    const isPlain = typeof spec === "string" || Array.isArray(spec);
    const full = isPlain ? undefined : spec as Exclude<typeof spec, string | readonly string[]>;
    const names = [full?.from ?? spec].flat() as From[];
    const { maxIterations } = loopOf(scope);
    return {
      entry,
      sources: this.#sources(names, entry, isPlain ? entry.path : [...entry.path, "from"]),
      by: full?.by ?? 1,
      maxIterations: full?.maxIterations ?? maxIterations,
    };
  }

  /**
   * Depth first; a node that is met again on the way to itself lies on a cycle, which is shown. The way is a
   * list and not a recursion, since a chain of nodes may be longer than the stack.
   */
  #inOrder(nodes: readonly LinkedNode[]): LinkedNode[] {
    const byEntry = new Map<Entry, LinkedNode>(nodes.map((node) => [node.entry, node]));
    const order: LinkedNode[] = [];
    const states = new Map<LinkedNode, "on the way" | "done">();
    const way: { readonly node: LinkedNode; readonly before: Iterator<Source> }[] = [];
    const enter = (node: LinkedNode): void => {
      states.set(node, "on the way");
      way.push({ node, before: readBy(node)[Symbol.iterator]() });
    };
    for (const first of nodes) {
      if (!states.has(first)) enter(first);
      while (way.length > 0) {
        const { node, before } = way[way.length - 1];
        const { done, value: source } = before.next();
        if (done) {
          way.pop();
          states.set(node, "done");
          order.push(node);
          continue;
        }
        const next = byEntry.get(source.entry);
        if (next === undefined || states.get(next) === "done") continue;
        if (!states.has(next)) enter(next);
        else {
          const cycle = way.map((each) => each.node);
          this.#reportCycle(cycle.slice(cycle.indexOf(next)));
        }
      }
    }
    return order;
  }

  #reportCycle(cycle: readonly LinkedNode[]): void {
    // Every node reads the one behind it on the way, so that records go the other way round.
    const all = cycle.map(({ entry }) => entry.name).reverse();
    const names = all.length <= LONGEST
      ? all
      : [...all.slice(0, LONGEST - 1), "…", all[all.length - 1]];
    const { entry } = cycle[cycle.length - 1];
    this.#report({
      path: entry.path,
      atKey: true,
      message: `nodes read each other in a circle: ${[...names, names[0]].join(" → ")}`,
      hint: "Put them into a loop, and let one of them read a feedback of it",
    });
  }
}

/** As many nodes of a circle as a message names. */
const LONGEST = 12;

/** Limits of the loop that a scope is. */
export function loopOf(scope: ScopeTable): {
  readonly maxIterations: number | undefined;
  readonly onLimit: "drop" | "fail" | undefined;
} {
  const entry = scope.parent?.entries.get(scope.name);
  const loop = entry?.kind === "scope" && "loop" in entry.spec ? entry.spec.loop : undefined;
  return { maxIterations: loop?.maxIterations, onLimit: loop?.onLimit };
}

function readBy(node: LinkedNode): readonly Source[] {
  return node.kind === "operator"
    ? [...node.inputs.values()].flat()
    : [...node.inner.enters.values()];
}

function formOf(operator: AnyOperator, inputs: readonly string[]) {
  if (inputs.length === 0) {
    return { message: `operator "${operator.name}" has no input`, hint: "Leave from out" };
  }
  return {
    message: `operator "${operator.name}" has several inputs`,
    hint: `Write from: ${formFor(inputs)}`,
  };
}

function formFor(inputs: readonly string[]): string {
  return inputs.length === 1 ? "NODE" : `{ ${inputs.map((input) => `${input}: NODE`).join(", ")} }`;
}
