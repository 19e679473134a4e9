/**
 * The names of a spec, scope by scope, and what they refer to.
 *
 * @module
 */
import type { Path } from "./problem.ts";
import type {
  FeedbackSpec,
  From,
  InputSpec,
  Names,
  NodeSpec,
  OperatorSpec,
  ScopeSpec,
} from "./spec.ts";

/** In the place of a part that the grammar refuses: there is something, and nobody knows what. */
export const BROKEN: unique symbol = Symbol("broken");

/** A reference that was found: an entry and one of its outputs. */
export interface Source {
  readonly entry: Entry;
  readonly port: string;
}

interface Common {
  readonly name: string;
  /** Where it stands in the spec. */
  readonly path: Path;
  readonly scope: ScopeTable;
}

/** Something that has a name in a scope. */
export type Entry =
  | Common & { readonly kind: "input"; readonly spec: InputSpec }
  | Common & { readonly kind: "enter"; readonly from: string }
  | Common & { readonly kind: "feedback"; readonly spec: FeedbackSpec }
  | Common & { readonly kind: "operator"; readonly spec: OperatorSpec }
  | Common & {
    readonly kind: "scope";
    readonly spec: ScopeSpec;
    readonly inner: ScopeTable;
  }
  | Common & { readonly kind: "broken" };

/** The names of one scope. */
export interface ScopeTable {
  readonly kind: "root" | "loop" | "region" | "gate";
  /** Empty for the root. */
  readonly name: string;
  readonly path: Path;
  readonly parent: ScopeTable | undefined;
  readonly entries: Map<string, Entry>;
  /** Names that were given twice: inputs and nodes share their names. */
  readonly twice: { readonly name: string; readonly path: Path; readonly before: Entry }[];
  /** What goes out, by its name outside. */
  readonly leave: ReadonlyMap<string, string | typeof BROKEN>;
}

type MaybeBroken<T> = Readonly<Record<string, T | typeof BROKEN>> | undefined;

/** The table of the whole spec. */
export function rootTable(
  inputs: MaybeBroken<InputSpec>,
  nodes: MaybeBroken<NodeSpec>,
): ScopeTable {
  const table = emptyTable("root", "", [], undefined);
  declare(table, ["inputs"], inputs, (common, spec) => ({ ...common, kind: "input", spec }));
  declareNodes(table, ["nodes"], nodes);
  return table;
}

function emptyTable(
  kind: ScopeTable["kind"],
  name: string,
  path: Path,
  parent: ScopeTable | undefined,
  leave: MaybeBroken<string> = {},
): ScopeTable {
  return {
    kind,
    name,
    path,
    parent,
    entries: new Map(),
    twice: [],
    leave: new Map(Object.entries(leave)),
  };
}

function declare<T>(
  scope: ScopeTable,
  path: Path,
  parts: MaybeBroken<T>,
  make: (common: Common, spec: T) => Entry,
): void {
  for (const [name, spec] of Object.entries(parts ?? {})) {
    const common = { name, path: [...path, name], scope };
    const before = scope.entries.get(name);
    if (before !== undefined) {
      scope.twice.push({ name, path: common.path, before });
      continue;
    }
    scope.entries.set(
      name,
      spec === BROKEN ? { ...common, kind: "broken" } : make(common, spec as T),
    );
  }
}

function declareNodes(scope: ScopeTable, path: Path, nodes: MaybeBroken<NodeSpec>): void {
  declare(scope, path, nodes, (common, spec) => {
    if ("use" in spec) return { ...common, kind: "operator", spec };
    return { ...common, kind: "scope", spec, inner: innerTable(common, spec) };
  });
}

/** What all scopes have. */
export interface ScopeParts {
  readonly kind: "loop" | "region" | "gate";
  readonly inner: {
    readonly enter?: Names<From> | undefined;
    readonly nodes: Names<NodeSpec>;
    readonly leave: Names<From>;
  };
}

/** What kind of scope a node is, and what is in it. */
export function scopeOf(spec: ScopeSpec): ScopeParts {
  if ("loop" in spec) return { kind: "loop", inner: spec.loop };
  if ("gate" in spec) return { kind: "gate", inner: spec.gate };
  return { kind: "region", inner: spec.region };
}

function innerTable({ name, path, scope }: Common, spec: ScopeSpec): ScopeTable {
  const { kind, inner: { enter, nodes, leave } } = scopeOf(spec);
  const inside = [...path, kind];
  const table = emptyTable(kind, name, inside, scope, leave);
  declare(
    table,
    [...inside, "enter"],
    enter,
    (common, from) => ({ ...common, kind: "enter", from }),
  );
  if ("loop" in spec) {
    declare(table, [...inside, "feedback"], spec.loop.feedback, (common, feedback) => ({
      ...common,
      kind: "feedback",
      spec: feedback,
    }));
  }
  declareNodes(table, [...inside, "nodes"], nodes);
  return table;
}

/** The scopes within a scope, at any depth. */
export function* scopesIn(scope: ScopeTable): Generator<ScopeTable> {
  for (const entry of scope.entries.values()) {
    if (entry.kind !== "scope") continue;
    yield entry.inner;
    yield* scopesIn(entry.inner);
  }
}

/** `reach/inner`; `the root` for the root. */
export function scopeName(scope: ScopeTable): string {
  const names: string[] = [];
  for (let at: ScopeTable | undefined = scope; at?.parent !== undefined; at = at.parent) {
    names.unshift(at.name);
  }
  return names.join("/");
}
