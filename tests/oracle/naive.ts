/**
 * The brute-force oracle's own arithmetic. It shares nothing with `progress/`: a summary is written
 * here as one term for each coordinate of the result, composition is substitution, and reachability
 * is a search over all pairs.
 */

/** A coordinate of a result: a constant (`from` is −1) or a coordinate of the start plus `add`. */
export interface Term {
  readonly from: number;
  readonly add: number;
}
export type NaiveSummary = readonly Term[];

export interface NaiveEdge {
  readonly from: number;
  readonly to: number;
  readonly terms: NaiveSummary;
}

export const identityTerms = (depth: number): NaiveSummary =>
  Array.from({ length: depth }, (_, from) => ({ from, add: 0 }));

export const compose = (first: NaiveSummary, second: NaiveSummary): NaiveSummary =>
  second.map(({ from, add }) =>
    from < 0 ? { from, add } : { from: first[from].from, add: first[from].add + add }
  );

/** Whether the first result is at most the second for every time. */
export function belowEverywhere(a: NaiveSummary, b: NaiveSummary): boolean {
  return a.length === b.length && a.every((x, i) => {
    // A coordinate that grows with the time is below no constant and below no other coordinate; a
    // constant is below a coordinate plus something when it is so at time 0.
    if (x.from >= 0 && x.from !== b[i].from) return false;
    return x.add <= b[i].add;
  });
}

/** Adds to a set of minimal summaries; tells whether it changed. */
function insert(set: NaiveSummary[], summary: NaiveSummary): boolean {
  if (set.some((other) => belowEverywhere(other, summary))) return false;
  for (let i = set.length - 1; i >= 0; i--) {
    if (belowEverywhere(summary, set[i])) set.splice(i, 1);
  }
  set.push(summary);
  return true;
}

/**
 * Minimal summaries over all paths of at least one edge, for every pair: `closure[from][to]`. The
 * search extends the sets by every edge until nothing changes.
 */
export function closure(count: number, edges: readonly NaiveEdge[]): NaiveSummary[][][] {
  const out: NaiveEdge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) out[edge.from].push(edge);
  return out.map((first) => {
    const sets: NaiveSummary[][] = Array.from({ length: count }, () => []);
    const pending: { at: number; summary: NaiveSummary }[] = [];
    for (const { to, terms } of first) {
      if (insert(sets[to], terms)) pending.push({ at: to, summary: terms });
    }
    for (let i = 0; i < pending.length; i++) {
      const { at, summary } = pending[i];
      for (const { to, terms } of out[at]) {
        const longer = compose(summary, terms);
        if (insert(sets[to], longer)) pending.push({ at: to, summary: longer });
      }
    }
    return sets;
  });
}

/**
 * Whether time stands still on some cycle: none of the coordinates it keeps is increased. What lies
 * below such a summary is of the same kind, so looking at the minimal ones is enough.
 */
export function hasBadCycle(paths: readonly NaiveSummary[][][]): boolean {
  return paths.some((sets, l) =>
    sets[l].some((summary) => summary.every(({ from, add }) => from < 0 || add === 0))
  );
}

/** Ψ from the closure: the empty path joins the others. */
export function withEmptyPaths(
  paths: readonly NaiveSummary[][][],
  depths: readonly number[],
): NaiveSummary[][][] {
  return paths.map((sets, l) =>
    sets.map((set, to) => {
      const all = [...set];
      if (l === to) insert(all, identityTerms(depths[l]));
      return all;
    })
  );
}

const WIDTH = 4;
const CAPACITY = 96;

/**
 * Frontiers by brute force: at every location the minimal s(t) over all active pointstamps and all
 * s in Ψ. Flat arrays, because it runs after every step.
 */
export class BruteForce {
  /** For each location, the summaries to all others as to, depth, (from, add) for each coordinate. */
  readonly #programs: Int32Array[];
  /** For each location up to CAPACITY times of WIDTH coordinates. */
  #times: Float64Array;
  #sizes: Int32Array;
  #lastTimes: Float64Array;
  #lastSizes: Int32Array;
  readonly #scratch = new Float64Array(WIDTH);

