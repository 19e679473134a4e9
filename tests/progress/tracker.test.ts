import { describe, expect, it } from "vitest";
import {
  ChangeBatch,
  planTracker,
  type ProgressGraph,
  Summary,
  type Time,
  Tracker,
} from "../../progress/mod.ts";

const id = Summary.identity;
const largest = Number.MAX_SAFE_INTEGER;

/** A tracker that is told about locations, one batch at a time. */
function track(graph: ProgressGraph) {
  const plan = planTracker(graph);
  const tracker = new Tracker(plan);
  const changes = new ChangeBatch();
  const names = graph.locations.map(({ name }) => name);
  const slot = (name: string) => plan.slotOf[names.indexOf(name)];
  return {
    tracker,
    slot,
    /** Applies one atomic batch; returns the names of the watched slots that changed. */
    tell(...batch: [name: string, time: Time, delta: number][]): string[] {
      for (const [name, time, delta] of batch) {
        const summary = plan.summaryTo[names.indexOf(name)];
        changes.add(slot(name), summary?.apply(time) ?? time, delta);
      }
      tracker.apply(changes);
      changes.clear();
      const reported: string[] = [];
      tracker.propagate((index) => reported.push(plan.slots[index].name));
      return reported;
    },
    frontier: (name: string) => tracker.frontier(slot(name)),
  };
}

function graphOf(
  locations: Record<string, number>,
  edges: [from: string, to: string, summary: Summary][],
  options: { unwatched?: string[]; remote?: string[] } = {},
): ProgressGraph {
  const names = Object.keys(locations);
  return {
    locations: names.map((name) => ({
      name,
      depth: locations[name],
      watched: !options.unwatched?.includes(name),
      remote: options.remote?.includes(name) ?? false,
    })),
    edges: edges.map(([from, to, summary]) => ({
      from: names.indexOf(from),
      to: names.indexOf(to),
      summary,
    })),
  };
}

const loop = graphOf({ input: 1, body: 2, back: 2, output: 1 }, [
  ["input", "body", Summary.ingress(1)],
  ["body", "back", id(2)],
  ["back", "body", Summary.feedback(2)],
  ["body", "output", Summary.egress(2)],
]);

