/**
 * The ranks of one worker's nodes, and how they are handed on.
 *
 * @module
 */
import type { Batch, OutputPort, Time } from "meander";
import { SPAN, startOf } from "../random_graph.ts";
import type { DeltaSender, DeltaSums } from "./deltas.ts";
import { edgeOf, Links } from "./links.ts";

/** What a node has of its own. */
export const OWN = 1000;

/** Changes of a rank that are smaller wait for more. */
export const LEAST_CHANGE = 6;

/** What a node hands on of its rank. */
export function handedOn(rank: number): number {
  return Math.floor(rank * 5 / 6);
}

/** See the module. */
export class Ranks {
  /** Sends the changes. */
  readonly sender: DeltaSender;
  /** What each node has, as far as it was handed on. */
  readonly ranks: Int32Array;
  /** What each node has besides, because it was too little to hand on. */
  readonly waiting: Int32Array;
  readonly #links: Links;
  // What is still to do for the time that is worked on.
  #changes: Float64Array = new Float64Array(0);
  #change = 0;
  #sums: DeltaSums | undefined = undefined;
  #nodes: Int32Array = new Int32Array(0);
  #node = 0;
  #missing = 0;

  /** For the nodes from 0 up to but not including `nodes`. */
  constructor(nodes: number, sender: DeltaSender) {
    this.sender = sender;
    this.ranks = new Int32Array(nodes).fill(OWN);
    this.waiting = new Int32Array(nodes);
    this.#links = new Links(nodes);
  }

  /** Takes what came at a time. */
  begin(changes: readonly Batch<number>[], sums: DeltaSums | undefined): void {
    this.#changes = inOrder(changes, this.ranks.length);
    this.#change = 0;
    this.#sums = sums;
    this.#nodes = sums?.nodes() ?? new Int32Array(0);
    this.#node = 0;
  }

  /** Does it node by node, the edges first; false when the output can take no more for now. */
  work(time: Time, out: OutputPort<number>): boolean {
    const changes = this.#changes;
    while (this.#change < changes.length) {
      if (out.isFull) return false;
      const first = this.#change;
      const node = startOf(edgeOf(changes[first]));
      let end = first + 1;
      while (end < changes.length && startOf(edgeOf(changes[end])) === node) end++;
      this.#change = end;
      this.#changeEdges(time, node, first, end);
    }
    const nodes = this.#nodes;
    while (this.#node < nodes.length) {
      if (out.isFull) return false;
      this.#changeRank(time, nodes[this.#node++]);
    }
    return true;
  }

  /** How many removals there were, since this was asked last, of edges that are not there. */
  takeMissing(): number {
    const missing = this.#missing;
    this.#missing = 0;
    return missing;
  }

  /** What was handed on along the old edges is taken back, and handed on along the new ones. */
  #changeEdges(time: Time, node: number, first: number, end: number): void {
    const amount = handedOn(this.ranks[node]);
    this.#handOn(time, node, amount, 0);
    this.#missing += this.#links.change(node, this.#changes, first, end);
    this.#handOn(time, node, 0, amount);
  }

  #changeRank(time: Time, node: number): void {
    const change = this.waiting[node] + this.#sums!.take(node);
    if (Math.abs(change) < LEAST_CHANGE) {
      this.waiting[node] = change;
      return;
    }
    const before = this.ranks[node];
    this.waiting[node] = 0;
    this.ranks[node] = before + change;
    this.#handOn(time, node, handedOn(before), handedOn(before + change));
  }

  /** Each edge gets the same share; what is left over goes to the first ones, one each. */
  #handOn(time: Time, node: number, before: number, after: number): void {
    const { starts, degrees, targets } = this.#links;
    const degree = degrees[node];
    if (degree === 0) return;
    const start = starts[node];
    const shareBefore = Math.floor(before / degree);
    const shareAfter = Math.floor(after / degree);
    const restBefore = before - shareBefore * degree;
    const restAfter = after - shareAfter * degree;
    const change = shareAfter - shareBefore;
    const [low, high] = restBefore < restAfter ? [restBefore, restAfter] : [restAfter, restBefore];
    const between = restBefore < restAfter ? change + 1 : change - 1;
    this.sender.addTo(time, targets, start, start + low, change);
    this.sender.addTo(time, targets, start + low, start + high, between);
    this.sender.addTo(time, targets, start + high, start + degree, change);
  }
}

/** The changes of edges by node, then by where they lead; of the same edge, additions first. */
function inOrder(batches: readonly Batch<number>[], nodes: number): Float64Array {
  let changes = new Float64Array(batches.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  for (const batch of batches) {
    const values = batch.values();
    for (let i = 0; i < batch.length; i++) changes[length++] = values[i];
    batch.release();
  }
  if (length < nodes) return changes.sort();
  // Many are quicker to sort by counting: first by what counts less.
  changes = sorted(changes, 2 * nodes, 2 * SPAN, 1);
  return sorted(changes, nodes, Number.MAX_SAFE_INTEGER, 2 * SPAN);
}

/** By what is left of a value after all multiples of `span`, in `unit`s; there are so many `keys`. */
function sorted(
  values: Float64Array,
  keys: number,
  span: number,
  unit: number,
): Float64Array<ArrayBuffer> {
  const places = new Int32Array(keys + 1);
  const keyOf = (value: number) => Math.floor((value - Math.floor(value / span) * span) / unit);
  for (let i = 0; i < values.length; i++) places[keyOf(values[i]) + 1]++;
  for (let key = 1; key < keys; key++) places[key] += places[key - 1];
  const all = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) all[places[keyOf(values[i])]++] = values[i];
  return all;
}
