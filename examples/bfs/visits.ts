/**
 * Which nodes a search has found.
 *
 * @module
 */
import type { Batch } from "meander";

/**
 * The nodes that one worker has found, each once. A level comes after all earlier ones, but it may begin while the one
 * before has not been taken yet: another worker may have heard sooner that that one is complete.
 */
export class Visits {
  // Of each node: 0 when it is not known, 1 when it is, 2 or 3 (in turn) when it is of a level not taken yet.
  readonly #known: Uint8Array;
  // In the order in which they were found; one place more than there are nodes, which is written in vain.
  readonly #found: Int32Array;
  #count = 0;
  // Where each level ends that was not taken yet, and where the first of them begins.
  readonly #ends = new Map<number, number>();
  #taken = 0;

  /** For the nodes from 0 up to but not including `nodes`. */
  constructor(nodes: number) {
    this.#known = new Uint8Array(nodes);
    this.#found = new Int32Array(nodes + 1);
  }

  /** Notes what was found. Every node is written down, and only new ones stay: no branch to guess. */
  add(nodes: Batch<number>, level: number): void {
    const known = this.#known;
    const found = this.#found;
    const values = nodes.values();
    const mark = markOf(level);
    let count = this.#count;
    for (let i = 0; i < nodes.length; i++) {
      const node = values[i];
      const before = known[node];
      const isNew = 1 >> before;
      found[count] = node;
      count += isNew;
      known[node] = before + mark * isNew;
    }
    this.#count = count;
    this.#ends.set(level, count);
  }

  /** The nodes of a level that is complete. They stay where they are, so this is no copy. */
  take(level: number): Int32Array {
    const end = this.#ends.get(level) ?? this.#taken;
    const nodes = this.#found.subarray(this.#taken, end);
    if (nodes.length * 16 < this.#known.length) { for (const node of nodes) this.#known[node] = 1; }
    else this.#sort(nodes, markOf(level));
    this.#ends.delete(level);
    this.#taken = end;
    return nodes;
  }

  /** Many nodes are put in order, so that whoever looks them up goes through memory in one direction. */
  #sort(nodes: Int32Array, mark: number): void {
    const known = this.#known;
    let at = 0;
    for (let node = 0; at < nodes.length; node++) {
      const before = known[node];
      const isHere = 1 >> (before ^ mark);
      nodes[at] = node;
      at += isHere;
      known[node] = before - (mark - 1) * isHere;
    }
  }
}

function markOf(level: number): number {
  return 2 + level % 2;
}
