/**
 * The edges of one worker, and walks along them: plain columns of integers, since a search of millions of
 * edges has no time for objects.
 *
 * @module
 */
import type { Batch } from "meander";
import { SPAN } from "../random_graph.ts";

/** So many nodes are sorted together: few enough that the processor's cache holds their edges. */
const NODES_TOGETHER = 2 ** 13;

/** So many edges that wait to be sorted make a piece, so that none has to be moved to make room. */
const PIECE = 2 ** 12;

/** Edges by the node they begin at: those of a node lie side by side, once `build` was called. */
export class Adjacency {
  // Edges that came in, by group of nodes: how many there are, the piece that is filled, and all pieces. An edge
  // takes two places.
  readonly #counts: Int32Array;
  readonly #open: Int32Array[] = [];
  readonly #pieces: Int32Array[][] = [];
  // Where the edges of each node begin, and where all of them end.
  readonly #starts: Int32Array;
  #targets = new Int32Array(0);
  #isBuilt = false;

  /** For the nodes from 0 up to but not including `nodes`. */
  constructor(nodes: number) {
    this.#starts = new Int32Array(nodes + 2);
    this.#counts = new Int32Array(Math.ceil(nodes / NODES_TOGETHER));
    const none = new Int32Array(0);
    for (let group = 0; group < this.#counts.length; group++) {
      this.#open.push(none);
      this.#pieces.push([]);
    }
  }

  /** Keeps edges. */
  add(edges: Batch<number>): void {
    const counts = this.#counts;
    const open = this.#open;
    const values = edges.values();
    for (let i = 0; i < edges.length; i++) {
      const edge = values[i];
      const from = Math.floor(edge / SPAN);
      const group = Math.floor(from / NODES_TOGETHER);
      const count = counts[group];
      const place = count & (PIECE - 1);
      if (place === 0) this.#pieces[group].push(open[group] = new Int32Array(2 * PIECE));
      const piece = open[group];
      piece[2 * place] = from;
      piece[2 * place + 1] = edge - from * SPAN;
      counts[group] = count + 1;
    }
  }

  /** Sorts the edges, when all are there. */
  build(): void {
    if (this.#isBuilt) return;
    this.#isBuilt = true;
    this.#targets = new Int32Array(this.#counts.reduce((sum, count) => sum + count, 0));
    for (const [group, pieces] of this.#pieces.entries()) {
      const lengths = pieces.map((_piece, i) => Math.min(PIECE, this.#counts[group] - i * PIECE));
      for (const [i, piece] of pieces.entries()) this.#count(piece, lengths[i]);
      this.#addUp(group * NODES_TOGETHER);
      for (const [i, piece] of pieces.entries()) this.#place(piece, lengths[i]);
    }
    this.#open.length = this.#pieces.length = 0;
  }

  /** At n + 2 how many edges begin at n. */
  #count(edges: Int32Array, length: number): void {
    const starts = this.#starts;
    for (let i = 0; i < length; i++) starts[edges[2 * i] + 2]++;
  }

  /** At n + 1 where the edges of n begin, for a group. */
  #addUp(first: number): void {
    const starts = this.#starts;
    const end = Math.min(first + NODES_TOGETHER, starts.length - 2);
    for (let node = first; node < end; node++) starts[node + 2] += starts[node + 1];
  }

  /** At n where the edges of n begin: each edge of n moves n + 1 on, to where that node's begin. */
  #place(edges: Int32Array, length: number): void {
    const starts = this.#starts;
    const targets = this.#targets;
    for (let i = 0; i < length; i++) {
      targets[starts[edges[2 * i] + 1]++] = edges[2 * i + 1];
    }
  }

  /** Where the edges lead that begin at the nodes of a batch. */
  from(nodes: Batch<number>): Walk {
    return new Walk(this.#starts, this.#targets, nodes);
  }
}

/** Goes along the edges that begin at some nodes, as far at a time as there is room for. */
export class Walk {
  readonly #starts: Int32Array;
  readonly #targets: Int32Array;
  readonly #nodes: ArrayLike<number>;
  readonly #length: number;
  // The node that is next, and its edge that is; −1 for the first.
  #node = 0;
  #edge = -1;

  /** Made by `Adjacency`. */
  constructor(starts: Int32Array, targets: Int32Array, nodes: Batch<number>) {
    this.#starts = starts;
    this.#targets = targets;
    this.#nodes = nodes.values();
    this.#length = nodes.length;
  }

  /** Writes where the next edges lead, and returns how many it wrote: fewer than `room` at the end. */
  fill(column: Int32Array, room: number): number {
    const starts = this.#starts;
    const targets = this.#targets;
    const nodes = this.#nodes;
    let written = 0;
    let node = this.#node;
    let edge = this.#edge;
    for (; node < this.#length; node++, edge = -1) {
      const last = starts[nodes[node] + 1];
      if (edge < 0) edge = starts[nodes[node]];
      const end = Math.min(last, edge + room - written);
      while (edge < end) column[written++] = targets[edge++];
      if (edge < last) break;
    }
    this.#node = node;
    this.#edge = edge;
    return written;
  }
}
