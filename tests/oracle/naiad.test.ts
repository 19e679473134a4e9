import { describe, expect, it } from "vitest";
import {
  ChangeBatch,
  planTracker,
  type ProgressGraph,
  Summary,
  type Time,
  Tracker,
} from "../../progress/mod.ts";
import { NaiadCounters } from "./naiad.ts";
import { closure, identityTerms, type NaiveSummary, withEmptyPaths } from "./naive.ts";
import { Random } from "./random.ts";
import { type RandomGraph, randomGraph } from "./random_graph.ts";
import { applyTerms, sameTime } from "./world.ts";

/** A vertex of Naiad's graph: the ports of one name, all inputs connected to all outputs. */
interface Vertex {
  readonly name: string;
  readonly targets: number[];
  readonly sources: number[];
  terms: NaiveSummary;
}

/** A message on a channel, or a request for a notification at a vertex. */
interface Event {
  readonly kind: "message" | "request";
  /** Index of the channel or the vertex. */
  readonly at: number;
  readonly time: readonly number[];
}

const vertexName = (port: string) => port.replace(/(\.\d+)?[<>]$/, "");
const toTime = (time: readonly number[]): Time => time.length === 1 ? time[0] : time;

function verticesOf(graph: RandomGraph): Vertex[] {
  const byName = new Map<string, Vertex>();
  graph.locations.forEach(({ name, kind, depth }, l) => {
    const key = vertexName(name);
    if (!byName.has(key)) {
      byName.set(key, { name: key, targets: [], sources: [], terms: identityTerms(depth) });
    }
    byName.get(key)![kind === "source" ? "sources" : "targets"].push(l);
  });
  for (const { from, terms } of graph.edges) {
    if (graph.locations[from].kind !== "target") continue;
    byName.get(vertexName(graph.locations[from].name))!.terms = terms;
  }
  return [...byName.values()];
}

/** The same run told to the tracker, by ports, and to Naiad's counters, by vertices and channels. */
class Run {
  readonly graph: RandomGraph;
  readonly vertices: Vertex[];
  readonly channels: { from: number; to: number; source: number; target: number }[];
  readonly naiad: NaiadCounters;
  readonly tracker: Tracker;
  readonly changes = new ChangeBatch();
  readonly slotOf: Int32Array;
  events: Event[] = [];

  constructor(readonly random: Random) {
    const graph = this.graph = randomGraph(random, { nesting: random.between(0, 3), plain: true });
    this.vertices = verticesOf(graph);
    const ownerOf = (port: number) =>
      this.vertices.findIndex(({ name }) => name === vertexName(graph.locations[port].name));
    this.channels = graph.edges
      .filter(({ from }) => graph.locations[from].kind === "source")
      .map(({ from, to }) => ({ from: ownerOf(from), to: ownerOf(to), source: from, target: to }));
    this.naiad = new NaiadCounters(this.#naiadPaths());
    const progress: ProgressGraph = {
      locations: graph.locations.map(({ depth, name }) => ({ depth, name, watched: true })),
      edges: graph.edges.map(({ from, to, terms }) => ({
        from,
        to,
        summary: new Summary(
          graph.locations[from].depth,
          terms.filter((term) => term.from >= 0).map(({ add }) => add),
          terms.filter((term) => term.from < 0).map(({ add }) => add),
        ),
      })),
    };
    const plan = planTracker(progress);
    this.tracker = new Tracker(plan);
    this.slotOf = plan.slotOf;
    this.vertices.forEach(({ targets }, v) => {
      if (targets.length === 0) this.#change({ kind: "request", at: v, time: [0] }, 1);
    });
    this.#publish();
  }

  /** Ψ over Naiad's locations: first the vertices, then the channels. */
  #naiadPaths(): NaiveSummary[][][] {
    const first = this.vertices.length;
    const depths = [
      ...this.vertices.map(({ targets, sources }) =>
        this.graph.locations[(targets[0] ?? sources[0])!].depth
      ),
      ...this.channels.map(({ target }) => this.graph.locations[target].depth),
    ];
    const edges = this.channels.flatMap(({ from, to }, c) => [
      { from, to: first + c, terms: this.vertices[from].terms },
      { from: first + c, to, terms: identityTerms(depths[to]) },
    ]);
    return withEmptyPaths(closure(depths.length, edges), depths);
  }

  #change(event: Event, delta: number): void {
    const { kind, at, time } = event;
    if (kind === "message") {
      this.naiad.change(this.vertices.length + at, time, delta);
      this.changes.add(this.slotOf[this.channels[at].target], toTime(time), delta);
    } else {
      this.naiad.change(at, time, delta);
      for (const source of this.vertices[at].sources) {
        this.changes.add(this.slotOf[source], toTime(time), delta);
      }
    }
    if (delta > 0) this.events.push(event);
    else this.events = this.events.filter((other) => other !== event);
  }

  #publish(): void {
    this.tracker.apply(this.changes);
    this.changes.clear();
    this.tracker.propagate();
  }

  /** Whether a request may be delivered: its time is complete at every input. */
  complete({ at, time }: Event): boolean {
    return this.vertices[at].targets.every((target) =>
      this.tracker.isComplete(this.slotOf[target], toTime(time))
    );
  }

  step(): void {
    const ready = this.events.filter((event) => event.kind === "message" || this.complete(event));
    const event = this.random.pick(ready);
    const vertex = event.kind === "message" ? this.channels[event.at].to : event.at;
    const { terms, targets } = this.vertices[vertex];
    const crowded = this.events.length > 10;
    this.channels.forEach(({ from }, c) => {
      if (from !== vertex || this.random.chance(crowded ? 0.7 : 0.4)) return;
      this.#change({ kind: "message", at: c, time: applyTerms(terms, event.time) }, 1);
    });
    const mayRequest = event.kind === "message" && /v\d+$/.test(this.vertices[vertex].name);
    if (mayRequest && this.random.chance(0.4)) {
      this.#change({ kind: "request", at: vertex, time: this.#later(event.time) }, 1);
    }
    if (targets.length === 0) {
      this.#change({ kind: "request", at: vertex, time: [event.time[0] + 1] }, 1);
    }
    this.#change(event, -1);
    this.#publish();
  }

  #later(time: readonly number[]): readonly number[] {
    const later = [...time];
    if (this.random.chance(0.5)) later[this.random.below(later.length)]++;
    return later;
  }

  /**
   * Naiad holds a request back for an earlier one at the same vertex as well. We hold it back only
   * for what can still reach the inputs; among deliverable ones the scheduler takes earlier first.
   */
  differences(): string[] {
    const requests = this.events.filter(({ kind }) => kind === "request");
    return requests.flatMap((event) => {
      const { at, time } = event;
      const earlier = requests.some((other) =>
        other.at === at && !sameTime(other.time, time) && other.time.every((x, i) => x <= time[i])
      );
      const ours = this.complete(event) && !earlier;
      const naiads = this.naiad.inFrontier(at, time);
      return ours === naiads ? [] : [`${this.vertices[at].name} at [${time}]: Naiad ${naiads}`];
    });
  }
}

describe("the tracker against Naiad's counters", () => {
  it("delivers the same notifications where every input leads to every output", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const run = new Run(new Random(seed));
      for (let step = 1; step <= 250; step++) {
        run.step();
        expect(run.differences(), `seed ${seed}, step ${step}`).toEqual([]);
      }
    }
  });
});