describe("Tracker", () => {
  it("has empty frontiers at first, and again when nothing is outstanding", () => {
    const { tracker, tell, slot } = track(loop);
    expect(tracker.allEmpty()).toBe(true);
    tell(["input", 0, 1]);
    expect(tracker.allEmpty()).toBe(false);
    expect(tracker.isEmpty(slot("output"))).toBe(false);
    tell(["input", 0, -1]);
    expect(tracker.allEmpty()).toBe(true);
    expect(tracker.isEmpty(slot("output"))).toBe(true);
    expect(tracker.frontier(slot("output"))).toEqual([]);
    expect(tracker.isComplete(slot("output"), Infinity)).toBe(true);
  });

  it("follows a message round a loop and out of it", () => {
    const { tell, frontier } = track(loop);
    tell(["input", 3, 1]);
    expect([frontier("body"), frontier("back"), frontier("output")]).toEqual([[[3, 0]], [[3, 0]], [
      3,
    ]]);
    tell(["input", 3, -1], ["body", [3, 0], 1]);
    expect(frontier("input")).toEqual([]);
    tell(["body", [3, 0], -1], ["back", [3, 0], 1]);
    expect(frontier("body")).toEqual([[3, 1]]);
    tell(["back", [3, 0], -1], ["body", [3, 1], 1]);
    expect(frontier("back")).toEqual([[3, 1]]);
    expect(frontier("output")).toEqual([3]);
    tell(["body", [3, 1], -1]);
    expect(frontier("output")).toEqual([]);
  });

  it("reports each changed watched slot once, and no other", () => {
    const { tell } = track(loop);
    expect(tell(["input", 0, 1]).sort()).toEqual(["back", "body", "input", "output"]);
    expect(tell(["input", 0, 1])).toEqual([]);
    expect(tell(["input", 0, -1], ["body", [0, 4], 1])).toEqual([]);
    expect(tell(["input", 0, -1], ["input", 1, 1]).sort())
      .toEqual(["back", "body", "input"]);
    expect(tell()).toEqual([]);
  });

  it("answers by the partial order when times have several coordinates", () => {
    const { tracker, tell, slot } = track(loop);
    tell(["body", [2, 5], 1], ["body", [4, 1], 1]);
    expect(tracker.frontier(slot("body"))).toEqual([[2, 5], [4, 1]]);
    expect(tracker.isComplete(slot("body"), [3, 4])).toBe(true);
    expect(tracker.isComplete(slot("body"), [3, 5])).toBe(false);
    expect(tracker.isComplete(slot("body"), [4, 0])).toBe(true);
    expect(tracker.isComplete(slot("body"), [1, Infinity])).toBe(true);
    expect(tracker.isComplete(slot("body"), [2, Infinity])).toBe(false);
    expect(tracker.isComplete(slot("output"), 1)).toBe(true);
    expect(tracker.isComplete(slot("output"), 2)).toBe(false);
  });

  it("never changes a frontier that it handed out", () => {
    const { tell, frontier } = track(loop);
    tell(["body", [2, 5], 1], ["input", 7, 1]);
    const [body, input] = [frontier("body"), frontier("input")];
    tell(["body", [2, 5], -1], ["body", [1, 1], 1], ["input", 7, -1]);
    expect(body).toEqual([[2, 5], [7, 0]]);
    expect(input).toEqual([7]);
  });

  it("keeps negative counts until what they belong to arrives", () => {
    const { tracker, tell, frontier, slot } = track(loop);
    tell(["input", 0, 1]);
    // The receiver's report comes before the sender's.
    tell(["body", [0, 0], -1]);
    expect(frontier("body")).toEqual([[0, 0]]);
    expect([...tracker.pointstamps(slot("body"))]).toEqual([[[0, 0], -1]]);
    tell(["input", 0, -1], ["body", [0, 0], 1]);
    expect(tracker.allEmpty()).toBe(true);
    expect([...tracker.pointstamps(slot("body"))]).toEqual([]);
  });

  it("does not let a consumption cancel a capability when messages change the worker", () => {
    const graph = (remote: string[]) =>
      graphOf({ source: 1, target: 1 }, [["source", "target", id(1)]], {
        unwatched: ["source"],
        remote,
      });
    // A holds a capability at 5 and has sent a message there; B has consumed it. B's report is
    // the first to arrive, while A's capability is still held.
    const safe = track(graph(["target"]));
    safe.tell(["source", 5, 1]);
    safe.tell(["target", 5, -1]);
    expect(safe.frontier("target")).toEqual([5]);
    // Where one worker reports both, the order cannot be this one, and merging is right.
    const merged = track(graph([]));
    expect(merged.slot("source")).toBe(merged.slot("target"));
  });

  it("settles a long loop in as many steps as there are open times", () => {
    const { tell, frontier } = track(loop);
    for (let i = 0; i < 200; i++) tell(["body", [0, i], 1]);
    for (let i = 0; i < 200; i++) {
      expect(frontier("body")).toEqual([[0, i]]);
      tell(["body", [0, i], -1]);
    }
    expect(frontier("output")).toEqual([]);
  });

  it("holds nothing back where the safe integers end", () => {
    const { tracker, tell, frontier } = track(loop);
    tell(["back", [0, largest], 1]);
    expect(frontier("back")).toEqual([[0, largest]]);
    expect(frontier("body")).toEqual([]);
    tell(["back", [0, largest], -1]);
    expect(tracker.allEmpty()).toBe(true);
  });

  it("counts what was merged at its successor", () => {
    const { tracker, tell, slot } = track(graphOf(
      { a: 1, b: 1, c: 1 },
      [["a", "b", Summary.feedback(1, 2)], ["b", "c", id(1)]],
      { unwatched: ["a", "b"] },
    ));
    expect(tell(["a", 3, 1])).toEqual(["c"]);
    expect([...tracker.pointstamps(slot("a"))]).toEqual([[5, 1]]);
    expect(tell(["a", 3, -1], ["b", 5, 1])).toEqual([]);
    expect(tell(["b", 5, -1])).toEqual(["c"]);
  });

  it("answers as of the last propagation", () => {
    const plan = planTracker(loop);
    const tracker = new Tracker(plan);
    const changes = new ChangeBatch();
    changes.add(plan.slotOf[0], 4, 1);
    tracker.apply(changes);
    expect(tracker.frontier(plan.slotOf[0])).toEqual([]);
    tracker.propagate();
    expect(tracker.frontier(plan.slotOf[0])).toEqual([4]);
  });

  it("refuses times of another depth", () => {
    const { tracker, tell, slot } = track(loop);
    expect(() => tell(["body", 1, 1])).toThrow('MEANDER_TIME  Cannot use 1 at "body"');
    const other = track(loop);
    expect(() => other.tell(["output", [1, 2], 1])).toThrow("times there have 1 coordinate.");
    expect(() => tracker.isComplete(slot("body"), 1)).toThrow("times there have 2 coordinates");
    expect(() => tracker.isComplete(slot("output"), [1, 2])).toThrow(TypeError);
  });
});