  constructor(readonly depths: readonly number[], psi: readonly NaiveSummary[][][]) {
    this.#programs = psi.map((sets) =>
      Int32Array.from(sets.flatMap((set, to) =>
        set.flatMap((terms) => [
          to,
          terms.length,
          ...terms.flatMap(({ from, add }) => [from, add]),
        ])
      ))
    );
    this.#times = new Float64Array(depths.length * CAPACITY * WIDTH);
    this.#lastTimes = this.#times.slice();
    this.#sizes = new Int32Array(depths.length);
    this.#lastSizes = this.#sizes.slice();
  }

  /** Forgets the pointstamps; the frontiers become the previous ones. */
  restart(): void {
    [this.#times, this.#lastTimes] = [this.#lastTimes, this.#times];
    [this.#sizes, this.#lastSizes] = [this.#lastSizes, this.#sizes];
    this.#sizes.fill(0);
  }

  /** Adds an active pointstamp. */
  add(location: number, time: readonly number[]): void {
    const program = this.#programs[location];
    const scratch = this.#scratch;
    for (let at = 0; at < program.length;) {
      const to = program[at];
      const depth = program[at + 1];
      at += 2;
      for (let i = 0; i < depth; i++, at += 2) {
        const from = program[at];
        scratch[i] = from < 0 ? program[at + 1] : time[from] + program[at + 1];
      }
      this.#insert(to, depth);
    }
  }

  #insert(location: number, depth: number): void {
    const times = this.#times;
    const scratch = this.#scratch;
    const base = location * CAPACITY * WIDTH;
    const size = this.#sizes[location];
    let kept = 0;
    for (let e = 0; e < size; e++) {
      const at = base + e * WIDTH;
      let below = true;
      let above = true;
      for (let i = 0; i < depth; i++) {
        if (times[at + i] > scratch[i]) below = false;
        if (times[at + i] < scratch[i]) above = false;
      }
      if (below) return;
      if (above) continue;
      if (kept !== e) times.copyWithin(base + kept * WIDTH, at, at + WIDTH);
      kept++;
    }
    if (kept === CAPACITY) throw new Error("the brute force's antichain is full");
    for (let i = 0; i < depth; i++) times[base + kept * WIDTH + i] = scratch[i];
    this.#sizes[location] = kept + 1;
  }

  /** The frontier at a location, for messages and slow comparisons. */
  frontier(location: number): number[][] {
    return Array.from({ length: this.#sizes[location] }, (_, e) => {
      const at = (location * CAPACITY + e) * WIDTH;
      return [...this.#times.subarray(at, at + this.depths[location])];
    });
  }

  /** Whether these are exactly the elements of the frontier at a location. */
  matches(location: number, frontier: readonly (number | readonly number[])[]): boolean {
    const size = this.#sizes[location];
    if (frontier.length !== size) return false;
    for (let e = 0; e < size; e++) {
      if (!this.#contains(this.#times, this.#sizes, location, frontier[e])) return false;
    }
    return true;
  }

  /** An element of the frontier at a location that none of these times is at or before. */
  notCoveredBy(
    location: number,
    times: readonly (number | readonly number[])[],
  ): number[] | undefined {
    const depth = this.depths[location];
    for (let e = 0; e < this.#sizes[location]; e++) {
      const at = (location * CAPACITY + e) * WIDTH;
      const covered = times.some((time) => {
        if (typeof time === "number") return time <= this.#times[at];
        for (let i = 0; i < depth; i++) {
          if (time[i] > this.#times[at + i]) return false;
        }
        return true;
      });
      if (!covered) return this.frontier(location)[e];
    }
    return undefined;
  }

  /** Whether the frontier at a location is another one than before the last restart. */
  changed(location: number): boolean {
    const size = this.#sizes[location];
    if (size !== this.#lastSizes[location]) return true;
    const depth = this.depths[location];
    for (let e = 0; e < size; e++) {
      const at = (location * CAPACITY + e) * WIDTH;
      const time = depth === 1 ? this.#times[at] : this.#times.subarray(at, at + depth);
      if (!this.#contains(this.#lastTimes, this.#lastSizes, location, time)) return true;
    }
    return false;
  }

  /** Whether every element of the frontier has one of the previous frontier at or before it. */
  neverWentBack(location: number): boolean {
    return this.frontier(location).every((time) =>
      this.#hasBelow(this.#lastTimes, this.#lastSizes, location, time)
    );
  }

  /** Whether some element of the frontier at a location is at or before the time. */
  lessEqual(location: number, time: ArrayLike<number>): boolean {
    return this.#hasBelow(this.#times, this.#sizes, location, time);
  }

  #hasBelow(
    times: Float64Array,
    sizes: Int32Array,
    location: number,
    time: ArrayLike<number>,
  ): boolean {
    for (let e = 0; e < sizes[location]; e++) {
      const at = (location * CAPACITY + e) * WIDTH;
      let below = true;
      for (let i = 0; i < this.depths[location]; i++) {
        if (times[at + i] > time[i]) below = false;
      }
      if (below) return true;
    }
    return false;
  }

  #contains(
    times: Float64Array,
    sizes: Int32Array,
    location: number,
    time: number | ArrayLike<number>,
  ): boolean {
    const depth = this.depths[location];
    for (let e = 0; e < sizes[location]; e++) {
      const at = (location * CAPACITY + e) * WIDTH;
      if (typeof time === "number") {
        if (depth === 1 && times[at] === time) return true;
        continue;
      }
      if (depth === 1 || time.length !== depth) continue;
      let same = true;
      for (let i = 0; i < depth; i++) {
        if (times[at + i] !== time[i]) same = false;
      }
      if (same) return true;
    }
    return false;
  }
}
