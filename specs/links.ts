/**
 * Finds what the names in a spec refer to, and says where they cannot mean anything.
 *
 * @module
 */
import { nearest } from "../operators/contract/nearest.ts";
import { show } from "../operators/contract/fault.ts";
import { hintFor, listed, type Path, type Report } from "./problem.ts";
import { type Entry, scopeName, scopesIn, type ScopeTable, type Source } from "./scopes.ts";

/** The outputs of an entry by name; `undefined` where nobody knows. */
export type PortsOf = (entry: Entry) => readonly string[] | undefined;

/** Looks references up, as `name` or `name.output`. */
export class Linker {
  /** Inputs whose late records somebody reads. */
  readonly lateRead: Set<Entry> = new Set();
  readonly #portsOf: PortsOf;
  readonly #report: Report;
  #missing = 0;

  /** With the outputs that entries have. */
  constructor(portsOf: PortsOf, report: Report) {
    this.#portsOf = portsOf;
    this.#report = report;
  }

  /** What a reference means in a scope; a reference that means nothing is reported. */
  find(text: string, scope: ScopeTable, path: Path): Source | undefined {
    const dot = text.indexOf(".");
    const name = dot < 0 ? text : text.slice(0, dot);
    const port = dot < 0 ? undefined : text.slice(dot + 1);
    const entry = scope.entries.get(name);
    if (entry === undefined) return void this.#reportMissing(text, name, scope, path);
    const ports = this.#portsOf(entry);
    if (ports === undefined) return { entry, port: port ?? "" };
    if (port === undefined) return this.#only(entry, ports, path);
    if (ports.includes(port)) {
      if (entry.kind === "input" && port === "late") this.lateRead.add(entry);
      return { entry, port };
    }
    const meant = nearest(port, ports);
    this.#report({
      path,
      message: `${describe(entry)} has no output ${show(port)}`,
      hint: hintFor(meant === undefined ? undefined : `${name}.${meant}`, outputsOf(ports)),
    });
    return undefined;
  }

  /**
   * The one output of an entry, when it has one, or the one that is called `out` beside those for special
   * cases. The first of an input is the records themselves.
   */
  #only(entry: Entry, ports: readonly string[], path: Path): Source | undefined {
    if (ports.length === 1 || entry.kind === "input") return { entry, port: ports[0] };
    if (entry.kind === "operator" && ports.includes("out")) return { entry, port: "out" };
    this.#report({
      path,
      message: `${describe(entry)} has ${ports.length === 0 ? "no output" : "several outputs"}`,
      hint: ports.length === 0
        ? "Nothing can be read of it"
        : `Write one of ${ports.map((port) => `"${entry.name}.${port}"`).join(", ")}`,
    });
    return undefined;
  }

  #reportMissing(text: string, name: string, scope: ScopeTable, path: Path): void {
    const where = scope.parent === undefined ? "" : ` in ${scope.kind} "${scopeName(scope)}"`;
    this.#report({
      path,
      message: `there is no node or input ${show(name)}${where}`,
      // Each guess looks at all names there are, and nobody reads thousands of them.
      ...(++this.#missing > GUESSES
        ? {}
        : { hint: across(text, name, scope) ?? guess(name, [...scope.entries.keys()]) }),
    });
  }
}

/** Names that do not exist for which one is looked up that was meant. */
const GUESSES = 50;

/** What an entry is, for messages. */
export function describe(entry: Entry): string {
  return `${
    entry.kind === "scope" ? entry.inner.kind : entry.kind === "input" ? "input" : "node"
  } ` +
    `"${entry.name}"`;
}

function outputsOf(ports: readonly string[]): string {
  return `It has ${listed(ports.map((port) => `"${port}"`))}`;
}

function guess(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return names.length === 0 ? "There is none here" : `There is ${listed(names)}`;
}

/** A name that exists on the other side of a border: the way over it. */
function across(text: string, name: string, scope: ScopeTable): string | undefined {
  for (let outer = scope.parent; outer !== undefined; outer = outer.parent) {
    if (!outer.entries.has(name)) continue;
    const where = outer.parent === undefined ? "" : `in ${outer.kind} "${scopeName(outer)}", `;
    if (scope.kind === "gate") {
      return `It is ${where}outside of this gate, which lets in one stream: unite them before it`;
    }
    return `It is ${where}outside of this ${scope.kind}: bring it in with enter: { ${name}: ${text} }`;
  }
  let top = scope;
  while (top.parent !== undefined) top = top.parent;
  for (const inner of scopesIn(top)) {
    if (!inner.entries.has(name)) continue;
    if (inner.kind === "gate") {
      return `It is inside of gate "${scopeName(inner)}", out of which one stream comes`;
    }
    return `It is inside of ${inner.kind} "${scopeName(inner)}": take it out with leave: ` +
      `{ ${name}: ${text} } and write "${inner.name}.${name}"`;
  }
  return undefined;
}
