/**
 * Contraction: locations whose frontier nobody asks for are merged into their successor.
 *
 * A location with one outgoing edge lies on every path from itself to anywhere else, as does its
 * successor. A pointstamp (t, u) with u → w and summary s therefore results in exactly what (s(t),
 * w) results in, everywhere but at u itself; counting it there loses nothing that anybody asks for.
 * A chain of unwatched vertices becomes one slot, and the −1 and +1 of a hop inside it cancel.
 *
 * @module
 */

import { Antichain } from "./antichain.ts";
import type { SummaryEdge } from "./arrangement.ts";
import type { ProgressGraph } from "./graph.ts";
import type { Summary } from "./summary.ts";

/** What is left of a graph when everything that can be merged has been. */
export interface Contraction {
  /** For each location the one it was merged into, itself if it was not. */
  readonly representative: readonly number[];
  /** For each location the summary to its representative; null for the identity. */
  readonly summaryTo: readonly (Summary | null)[];
  /** The edges between representatives, with the minimal summaries only. */
  readonly edges: readonly SummaryEdge[];
}

/** For each location where its edges lead, with the minimal summaries; the same backwards. */
interface Links {
  readonly next: readonly Map<number, Antichain<Summary>>[];
  readonly previous: readonly Set<number>[];
}

/**
 * Contracts a graph without bad cycles. Watched locations stay, and so do locations without an
 * outgoing edge, so that "all frontiers are empty" keeps meaning that nothing is outstanding.
 */
export function contract(graph: ProgressGraph): Contraction {
  const { locations } = graph;
  const links: Links = {
    next: locations.map(() => new Map<number, Antichain<Summary>>()),
    previous: locations.map(() => new Set<number>()),
  };
  for (const edge of graph.edges) connect(links, edge.from, edge.to, edge.summary);
  const mergedInto = new Map<number, { location: number; summary: Summary }>();
  // See `ProgressLocation.remote`. Whatever a remote location is merged into counts its messages, so
  // it becomes remote itself: an edge that led to the one leads to the other then.
  const remote = locations.map((location) => location.remote === true);
  // From the last location back: graphs are written in the direction of their edges, so that the
  // end of a chain is merged first and edges into its start move once instead of at every link.
  const pending = locations.map((_, index) => index);
  for (let u = pending.pop(); u !== undefined; u = pending.pop()) {
    if (locations[u].watched || mergedInto.has(u)) continue;
    const target = onlySuccessor(links, u);
    if (target === undefined || remote[target.location]) continue;
    if (!mergeable(links, u, target)) continue;
    if (remote[u]) remote[target.location] = true;
    // What led to u leads to its successor now; that may leave it a single edge of its own.
    for (const p of links.previous[u]) {
      for (const summary of links.next[p].get(u)!.elements) {
        connect(links, p, target.location, summary.followedBy(target.summary));
      }
      links.next[p].delete(u);
      pending.push(p);
    }
    links.previous[target.location].delete(u);
    links.next[u].clear();
    mergedInto.set(u, target);
  }
  return { ...resolve(locations.length, mergedInto), edges: edgesOf(links) };
}

/**
 * Adds an edge if it is minimal. An edge from a location to itself with a summary at or above the
 * identity is left out, because the time it starts from is in the frontier already. One below the
 * identity, `[e,i]` to `[e+1,0]`, must stay: it brings times that are not after the first.
 */
function connect(links: Links, from: number, to: number, summary: Summary): void {
  if (from === to && isAtLeastIdentity(summary)) return;
  let summaries = links.next[from].get(to);
  if (summaries === undefined) links.next[from].set(to, summaries = Antichain.ofSummaries());
  summaries.insert(summary);
  links.previous[to].add(from);
}

function isAtLeastIdentity(summary: Summary): boolean {
  return summary.kept === summary.sourceDepth && summary.appended.length === 0;
}

function onlySuccessor(
  links: Links,
  location: number,
): { location: number; summary: Summary } | undefined {
  const next = links.next[location];
  if (next.size !== 1) return undefined;
  const [[target, summaries]] = next;
  if (target === location || summaries.elements.length !== 1) return undefined;
  return { location: target, summary: summaries.elements[0] };
}

/** Whether merging leaves no edge from the successor to itself that would have to stay. */
function mergeable(
  links: Links,
  location: number,
  target: { location: number; summary: Summary },
): boolean {
  const back = links.next[target.location].get(location);
  return back === undefined ||
    back.elements.every((summary) => isAtLeastIdentity(summary.followedBy(target.summary)));
}

/** Follows merges to their end. */
function resolve(
  count: number,
  mergedInto: ReadonlyMap<number, { location: number; summary: Summary }>,
): { representative: number[]; summaryTo: (Summary | null)[] } {
  const representative = Array.from({ length: count }, (_, index) => index);
  const summaryTo = new Array<Summary | null>(count).fill(null);
  // Each chain of merges is walked to its end, then composed backwards; what was resolved before
  // ends a chain, so that every merge is composed once.
  const resolved = new Set<number>();
  for (const start of mergedInto.keys()) {
    const chain: number[] = [];
    let at = start;
    while (mergedInto.has(at) && !resolved.has(at)) {
      chain.push(at);
      at = mergedInto.get(at)!.location;
    }
    for (let location = chain.pop(); location !== undefined; location = chain.pop()) {
      const { location: next, summary } = mergedInto.get(location)!;
      const rest = summaryTo[next];
      const whole = rest === null ? summary : summary.followedBy(rest);
      summaryTo[location] = whole.isIdentity ? null : whole;
      representative[location] = representative[next];
      resolved.add(location);
    }
  }
  return { representative, summaryTo };
}

function edgesOf(links: Links): SummaryEdge[] {
  const edges: SummaryEdge[] = [];
  links.next.forEach((targets, from) => {
    for (const [to, summaries] of targets) {
      for (const summary of summaries.elements) edges.push({ from, to, summary });
    }
  });
  return edges;
}
