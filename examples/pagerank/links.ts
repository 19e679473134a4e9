/**
 * The edges of one worker, which change: by the node they begin at, each node's in the order of where they
 * lead, so that the order in which they came makes no difference.
 *
 * @module
 */
import { SPAN, startOf } from "../random_graph.ts";

/** An edge that is there from now on, or not any more, as a number. */
export function changeOf(edge: number, isRemoved: boolean): number {
  return 2 * edge + (isRemoved ? 1 : 0);
}

/** The edge that changes. */
export function edgeOf(change: number): number {
  return Math.floor(change / 2);
}

/** Edges that can be added and removed. The same edge may be there several times. */
export class Links {
  /** Where in `targets` the edges of each node begin. */
  readonly starts: Int32Array;
  /** How many there are. */
  readonly degrees: Int32Array;
  /** Where they lead. */
  targets = new Int32Array(1024);
  // For how many edges of each node there is room where they are, and where nothing is yet.
  readonly #rooms: Int32Array;
  #end = 0;
  #copy = new Int32Array(64);

  /** For the nodes from 0 up to but not including `nodes`. */
  constructor(nodes: number) {
    this.starts = new Int32Array(nodes);
    this.degrees = new Int32Array(nodes);
    this.#rooms = new Int32Array(nodes);
  }

  /**
   * Makes the changes of one node, which are those from one place of a list in order up to but not including
   * another; returns how many removed an edge that was not there.
   */
  change(node: number, changes: Float64Array, from: number, to: number): number {
    const degree = this.degrees[node];
    const kept = this.#copyOf(node);
    this.#makeRoom(node, degree + to - from);
    const start = this.starts[node];
    const targets = this.targets;
    let [at, old, missing] = [start, 0, 0];
    for (let i = from; i < to; i++) {
      const edge = edgeOf(changes[i]);
      const target = edge - startOf(edge) * SPAN;
      while (old < degree && kept[old] < target) targets[at++] = kept[old++];
      // Additions come before removals of the same edge, so that it was written just now, or is next.
      if (changes[i] === changeOf(edge, false)) targets[at++] = target;
      else if (old < degree && kept[old] === target) old++;
      else if (at > start && targets[at - 1] === target) at--;
      else missing++;
    }
    while (old < degree) targets[at++] = kept[old++];
    this.degrees[node] = at - start;
    return missing;
  }

  /** Where the edges of a node lead; valid until the next call. */
  #copyOf(node: number): Int32Array {
    const degree = this.degrees[node];
    if (degree > this.#copy.length) this.#copy = new Int32Array(2 * degree);
    for (let i = 0; i < degree; i++) this.#copy[i] = this.targets[this.starts[node] + i];
    return this.#copy;
  }

  /** A node that outgrows its place moves behind all others, with room to grow. */
  #makeRoom(node: number, length: number): void {
    if (length <= this.#rooms[node]) return;
    const room = length + 4;
    if (this.#end + room > this.targets.length) {
      const larger = new Int32Array(2 * (this.#end + room));
      larger.set(this.targets.subarray(0, this.#end));
      this.targets = larger;
    }
    this.starts[node] = this.#end;
    this.#rooms[node] = room;
    this.#end += room;
  }
}
