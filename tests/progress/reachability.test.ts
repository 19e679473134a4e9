import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Antichain, minimalSummaries, type ProgressGraph, Summary } from "../../progress/mod.ts";
import { anyGraph } from "./arbitraries.ts";

/** The summaries of all paths of at most so many edges. */
function enumerate(graph: ProgressGraph, from: number, to: number, longest: number): Summary[] {
  const found: Summary[] = [];
  const walk = (at: number, summary: Summary, left: number) => {
    if (at === to) found.push(summary);
    if (left === 0) return;
    for (const edge of graph.edges) {
      if (edge.from === at) walk(edge.to, summary.followedBy(edge.summary), left - 1);
    }
  };
  walk(from, Summary.identity(graph.locations[from].depth), longest);
  return found;
}

const smallGraph = anyGraph.filter(({ edges }) => edges.length <= 5);

describe("minimalSummaries", () => {
  it("lies below every path, and each element is one", () => {
    fc.assert(
      fc.property(smallGraph, (graph) => {
        const summaries = minimalSummaries(graph);
        graph.locations.forEach((_, from) =>
          graph.locations.forEach((_, to) => {
            const minimal = summaries.between(from, to);
            const paths = enumerate(graph, from, to, 5);
            expect(paths.every((path) => minimal.some((s) => s.lessEqual(path)))).toBe(true);
            // Minimal paths are short: at most every location and a few rounds.
            const longer = enumerate(graph, from, to, 7);
            expect(minimal.every((s) => longer.some((path) => path.equals(s)))).toBe(true);
            expect(Antichain.ofSummaries(minimal).elements.length).toBe(minimal.length);
          })
        );
      }),
      { numRuns: 60 },
    );
  });

  it("keeps incomparable summaries apart, the empty path included", () => {
    const graph: ProgressGraph = {
      locations: [{ depth: 2, name: "loop", watched: true }],
      edges: [{ from: 0, to: 0, summary: new Summary(2, [1], [0]) }],
    };
    expect(minimalSummaries(graph).between(0, 0).map(String)).toEqual(["[a,b]", "[a+1,0]"]);
  });

  it("answers what outstanding things could result in", () => {
    const graph: ProgressGraph = {
      locations: [
        { depth: 1, name: "input", watched: false },
        { depth: 1, name: "enter", watched: false },
        { depth: 2, name: "body", watched: false },
        { depth: 2, name: "apart", watched: false },
      ],
      edges: [
        { from: 0, to: 1, summary: Summary.identity(1) },
        { from: 1, to: 2, summary: Summary.ingress(1) },
        { from: 2, to: 2, summary: Summary.feedback(2) },
      ],
    };
    const summaries = minimalSummaries(graph);
    expect(summaries.between(0, 3)).toEqual([]);
    expect(summaries.couldResultIn({ location: 0, time: 3 }, [3, 7], 2)).toBe(true);
    expect(summaries.couldResultIn({ location: 2, time: [3, 8] }, [3, 7], 2)).toBe(false);
    expect(summaries.couldResultIn({ location: 2, time: [3, 1] }, 3, 0)).toBe(false);
    const outstanding = [{ location: 0, time: 5 }, { location: 2, time: [4, 2] }];
    expect(summaries.frontierAt(2, outstanding).elements).toEqual([[5, 0], [4, 2]]);
    expect(summaries.frontierAt(3, outstanding).isEmpty).toBe(true);
  });
});
