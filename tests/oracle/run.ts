import type * as Progress from "../../progress/mod.ts";
import { graphDifference, progressGraph, type ProgressRoom } from "./graph_checks.ts";
import { BruteForce } from "./naive.ts";
import { Random } from "./random.ts";
import { type RandomGraph, randomGraph } from "./random_graph.ts";
import { type Change, Multiset, type Outstanding, World } from "./world.ts";

/** A disagreement, with what repeats it. */
export class OracleFailure extends Error {
  constructor(readonly seed: number, readonly step: number, what: string) {
    super(
      `seed ${seed}, step ${step}: ${what}\n` +
        `repeat with: deno task oracle --seed ${seed} --steps ${step}`,
    );
    this.name = "OracleFailure";
  }
}

/** Steps on one random graph before the next is made. */
export const STEPS_PER_GRAPH = 700;

/** Sums over a run, printed so that one sees what was really exercised. */
export interface Totals {
  graphs: number;
  steps: number;
  checks: number;
  cyclic: number;
  nested3: number;
  merged: number;
  incomparable: number;
  negatives: number;
}

/**
 * Runs the tracker against the brute force for a number of steps, on a new graph every
 * `STEPS_PER_GRAPH`; the graph after the k-th has seed + k, so that any of them can be repeated
 * alone.
 */
export function runOracle(room: ProgressRoom, seed: number, steps: number): Totals {
  const totals: Totals = {
    graphs: 0,
    steps: 0,
    checks: 0,
    cyclic: 0,
    nested3: 0,
    merged: 0,
    incomparable: 0,
    negatives: 0,
  };
  for (let s = seed; totals.steps < steps; s++) {
    const count = Math.min(STEPS_PER_GRAPH, steps - totals.steps);
    new Session(room, s, totals).run(count);
    totals.steps += count;
    totals.graphs++;
  }
  return totals;
}

const toTime = (time: readonly number[]): Progress.Time => time.length === 1 ? time[0] : time;

/** A tracker with the locations that are watched; two of them follow every run. */
interface Subject {
  readonly label: string;
  readonly plan: Progress.TrackerPlan;
  readonly tracker: Progress.Tracker;
  readonly changes: Progress.ChangeBatch;
  readonly watched: readonly number[];
  /** The sums of what the tracker was told, at the locations that its slots stand for. */
  readonly view: Multiset;
  /** For each slot how often the last propagation reported it. */
  readonly reported: Uint8Array;
}

/**
 * One random graph. `full` watches every location and is compared at every one after every step;
 * `part` watches some, so that the rest may be contracted, and is compared at those. With several
 * workers batches travel, in order for each sender, and counts are negative on the way: both must
 * then equal the brute force over the positive counts they were told, and both must be safe, that
 * is, never report complete what is truly outstanding. Some graphs get arbitrary changes instead.
 */
class Session {
  readonly random: Random;
  readonly graph: RandomGraph;
  readonly brute: BruteForce;
  readonly world: World;
  readonly full: Subject;
  readonly part: Subject;
  /** For each worker the batches on their way, in order. */
  readonly queues: Change[][][];
  /** Whether the changes are arbitrary instead of a legal run's. */
  readonly chaotic: boolean;
  step = 0;

  constructor(readonly room: ProgressRoom, readonly seed: number, readonly totals: Totals) {
    const random = this.random = new Random(seed);
    const graph = this.graph = randomGraph(random, {
      nesting: random.pick([0, 1, 2, 3, 3, 3]),
      lean: random.chance(0.2),
    });
    const workers = random.pick([1, 1, 2, 3]);
    this.chaotic = random.chance(0.2);
    const remoteShare = workers === 1 || this.chaotic ? 0 : random.pick([0, 0.3, 0.6]);
    const remote = graph.locations.map(({ kind }) =>
      kind === "target" && random.chance(remoteShare)
    );
    this.world = new World(random, graph, workers, remote);
    this.queues = Array.from({ length: this.world.workers }, () => []);
    this.brute = new BruteForce(graph.locations.map(({ depth }) => depth), graph.psi);
    const share = random.next();
    this.full = this.#subject("all watched", graph.locations.map(() => true));
    // Every other time few are watched, so that whole loops are contracted.
    const few = random.chance(0.5) ? [0, 1].map(() => random.below(graph.locations.length)) : null;
    const some = graph.locations.map((_, l) => few?.includes(l) ?? random.chance(share));
    this.part = this.#subject("some watched", some);
    const wrong = this.#attempt(() => graphDifference(room, graph, random));
    if (wrong !== undefined) this.#fail(wrong);
    this.#count();
  }

