/**
 * The names of a spec, scope by scope, and what they refer to.
 *
 * @module
 */
import type { Path } from "./problem.ts";
import type {
  FeedbackSpec,
  InputSpec,
  LoopSpec,
  NodeSpec,
  OperatorSpec,
  RegionSpec,
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
    readonly spec: LoopSpec | RegionSpec;
    readonly inner: ScopeTable;
  }
  | Common & { readonly kind: "broken" };

/** The names of one scope. */
export interface ScopeTable {
  readonly kind: "root" | "loop" | "region";
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

function innerTable({ name, path, scope }: Common, spec: LoopSpec | RegionSpec): ScopeTable {
  const kind = "loop" in spec ? "loop" : "region";
  const inside = [...path, kind];
  const { enter, nodes, leave } = "loop" in spec ? spec.loop : spec.region;
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
