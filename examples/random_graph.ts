/**
 * Random graphs as streams of plain numbers, for programs that move millions of edges.
 *
 * @module
 */
import type { Pact, Progressed, Stream, Time } from "meander";
import { numberAt, saltOf } from "./random.ts";

/** Nodes are numbers below this, so that an edge is a number as well: `from * SPAN + to`. */
export const SPAN: number = 2 ** 26;

/** How large a graph is. */
export interface GraphSize {
  /** Nodes are the whole numbers from 0 up to but not including this. */
  readonly nodes: number;
  readonly edges: number;
}

/** An edge of a random graph, by its number. */
export function edgeAt(salt: number, index: number, nodes: number): number {
  return numberAt(salt, 2 * index, nodes) * SPAN + numberAt(salt, 2 * index + 1, nodes);
}

/** Where an edge begins. */
export function startOf(edge: number): number {
  return Math.floor(edge / SPAN);
}

/** Where an edge ends. */
export function endOf(edge: number): number {
  return edge - Math.floor(edge / SPAN) * SPAN;
}

/**
 * Sends a record to the worker of its node, the record being a number that begins with it: what follows
 * takes less than `span`. Neighbouring nodes are together, so that a worker's columns have no gaps.
 */
export function byNode(nodes: number, span = 1): Pact {
  const to = (record: number, workers: number) =>
    Math.floor(record / (span * Math.ceil(nodes / workers)));
  return { kind: "route", to };
}

/** The edges of a random graph for each seed, one in an epoch; every worker makes its share of them. */
export function randomEdges(seeds: Stream<number>, { nodes, edges }: GraphSize): Stream<number> {
  const pacts = { in: { kind: "broadcast" } as const };
  return seeds.unary<number>("random edges", { pacts }, ({ out: { out }, pool, worker }) => {
    let [next, salt, time]: [number, number, Time] = [edges, 0, 0];
    const resume = (): Progressed => {
      while (next < edges) {
        if (out.isFull) return true;
        const column = pool.takeFloat64(out.capacity);
        let length = 0;
        for (; length < out.capacity && next < edges; next += worker.count) {
          column[length++] = edgeAt(salt, next, nodes);
        }
        out.sendBuffer(time, column, length);
      }
    };
    return {
      receive(batch) {
        [next, salt, time] = [worker.index, saltOf(batch.values()[0]), batch.time];
        return resume();
      },
      resume,
    };
  });
}
