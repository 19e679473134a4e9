import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  describeBadCycle,
  findBadCycles,
  type ProgressEdge,
  type ProgressGraph,
  Summary,
} from "../../progress/mod.ts";
import { anyGraph } from "./arbitraries.ts";

/** Every simple cycle as its edges, by trying all paths. */
function simpleCycles(graph: ProgressGraph): ProgressEdge[][] {
  const cycles: ProgressEdge[][] = [];
  const extend = (path: ProgressEdge[]) => {
    const start = path[0].from;
    const end = path.at(-1)!.to;
    if (end === start) {
      cycles.push(path);
      return;
    }
    if (path.some((edge) => edge.from === end)) return;
    for (const edge of graph.edges) if (edge.from === end) extend([...path, edge]);
  };
  for (const edge of graph.edges) extend([edge]);
  return cycles;
}

const composed = (cycle: readonly ProgressEdge[]) =>
  cycle.map((edge) => edge.summary).reduce((sum, next) => sum.followedBy(next));

/** Time stands still when none of the coordinates that survive a round has grown. */
const isBad = (cycle: readonly ProgressEdge[]) => composed(cycle).added.every((by) => by === 0);

const locations = (...depths: number[]) =>
  depths.map((depth, i) => ({ depth, name: `l${i}`, watched: false }));
const edge = (from: number, to: number, summary: Summary): ProgressEdge => ({ from, to, summary });
const id = Summary.identity;

describe("findBadCycles", () => {
  it("finds a cycle exactly when trying all of them does", () => {
    let bad = 0;
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const naive = simpleCycles(graph).filter(isBad);
        const found = findBadCycles(graph);
        expect(found.length > 0).toBe(naive.length > 0);
        if (naive.length > 0) bad++;
        for (const { path, summary } of found) {
          const same = naive.filter((cycle) =>
            cycle.length === path.length && cycle.every(({ from }, i) => from === path[i])
          );
          expect(same.some((cycle) => composed(cycle).equals(summary))).toBe(true);
        }
        if (found.length > 0) {
          const shortest = Math.min(...naive.map((cycle) => cycle.length));
          expect(Math.min(...found.map(({ path }) => path.length))).toBe(shortest);
        }
      }),
      { numRuns: 500 },
    );
    expect(bad).toBeGreaterThan(20);
  });

  it("accepts a loop that adds one, and an outer loop that resets the inner counter", () => {
    const graph = {
      locations: locations(1, 2, 2, 1),
      edges: [
        edge(0, 1, Summary.ingress(1)),
        edge(1, 2, id(2)),
        edge(2, 1, Summary.feedback(2)),
        edge(2, 3, Summary.egress(2)),
        edge(3, 0, Summary.feedback(1)),
      ],
    };
    expect(findBadCycles(graph)).toEqual([]);
  });

  it("rejects leaving a loop and entering it again, whatever the inner loop adds", () => {
    const graph = {
      locations: locations(1, 2, 2, 1),
      edges: [
        edge(0, 1, Summary.ingress(1)),
        edge(1, 2, Summary.feedback(2, 5)),
        edge(2, 3, Summary.egress(2)),
        edge(3, 0, id(1)),
      ],
    };
    const [cycle, ...others] = findBadCycles(graph);
    expect(others).toEqual([]);
    // It starts in the outermost scope, where it is judged.
    expect(graph.locations[cycle.path[0]].depth).toBe(1);
    expect(describeBadCycle(graph, cycle)).toMatch(/^"l[03]" → .* takes every time to \[a\]$/);
  });

  it("reports one for each part of the graph that has any", () => {
    const graph = {
      locations: locations(1, 1, 1, 2, 2),
      edges: [
        edge(0, 0, id(1)),
        edge(0, 1, id(1)),
        edge(1, 2, id(1)),
        edge(2, 1, id(1)),
        edge(2, 3, Summary.ingress(1)),
        edge(3, 4, id(2)),
        edge(4, 3, Summary.feedback(2)),
      ],
    };
    expect(findBadCycles(graph).map(({ path }) => path)).toEqual([[0], [1, 2]]);
  });

  it("copes with ten thousand locations in a ring", () => {
    const count = 10_000;
    const ring = (last: Summary): ProgressGraph => ({
      locations: locations(...new Array<number>(count).fill(1)),
      edges: Array.from(
        { length: count },
        (_, i) => edge(i, (i + 1) % count, i === count - 1 ? last : id(1)),
      ),
    });
    expect(findBadCycles(ring(Summary.feedback(1)))).toEqual([]);
    expect(findBadCycles(ring(id(1)))[0].path).toHaveLength(count);
  });
});
