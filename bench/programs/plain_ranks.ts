/**
 * PageRank in whole numbers over plain arrays, round by round, without any of the code that it is held against but
 * the one that makes the graph.
 */
import { edgeAt, endOf, type GraphSize, startOf } from "../../examples/random_graph.ts";

/** What the ranks are in the end. */
export interface Ranked {
  /** How many changes of ranks were sent. */
  readonly deltas: number;
  /** The sum of what the nodes have besides their own. */
  readonly sum: number;
  /** The sum of that times node + 1. */
  readonly checksum: number;
}

let last: { readonly key: string; readonly ranked: Ranked } | undefined;

/** Computes the ranks; what was computed last is remembered, for the runs of one process. */
export function plainRanks(size: GraphSize, rounds: number, salt: number): Ranked {
  const key = `${size.nodes} ${size.edges} ${rounds} ${salt}`;
  if (last?.key !== key) last = { key, ranked: new PlainRanks(size, salt).run(rounds) };
  return last.ranked;
}

class PlainRanks {
  readonly #size: GraphSize;
  readonly #salt: number;
  readonly #targets: number[][];
  readonly #ranks: Float64Array;
  readonly #waiting: Float64Array;
  #arriving: Float64Array;
  #leaving: Float64Array;
  #deltas = 0;

  constructor(size: GraphSize, salt: number) {
    this.#size = size;
    this.#salt = salt;
    this.#targets = Array.from({ length: size.nodes }, () => []);
    this.#ranks = new Float64Array(size.nodes).fill(1000);
    this.#waiting = new Float64Array(size.nodes);
    this.#arriving = new Float64Array(size.nodes);
    this.#leaving = new Float64Array(size.nodes);
  }

  run(rounds: number): Ranked {
    const { nodes, edges } = this.#size;
    for (let i = 0; i < edges; i++) {
      const edge = edgeAt(this.#salt, i, nodes);
      this.#targets[startOf(edge)].push(endOf(edge));
    }
    for (let node = 0; node < nodes; node++) {
      this.#targets[node].sort((a, b) => a - b);
      this.#handOn(node, 0, 1000);
    }
    for (let round = 1; this.#turn() || round <= rounds; round++) {
      if (round <= rounds) this.#changeEdges(round);
      this.#arrive();
    }
    const received = this.#ranks.map((rank, node) => rank + this.#waiting[node] - 1000);
    return {
      deltas: this.#deltas,
      sum: received.reduce((sum, each) => sum + each, 0),
      checksum: received.reduce((sum, each, node) => sum + each * (node + 1), 0),
    };
  }

  /** What has left arrives next; false when that is nothing. */
  #turn(): boolean {
    [this.#arriving, this.#leaving] = [this.#leaving, this.#arriving];
    return this.#arriving.some((difference) => difference !== 0);
  }

  #changeEdges(round: number): void {
    const { nodes, edges } = this.#size;
    const added = edgeAt(this.#salt, edges + round - 1, nodes);
    const removed = edgeAt(this.#salt, round - 1, nodes);
    const changed = new Set([startOf(added), startOf(removed)]);
    for (const node of changed) this.#handOn(node, this.#ranks[node], 0);
    this.#targets[startOf(added)].push(endOf(added));
    const from = this.#targets[startOf(removed)];
    from.splice(from.indexOf(endOf(removed)), 1);
    for (const node of changed) {
      this.#targets[node].sort((a, b) => a - b);
      this.#handOn(node, 0, this.#ranks[node]);
    }
  }

  #arrive(): void {
    const arriving = this.#arriving;
    for (let node = 0; node < arriving.length; node++) {
      if (arriving[node] === 0) continue;
      const change = this.#waiting[node] + arriving[node];
      arriving[node] = 0;
      const isSmall = Math.abs(change) < 6;
      this.#waiting[node] = isSmall ? change : 0;
      if (isSmall) continue;
      this.#handOn(node, this.#ranks[node], this.#ranks[node] + change);
      this.#ranks[node] += change;
    }
  }

  #handOn(node: number, rankBefore: number, rankAfter: number): void {
    const targets = this.#targets[node];
    const degree = targets.length;
    const before = Math.floor(rankBefore * 5 / 6);
    const after = Math.floor(rankAfter * 5 / 6);
    for (let i = 0; i < degree; i++) {
      const difference = Math.ceil((after - i) / degree) - Math.ceil((before - i) / degree);
      if (difference === 0) continue;
      this.#leaving[targets[i]] += difference;
      this.#deltas++;
    }
  }
}
