import type { NaiveEdge, NaiveSummary } from "./naive.ts";
import type { Random } from "./random.ts";
import type { RandomGraph } from "./random_graph.ts";

/** One change of an atomic batch. */
export interface Change {
  readonly location: number;
  readonly time: readonly number[];
  readonly delta: number;
}

/** Something outstanding: messages at a target or capabilities at a source, of one worker. */
export interface Outstanding {
  readonly location: number;
  readonly time: readonly number[];
  readonly worker: number;
  count: number;
}

export const applyTerms = (terms: NaiveSummary, time: readonly number[]): number[] =>
  terms.map(({ from, add }) => from < 0 ? add : time[from] + add);

export const sameTime = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** A multiset of pointstamps in a short list, for the truth and for views of it. */
export class Multiset {
  readonly entries: Outstanding[] = [];

  add(location: number, time: readonly number[], worker: number, delta: number): void {
    const at = this.entries.findIndex((entry) =>
      entry.location === location && entry.worker === worker && sameTime(entry.time, time)
    );
    if (at < 0) {
      this.entries.push({ location, time, worker, count: delta });
      return;
    }
    const entry = this.entries[at];
    entry.count += delta;
    if (entry.count !== 0) return;
    // The order does not matter, so the last one takes the place.
    const last = this.entries.pop()!;
    if (at < this.entries.length) this.entries[at] = last;
  }
}

/**
 * The truth about what is outstanding, and random steps that the model allows: every pointstamp a
 * step makes is covered by one it consumes or holds (S5), so true counts are never negative (S4).
 */
export class World {
  readonly truth = new Multiset();
  readonly #out: NaiveEdge[][];

  constructor(
    readonly random: Random,
    readonly graph: RandomGraph,
    readonly workers: number,
    /** Targets that messages from other workers arrive at. */
    readonly remote: readonly boolean[],
  ) {
    this.#out = graph.locations.map(() => []);
    for (const edge of graph.edges) this.#out[edge.from].push(edge);
  }

  /** New capabilities at the inputs, as at the start of a run; sometimes elsewhere as well. */
  start(worker: number): Change[] {
    const { random, graph } = this;
    const changes: Change[] = [];
    for (const location of graph.inputs) {
      if (changes.length > 0 && random.chance(0.3)) continue;
      this.#change(changes, location, [random.below(4)], worker, 1);
    }
    return changes;
  }

  /**
   * Changes that no vertex makes, for the arithmetic alone: any counts anywhere, negative ones as
   * well. Legal runs cannot tell a negative count from none, because something positive always lies
   * before it.
   */
  chaos(): Change[] {
    const { random, graph } = this;
    const changes: Change[] = [];
    for (let i = random.between(1, 3); i > 0; i--) {
      if (this.truth.entries.length > random.below(24)) {
        const { location, time, count } = random.pick(this.truth.entries);
        this.#change(changes, location, time, 0, -count);
      } else {
        const location = random.below(graph.locations.length);
        const time = Array.from(
          { length: graph.locations[location].depth },
          () => random.below(random.pick([2, 4, 12])),
        );
        this.#change(changes, location, time, 0, random.pick([-2, -1, 1, 1, 2]));
      }
    }
    return changes;
  }

  /** One callback's effect: consume or use something this worker owns. */
  step(worker: number, beforeConsuming?: (message: Outstanding) => void): Change[] {
    const { random } = this;
    const owned = this.workers === 1
      ? this.truth.entries
      : this.truth.entries.filter((entry) => entry.worker === worker);
    if (owned.length === 0) return [];
    const entry = random.pick(owned);
    const crowded = this.truth.entries.length > 9;
    const changes: Change[] = [];
    if (this.graph.locations[entry.location].kind === "target") {
      beforeConsuming?.(entry);
      this.#consume(changes, entry, crowded);
    } else this.#useCapability(changes, entry, crowded);
    return changes;
  }

  /** A message is consumed; capabilities are retained and messages sent with its right. */
  #consume(changes: Change[], message: Outstanding, crowded: boolean): void {
    const { random } = this;
    const { location, time, worker } = message;
    this.#change(changes, location, time, worker, -1);
    for (const inner of this.#out[location]) {
      const right = applyTerms(inner.terms, time);
      if (random.chance(crowded ? 0.15 : 0.35)) {
        this.#change(changes, inner.to, this.#later(right), worker, 1);
      }
      for (const channel of this.#out[inner.to]) {
        if (random.chance(crowded ? 0.25 : 0.6)) this.#send(changes, channel, right, worker);
      }
    }
  }

  /** A capability is used to send, downgraded or dropped. */
  #useCapability(changes: Change[], held: Outstanding, crowded: boolean): void {
    const { random } = this;
    const { location, time, worker } = held;
    for (const channel of this.#out[location]) {
      if (random.chance(crowded ? 0.1 : 0.6)) this.#send(changes, channel, time, worker);
    }
    const fate = random.next();
    if (fate < 0.35) return;
    this.#change(changes, location, time, worker, -1);
    const input = this.graph.inputs.includes(location);
    if (fate < (crowded && !input ? 0.45 : input ? 0.95 : 0.7)) {
      this.#change(changes, location, this.#later(time, true), worker, 1);
    }
  }

  #send(changes: Change[], channel: NaiveEdge, right: readonly number[], worker: number): void {
    const { random } = this;
    const receiver = this.remote[channel.to] ? random.below(this.workers) : worker;
    const time = this.#later(applyTerms(channel.terms, right));
    this.#change(changes, channel.to, time, receiver, random.chance(0.1) ? 2 : 1);
  }

  /** A time at or after this one, strictly after it when asked for. */
  #later(time: readonly number[], strictly = false): readonly number[] {
    const { random } = this;
    if (!strictly && random.chance(0.75)) return time;
    const later = [...time];
    do {
      later[random.below(later.length)] += random.chance(0.9) ? 1 : random.between(2, 9);
    } while (random.chance(0.2));
    return later;
  }

  #change(
    changes: Change[],
    location: number,
    time: readonly number[],
    worker: number,
    delta: number,
  ): void {
    this.truth.add(location, time, worker, delta);
    changes.push({ location, time, delta });
  }
}