  run(steps: number): void {
    for (this.step = 1; this.step <= steps; this.step++) {
      if (this.chaotic) this.#chaoticStep();
      else if (this.world.workers === 1) this.#directStep();
      else this.#transitStep();
    }
    this.#finish();
  }

  /** One batch or a few merged ones are applied at once; then everything is compared. */
  #directStep(): void {
    const { world, random } = this;
    const fresh = world.truth.entries.length === 0;
    const batch = fresh ? world.start(0) : world.step(0);
    while (random.chance(0.1)) batch.push(...world.step(0));
    this.#deliver(batch);
    this.#propagate();
    this.#load(world.truth);
    for (const subject of [this.full, this.part]) {
      this.#compare(subject);
      this.#checkChanges(subject, !fresh);
    }
  }

  /** Arbitrary counts: there is no truth, only the arithmetic of what the trackers were told. */
  #chaoticStep(): void {
    this.#deliver(this.world.chaos());
    this.#propagate();
    this.#compareViews();
  }

  #compareViews(): void {
    for (const subject of [this.full, this.part]) {
      this.#load(subject.view);
      this.#compare(subject);
    }
  }

  /** A worker acts, and some batches arrive, each sender's in order. */
  #transitStep(): void {
    const { world, random, queues } = this;
    const fresh = world.truth.entries.length === 0 && queues.every((queue) => queue.length === 0);
    const worker = random.below(world.workers);
    const batch = fresh
      ? world.start(worker)
      : world.step(worker, (message) => this.#checkDelivery(message));
    if (fresh) this.#deliver(batch);
    else if (batch.length > 0) queues[worker].push(batch);
    const everything = random.chance(0.03);
    for (const queue of queues) {
      while (queue.length > 0 && (everything || queue.length > 12 || random.chance(0.25))) {
        this.#deliver(queue.shift()!);
      }
    }
    this.#propagate();
    this.#compareViews();
    if (everything) this.#compareViewWithTruth();
    this.#load(world.truth);
    for (const subject of [this.full, this.part]) this.#checkSafety(subject);
  }

  /** L1: what is left is delivered, everything is released, and all frontiers are empty. */
  #finish(): void {
    for (const queue of this.queues) queue.splice(0).forEach((batch) => this.#deliver(batch));
    this.#deliver(
      this.world.truth.entries.map(({ location, time, count }) => ({
        location,
        time,
        delta: -count,
      })),
    );
    this.#propagate();
    for (const { tracker, plan, label } of [this.full, this.part]) {
      if (!tracker.allEmpty()) this.#fail(`allEmpty is false at the end, ${label}`);
      plan.slots.forEach((slot, index) => {
        if (!tracker.isEmpty(index)) this.#fail(`the frontier at ${slot.name} is not empty`);
      });
    }
  }

  /** The positive counts go into the brute force. */
  #load(counts: Multiset): void {
    this.brute.restart();
    for (const { location, time, count } of counts.entries) {
      if (count > 0) this.brute.add(location, time);
      else if (counts === this.world.truth) this.#fail("the truth has a negative count");
      else if (counts === this.full.view) this.totals.negatives++;
    }
  }

  /** S1: the frontiers are those of the brute force, and so are the answers made of them. */
  #compare({ plan, tracker, watched, label }: Subject): void {
    const { brute, random } = this;
    this.totals.checks += watched.length;
    let outstanding = false;
    for (const l of watched) {
      const slot = plan.slotOf[l];
      const frontier = tracker.frontier(slot);
      if (!brute.matches(l, frontier)) {
        const times = (list: readonly Progress.Time[]) => `{${list.map(String).join(" | ")}}`;
        this.#fail(
          `frontier at ${this.#name(l)}, ${label}, is ${times(frontier)}, ` +
            `must be ${times(brute.frontier(l))}`,
        );
      }
      if (frontier.length > 0) outstanding = true;
      if (tracker.isEmpty(slot) !== (frontier.length === 0)) this.#fail("isEmpty is wrong");
    }
    if (watched.length === brute.depths.length && tracker.allEmpty() === outstanding) {
      this.#fail(`allEmpty is ${!outstanding}`);
    }
    if (watched.length === 0) return;
    const l = random.pick(watched);
    const time = Array.from({ length: brute.depths[l] }, () => random.below(this.step % 40 + 2));
    if (random.chance(0.2)) time[time.length - 1] = Infinity;
    if (tracker.isComplete(plan.slotOf[l], toTime(time)) === brute.lessEqual(l, time)) {
      this.#fail(`isComplete([${time}]) at ${this.#name(l)} is ${brute.lessEqual(l, time)}`);
    }
  }

  /** Exactly the changed frontiers are reported, once each, and none goes back (S3). */
  #checkChanges({ plan, watched, reported }: Subject, ordered: boolean): void {
    const { brute } = this;
    for (const l of watched) {
      const changed = brute.changed(l);
      const times = reported[plan.slotOf[l]];
      if (times !== (changed ? 1 : 0)) {
        this.#fail(`change ${changed} at ${this.#name(l)} was reported ${times} times`);
      }
      if (ordered && changed && !brute.neverWentBack(l)) {
        this.#fail(`frontier at ${this.#name(l)} went back`);
      }
    }
  }

  /** S2: what is being delivered cannot have been reported complete. */
  #checkDelivery({ location, time }: Outstanding): void {
    for (const { plan, tracker, watched } of [this.full, this.part]) {
      if (!watched.includes(location)) continue;
      if (tracker.isComplete(plan.slotOf[location], toTime(time))) {
        this.#fail(`a message at [${time}] comes to ${this.#name(location)} after its completion`);
      }
    }
  }

  /** Whatever is truly outstanding, the tracker's frontier is at or before what it results in. */
  #checkSafety({ plan, tracker, watched, label }: Subject): void {
    for (const l of watched) {
      const late = this.brute.notCoveredBy(l, tracker.frontier(plan.slotOf[l]));
      if (late === undefined) continue;
      this.#fail(
        `[${late}] is reported complete at ${this.#name(l)} while it can still come, ${label}`,
      );
    }
  }

  /** S4: with nothing in transit the view is the truth. */
  #compareViewWithTruth(): void {
    const sum = new Multiset();
    for (const { location, time, count } of this.full.view.entries) {
      sum.add(location, time, 0, count);
    }
    for (const { location, time, count } of this.world.truth.entries) {
      sum.add(location, time, 0, -count);
    }
    if (sum.entries.length > 0) this.#fail("the tracker's view is not the truth");
  }

  #deliver(batch: readonly Change[]): void {
    for (const { plan, changes, tracker, view } of [this.full, this.part]) {
      for (const { location, time, delta } of batch) {
        const summary = plan.summaryTo[location];
        const slot = plan.slotOf[location];
        const counted = summary === null ? toTime(time) : summary.apply(toTime(time));
        changes.add(slot, counted, delta);
        const list = typeof counted === "number" ? [counted] : counted;
        view.add(plan.slots[slot].location, list, 0, delta);
      }
      this.#attempt(() => tracker.apply(changes));
      changes.clear();
    }
  }

  #propagate(): void {
    for (const { tracker, reported } of [this.full, this.part]) {
      reported.fill(0);
      this.#attempt(() => tracker.propagate((slot) => reported[slot]++));
    }
  }

  #subject(label: string, watches: readonly boolean[]): Subject {
    const { room } = this;
    const { graph, world } = this;
    const told = progressGraph(room, graph, graph.edges, (l) => ({
      watched: watches[l],
      remote: world.remote[l],
    }));
    const plan = this.#attempt(() => room.planTracker(told));
    return {
      label,
      plan,
      tracker: new room.Tracker(plan),
      changes: new room.ChangeBatch(),
      view: new Multiset(),
      watched: watches.flatMap((watch, l) => watch ? [l] : []),
      reported: new Uint8Array(plan.slots.length),
    };
  }

  #count(): void {
    const { graph, totals } = this;
    if (this.full.plan.components.some(({ cyclic }) => cyclic)) totals.cyclic++;
    if (graph.locations.some(({ depth }) => depth === 4)) totals.nested3++;
    if (graph.psi.some((sets) => sets.some((set) => set.length > 1))) totals.incomparable++;
    totals.merged += this.part.plan.slotOf.length - this.part.plan.slots.length;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#fail(`threw ${error instanceof Error ? error.message : error}`);
    }
  }

  #name(location: number): string {
    return `"${this.graph.locations[location].name}"`;
  }

  #fail(what: string): never {
    const workers = `${this.world.workers} worker${this.world.workers === 1 ? "" : "s"}`;
    throw new OracleFailure(this.seed, this.step, `${what} (${workers})`);
  }
}
