import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Antichain,
  findBadCycles,
  minimalSummaries,
  planTracker,
  type ProgressGraph,
  Summary,
  type TrackerPlan,
} from "../../progress/mod.ts";
import { anyGraph } from "./arbitraries.ts";

const id = Summary.identity;

function chain(length: number, watched: readonly number[] = []): ProgressGraph {
  return {
    locations: Array.from({ length }, (_, i) => ({
      depth: 1,
      name: `l${i}`,
      watched: watched.includes(i),
    })),
    edges: Array.from({ length: length - 1 }, (_, i) => ({ from: i, to: i + 1, summary: id(1) })),
  };
}

/** The slots of watched locations, ascending. */
const watchedOf = ({ slots }: TrackerPlan) =>
  slots.flatMap((slot, index) => slot.watched ? [index] : []);

describe("planTracker", () => {
  it("keeps the minimal summaries to every watched location", () => {
    const good = anyGraph.filter((graph) => findBadCycles(graph).length === 0);
    let merged = 0;
    fc.assert(
      fc.property(good, (graph) => {
        const plan = planTracker(graph);
        merged += graph.locations.length - plan.slots.length;
        const contracted: ProgressGraph = {
          locations: plan.slots,
          edges: plan.slots.flatMap((slot, from) => slot.edges.map((e) => ({ from, ...e }))),
        };
        const before = minimalSummaries(graph);
        const after = minimalSummaries(contracted);
        graph.locations.forEach((location, l) => {
          const there = plan.summaryTo[l] ?? id(location.depth);
          for (const slot of watchedOf(plan)) {
            const through = after.between(plan.slotOf[l], slot).map((s) => there.followedBy(s));
            const direct = before.between(l, plan.slots[slot].location);
            expect(Antichain.ofSummaries(through).equals(Antichain.ofSummaries(direct))).toBe(true);
          }
        });
      }),
      { numRuns: 500 },
    );
    expect(merged).toBeGreaterThan(50);
  });

  it("makes a chain that nobody watches one slot", () => {
    const plan = planTracker(chain(1000));
    expect(plan.slots).toHaveLength(1);
    expect(plan.slots[0].location).toBe(999);
    expect(plan.summaryTo.every((summary) => summary === null)).toBe(true);
  });

  it("never merges a watched location away, and merges others into it", () => {
    const plan = planTracker(chain(5, [2]));
    expect([...plan.slotOf]).toEqual([0, 0, 0, 1, 1]);
    expect(watchedOf(plan)).toEqual([0]);
    expect(plan.slots.map(({ location }) => location)).toEqual([2, 4]);
  });

  it("merges nothing into a location that other workers send to, nor through it", () => {
    const graph = chain(4);
    const locations = graph.locations.map((l, i) => ({ ...l, remote: i === 1 }));
    // The remote location itself may be merged; what led to it must then stay apart from that.
    const plan = planTracker({ ...graph, locations });
    expect([...plan.slotOf]).toEqual([0, 1, 1, 1]);
  });

  it("composes the summaries on the way", () => {
    const graph: ProgressGraph = {
      locations: [1, 2, 2, 1].map((depth, i) => ({ depth, name: `l${i}`, watched: i === 2 })),
      edges: [
        { from: 0, to: 1, summary: Summary.ingress(1) },
        { from: 1, to: 2, summary: Summary.feedback(2, 3) },
        { from: 2, to: 3, summary: Summary.egress(2) },
      ],
    };
    const plan = planTracker(graph);
    expect(plan.summaryTo.map((s) => s === null ? null : String(s)))
      .toEqual(["[a,3]", "[a,b+3]", null, null]);
  });

  it("does not drop an edge to itself that is below the identity", () => {
    const graph: ProgressGraph = {
      locations: [2, 1].map((depth, i) => ({ depth, name: `l${i}`, watched: i === 0 })),
      edges: [
        { from: 0, to: 1, summary: new Summary(2, [1]) },
        { from: 1, to: 0, summary: Summary.ingress(1) },
        { from: 0, to: 0, summary: Summary.feedback(2) },
      ],
    };
    const plan = planTracker(graph);
    expect(plan.components.some(({ cyclic }) => cyclic)).toBe(true);
  });

  it("puts everything upstream before everything downstream", () => {
    const good = anyGraph.filter((graph) => findBadCycles(graph).length === 0);
    fc.assert(fc.property(good, (graph) => {
      for (const { edges, component } of planTracker(graph).slots) {
        for (const { to } of edges) {
          expect(planTracker(graph).slots[to].component).toBeGreaterThanOrEqual(component);
        }
      }
    }));
  });

  it("rejects a bad cycle and names it", () => {
    const graph = chain(2);
    const edges = [...graph.edges, { from: 1, to: 0, summary: id(1) }];
    expect(() => planTracker({ ...graph, edges })).toThrow(
      'MEANDER_CYCLE  Cannot run a graph with 1 cycle on which time does not advance: "l0" → "l1" ' +
        '→ "l0" takes every time to [a]. Pass a feedback',
    );
  });

  it("rejects edges that do not fit, all at once", () => {
    const graph = chain(2);
    const edges = [
      { from: 0, to: 1, summary: Summary.ingress(1) },
      { from: 0, to: 7, summary: id(1) },
    ];
    expect(() => planTracker({ ...graph, edges })).toThrow(
      'edge 0 from "l0" (depth 1) to "l1" (depth 1) has a summary from depth 1 to 2; ' +
        "edge 1 joins 0 and 7, of 2 locations",
    );
  });
});
