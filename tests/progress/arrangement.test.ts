import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrange, compareInComponent } from "../../progress/arrangement.ts";
import { stronglyConnected } from "../../progress/components.ts";
import { compareTimes, findBadCycles, minimalSummaries } from "../../progress/mod.ts";
import { anyGraph, anyTime } from "./arbitraries.ts";

const goodGraph = anyGraph.filter((graph) => findBadCycles(graph).length === 0);

describe("stronglyConnected", () => {
  it("puts together exactly what reaches each other, in the direction of the edges", () => {
    fc.assert(fc.property(anyGraph, (graph) => {
      const nodes = graph.locations.map((_, l) => l);
      const components = stronglyConnected(nodes, graph.edges);
      const position = (l: number) => components.findIndex((members) => members.includes(l));
      const summaries = minimalSummaries(graph);
      const reaches = (a: number, b: number) => summaries.between(a, b).length > 0;
      expect(components.flat().sort()).toEqual(nodes);
      for (const a of nodes) {
        for (const b of nodes) {
          if (!reaches(a, b)) continue;
          expect(position(a) === position(b)).toBe(reaches(b, a));
          expect(position(a)).toBeLessThanOrEqual(position(b));
        }
      }
    }));
  });
});

describe("the order of propagation", () => {
  const cases = goodGraph.chain((graph) => {
    const location = fc.nat(graph.locations.length - 1).chain((l) =>
      fc.tuple(fc.constant(l), anyTime(graph.locations[l].depth))
    );
    return fc.tuple(fc.constant(graph), location, location, location);
  });

  it("extends could-result-in, and is total inside a component", () => {
    let related = 0;
    fc.assert(
      fc.property(cases, ([graph, ...stamps]) => {
        const nodes = graph.locations.map((_, l) => l);
        // Edges from a location to itself at or above the identity are dropped before.
        const edges = graph.edges.filter(({ from, to, summary }) =>
          from !== to || summary.kept < summary.sourceDepth
        );
        const { keys, components } = arrange(nodes, edges);
        const component = (l: number) => components.findIndex((members) => members.includes(l));
        const summaries = minimalSummaries(graph);
        const compare = (a: typeof stamps[0], b: typeof stamps[0]) =>
          component(a[0]) - component(b[0]) ||
          compareInComponent(keys.get(a[0])!, a[1], keys.get(b[0])!, b[1]);
        const [a, b, c] = stamps;
        const same = a[0] === b[0] && compareTimes(a[1], b[1]) === 0;
        expect(compare(a, b) === 0).toBe(same);
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) {
          expect(compare(a, c)).toBeLessThanOrEqual(0);
        }
        if (!same && summaries.couldResultIn({ location: a[0], time: a[1] }, b[1], b[0])) {
          related++;
          expect(compare(a, b)).toBeLessThan(0);
        }
      }),
      { numRuns: 2000 },
    );
    expect(related).toBeGreaterThan(100);
  });
});
