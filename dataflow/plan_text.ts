/**
 * A compiled graph as text, to see whether two workers have made the same.
 *
 * @module
 */
import { hashKey } from "../batches/key_hash.ts";
import { show } from "../batches/show.ts";
import { pactOf } from "./pacts.ts";
import type { CompiledGraph } from "./compile.ts";
import { foreignOrigin } from "./foreign.ts";
import type { Graph, OperatorOrigin } from "./graph.ts";

/** One line for each part of the graph, the same for equal graphs on every worker. */
export function planLines(graph: Graph, { progress }: CompiledGraph): string[] {
  const { name, scopes, vertices, edges } = graph;
  return [
    `dataflow ${name}`,
    ...scopes.map(({ path, kind, depth }) => `scope ${path} ${kind} of depth ${depth}`),
    ...vertices.map(({ path, operator, config, kind, limits, origin }) =>
      `vertex ${path} ${kind} ${operator.name}@${operator.version} ` +
      originText(origin) + canonical(config) +
      (limits === null ? "" : ` with limits ${canonical(limits)}`)
    ),
    ...edges.map((edge) =>
      `edge ${vertices[edge.from].path}.${edge.output} to ${
        vertices[edge.to].path
      }.${edge.input} ` +
      canonical(pactOf(graph, edge))
    ),
    ...progress.locations.map(({ name, depth, watched, remote }) =>
      `port ${name} of depth ${depth}${watched ? ", watched" : ""}${remote ? ", spread" : ""}`
    ),
    ...progress.edges.map(({ from, to, summary }) => `connection ${from} to ${to} ${summary}`),
  ];
}

/** Two versions of a plugin may have the same operator, and the same version different bytes. */
function originText(origin: OperatorOrigin | undefined): string {
  const foreign = foreignOrigin(origin);
  if (foreign === undefined) return "";
  const { plugin, version, sha256 } = foreign;
  return `of ${plugin}@${version} ${sha256 === undefined ? "" : `with SHA-256 ${sha256} `}`;
}

/** 64 bits over all lines. */
export function planHash(lines: readonly string[]): string {
  const hex = (hash: number) => (hash >>> 0).toString(16).padStart(8, "0");
  return hex(hashKey(lines)) + hex(hashKey(lines.join("\n")));
}

/** The first line in which two plans differ, as one sentence. */
export function planDifference(here: readonly string[], there: readonly string[]): string {
  const at = here.findIndex((line, i) => line !== there[i]);
  const where = at < 0 ? here.length : at;
  const [one, other] = [here[where] ?? "nothing more", there[where] ?? "nothing more"];
  return `the first worker has ${excerpt(one, other)}, the other ${excerpt(other, one)}`;
}

/** So much of a line as shows in what it differs from another one. */
function excerpt(line: string, other: string): string {
  let same = 0;
  while (same < line.length && line[same] === other[same]) same++;
  const from = Math.max(0, same - 40);
  return show((from > 0 ? "…" : "") + line.slice(from));
}

/** Functions by their source text; objects by their properties in order of name. */
function canonical(value: unknown, depth = 0): string {
  if (typeof value === "function") return Function.prototype.toString.call(value);
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`;
  if (depth > 8) return "…";
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof RegExp) return `pattern ${value}`;
  if (value instanceof Map || value instanceof Set) {
    return `${value instanceof Map ? "map" : "set"} ${canonical([...value], depth + 1)}`;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonical(item, depth + 1)).join(", ")}]`;
  }
  const names = Object.keys(value).sort();
  return `{${
    names.map((name) =>
      `${name}: ${canonical((value as Record<string, unknown>)[name], depth + 1)}`
    )
      .join(", ")
  }}`;
}
