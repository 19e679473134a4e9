/**
 * Changes of ranks, each a node and a difference in one number: a column of them has no objects.
 *
 * @module
 */
import type { Batch, BodyContext, OutputPort, Time } from "meander";

/** So many nodes at most: all of their ranks together stay below 2³¹. */
export const MOST_NODES: number = 2 ** 18;

/** A change is `node * DELTA_SPAN` and the difference, which is counted from the middle of the span. */
export const DELTA_SPAN: number = 2 ** 32;
const ZERO = 2 ** 31;

/** The node whose rank changes. */
export function nodeOf(delta: number): number {
  return Math.floor(delta / DELTA_SPAN);
}

/** What is added to its rank. */
export function differenceOf(delta: number): number {
  return delta - nodeOf(delta) * DELTA_SPAN - ZERO;
}

/** Sends changes, as many in a batch as an output takes. */
export class DeltaSender {
  readonly #out: OutputPort<number>;
  readonly #pool: BodyContext<number>["pool"];
  #column = new Float64Array(0);
  #length = 0;

  /** For one output. */
  constructor({ out, pool }: Pick<BodyContext<number>, "out" | "pool">) {
    this.#out = out.out;
    this.#pool = pool;
  }

  /** Adds the same difference to all nodes from one place of a list up to but not including another. */
  addTo(time: Time, nodes: Int32Array, from: number, to: number, difference: number): void {
    if (difference === 0) return;
    const addend = difference + ZERO;
    for (let at = from; at < to;) {
      if (this.#length === this.#column.length) {
        this.flush(time);
        this.#column = this.#pool.takeFloat64(this.#out.capacity);
      }
      const column = this.#column;
      let length = this.#length;
      const end = Math.min(to, at + column.length - length);
      while (at < end) column[length++] = nodes[at++] * DELTA_SPAN + addend;
      this.#length = length;
    }
  }

  /** Sends what there is. To be called at the end of each callback. */
  flush(time: Time): void {
    if (this.#column.length > 0) this.#out.sendBuffer(time, this.#column, this.#length);
    this.#column = new Float64Array(0);
    this.#length = 0;
  }
}

/** The changes of one time, added up by node. */
export class DeltaSums {
  readonly #sums: Int32Array;
  // The nodes of the changes, as long as they are few. Then it is quicker to look at all nodes.
  readonly #touched: Int32Array;
  #all: Int32Array | undefined = undefined;
  #count = 0;

  /** For the nodes from 0 up to but not including `nodes`. */
  constructor(nodes: number) {
    this.#sums = new Int32Array(nodes);
    this.#touched = new Int32Array(Math.ceil(nodes / 16));
  }

  /** Adds changes. */
  add(deltas: Batch<number>): void {
    const sums = this.#sums;
    const values = deltas.values();
    if (this.#count + deltas.length <= this.#touched.length) {
      for (let i = 0; i < deltas.length; i++) this.#touched[this.#count + i] = nodeOf(values[i]);
    }
    this.#count += deltas.length;
    for (let i = 0; i < deltas.length; i++) {
      const delta = values[i];
      const node = Math.floor(delta / DELTA_SPAN);
      sums[node] += delta - node * DELTA_SPAN - ZERO;
    }
  }

  /** The nodes with changes; a node may come more than once. */
  nodes(): Int32Array {
    if (this.#count <= this.#touched.length) return this.#touched.subarray(0, this.#count);
    const nodes = this.#all ??= new Int32Array(this.#sums.length + 1);
    let count = 0;
    for (let node = 0; node < this.#sums.length; node++) {
      // Written in any case, and kept where there is a sum: no branch to guess.
      nodes[count] = node;
      count += this.#sums[node] === 0 ? 0 : 1;
    }
    return nodes.subarray(0, count);
  }

  /** The sum for a node, which is forgotten with that. */
  take(node: number): number {
    const sum = this.#sums[node];
    this.#sums[node] = 0;
    return sum;
  }

  /** Itself, to begin anew, when the sum of every node was taken. */
  emptied(): this {
    this.#count = 0;
    return this;
  }
}
