import { describe, expect, it } from "vitest";
import { frontiersOf, pathsTo } from "../../../dataflow/insight/paths_to.ts";
import * as progress from "../../../progress/mod.ts";
import { progressGraph } from "../../oracle/graph_checks.ts";
import { Random } from "../../oracle/random.ts";
import { randomGraph } from "../../oracle/random_graph.ts";

function randomProgressGraph(random: Random): progress.ProgressGraph {
  const graph = randomGraph(random, { nesting: random.below(3) });
  return progressGraph(progress, graph, graph.edges, () => ({ watched: true, remote: false }));
}

function randomTime(random: Random, depth: number): progress.Time {
  const coordinates = Array.from({ length: depth }, () => random.below(4));
  return depth === 1 ? coordinates[0] : coordinates;
}

describe("pathsTo", () => {
  it("finds the minimal summaries of all paths, and for each of them a path that is one", () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(seed);
      const graph = randomProgressGraph(random);
      const known = progress.minimalSummaries(graph);
      const target = random.below(graph.locations.length);
      const found = pathsTo(graph, target);
      for (const location of graph.locations.keys()) {
        const paths = found.get(location) ?? [];
        const summaries = progress.Antichain.ofSummaries(paths.map(({ summary }) => summary));
        expect(summaries.elements.length).toBe(paths.length);
        expect(summaries.equals(
          progress.Antichain.ofSummaries(known.between(location, target)),
        )).toBe(true);
        for (const path of paths) {
          let end = path;
          for (let step = path; step.next !== null; step = end = step.next) {
            const { next, summary } = step;
            expect(
              graph.edges.some((edge) =>
                edge.from === step.location && edge.to === next.location &&
                edge.summary.followedBy(next.summary).equals(summary)
              ),
            ).toBe(true);
          }
          expect(end.location).toBe(target);
          expect(end.summary.isIdentity).toBe(true);
        }
      }
    }
  });

  it("finds a shortest path", () => {
    const identity = progress.Summary.identity(1);
    const graph = {
      locations: Array.from({ length: 5 }, (_unused, i) => ({
        depth: 1,
        name: `${i}`,
        watched: true,
      })),
      edges: [[0, 1], [1, 2], [2, 4], [0, 3], [3, 4]].map(([from, to]) => ({
        from,
        to,
        summary: identity,
      })),
    };
    const [path] = pathsTo(graph, 4).get(0)!;
    expect([path.location, path.next!.location, path.next!.next!.location]).toEqual([0, 3, 4]);
  });
});

describe("frontiersOf", () => {
  it("is what minimal summaries make of what is outstanding, at every location", () => {
    for (let seed = 100; seed < 160; seed++) {
      const random = new Random(seed);
      const graph = randomProgressGraph(random);
      const known = progress.minimalSummaries(graph);
      const outstanding = Array.from({ length: random.below(6) }, () => {
        const location = random.below(graph.locations.length);
        return { location, time: randomTime(random, graph.locations[location].depth) };
      });
      const found = frontiersOf(graph, outstanding);
      for (const location of graph.locations.keys()) {
        expect(found[location].equals(known.frontierAt(location, outstanding))).toBe(true);
        for (const element of found[location].elements) {
          expect(outstanding.some((stamp) => known.couldResultIn(stamp, element, location)))
            .toBe(true);
        }
      }
    }
  });

  it("brings nothing beyond the safe integers", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const graph = {
      locations: [{ depth: 1, name: "a", watched: true }, { depth: 1, name: "b", watched: true }],
      edges: [{ from: 0, to: 1, summary: progress.Summary.feedback(1) }],
    };
    const [a, b] = frontiersOf(graph, [{ location: 0, time: most }]);
    expect(a.elements).toEqual([most]);
    expect(b.isEmpty).toBe(true);
  });
});
