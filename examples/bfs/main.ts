/**
 * Breadth-first search over a random graph: how many nodes are how many edges away from node 0? It is
 * the program `bfs` of Timely Dataflow's examples. Every worker has the edges that begin at its own nodes,
 * and what the search finds goes to the worker of the node that was found.
 *
 *     deno run --no-prompt examples/bfs/main.ts --nodes 1000000 --edges 5000000
 *     deno run --no-prompt --allow-read=. examples/bfs/main.ts --workers 2
 *
 * The level of a node is never sent: it is the loop's counter in the time at which the node is found.
 * A level is over when its time is complete on all workers, and only then the next one begins.
 *
 * @module
 */
import {
  type Batch,
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  type Input,
  type Output,
  type Progressed,
  type Scope,
  type Stream,
  type Time,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { byNode, type GraphSize, randomEdges, SPAN } from "../random_graph.ts";
import { Adjacency, type Walk } from "./adjacency.ts";
import { Visits } from "./visits.ts";

/**
 * Searches the random graph of each seed; an epoch may bring one. The nodes come out within the loop, at
 * the time `[epoch, level]`, on the worker that they belong to.
 */
export function breadthFirst(root: Scope, seeds: Stream<number>, size: GraphSize): Stream<number> {
  const edges = randomEdges(seeds, size);
  const first = seeds.map(() => 0, { name: "first node" });
  return root.loop("search", (loop) => {
    const again = loop.feedback<number>({ name: "next level" });
    const found = loop.enter(first).concat(follow(loop.enter(edges), again, size.nodes));
    const fresh = firstVisits(found, size.nodes);
    again.connect(fresh);
    return fresh;
  });
}

/** Where the edges lead that begin at the nodes. Waits until all edges of the epoch are there. */
function follow(edges: Stream<number>, nodes: Stream<number>, size: number): Stream<number> {
  return edges.binary<number, number>(nodes, "follow", {
    interest: "notifications",
    pacts: { left: byNode(size, SPAN) },
  }, ({ out: { out }, pool, state, notifyAt }) => {
    const graphs = state<Adjacency>({ per: 1, create: () => new Adjacency(size) });
    const waiting = state<Batch<number>[]>({ create: () => [] });
    let [due, walk, time]: [Batch<number>[], Walk | undefined, Time] = [[], undefined, 0];
    const resume = (): Progressed => {
      for (; due.length > 0; due.pop()!.release(), walk = undefined) {
        walk ??= graphs.at(time).from(due.at(-1)!);
        for (let length = out.capacity; length === out.capacity;) {
          if (out.isFull) return true;
          const column = pool.takeInt32(out.capacity);
          length = walk.fill(column, out.capacity);
          out.sendBuffer(time, column, length);
        }
      }
    };
    return {
      receive: {
        left(batch) {
          graphs.at(batch.time).add(batch);
          notifyAt(batch.time, { inputs: ["left"] });
        },
        right(batch) {
          waiting.at(batch.time).push(batch.retain());
          notifyAt(batch.time, { inputs: ["left"] });
        },
      },
      notify(now) {
        [due, time] = [waiting.at(now).splice(0), now];
        graphs.at(now).build();
        return resume();
      },
      resume,
    };
  });
}

function levelOf(time: Time): number {
  return (time as readonly number[])[1];
}

/** Each node of an epoch once: at the first level at which it was found, when that level is complete. */
function firstVisits(found: Stream<number>, size: number): Stream<number> {
  return found.unary<number>("first visits", {
    interest: "notifications",
    pacts: { in: byNode(size) },
  }, ({ out: { out }, state, notifyAt }) => {
    const searches = state<Visits>({ per: 1, create: () => new Visits(size) });
    return {
      receive(batch) {
        searches.at(batch.time).add(batch, levelOf(batch.time));
        notifyAt(batch.time);
      },
      notify: (time) => out.send(time, searches.at(time).take(levelOf(time))),
    };
  });
}

/** What the program offers to the outside. */
export type SearchPorts = { readonly seeds: Input<number>; readonly found: Output<number> };

/** The program; made again, with the same size, on the thread of every worker. */
export function search(size: GraphSize): Dataflow<SearchPorts> {
  return dataflow("bfs", (root): SearchPorts => {
    const seeds = root.input<number>("seeds");
    return { seeds, found: breadthFirst(root, seeds, size).output("found") };
  }, { madeBy: [search, size] });
}

/** For the graph of each seed, the nodes of each level. */
export async function levels(
  seeds: readonly number[],
  size: GraphSize,
  options: EngineOptions = {},
): Promise<number[][][]> {
  await using run = execute(search(size), options);
  for (const [epoch, seed] of seeds.entries()) run.handles.seeds.sendAt(epoch, [seed]);
  run.handles.seeds.close();
  const found: number[][][] = seeds.map(() => []);
  for await (const { time, records } of run.handles.found) {
    const [epoch, level] = time as readonly number[];
    const nodes = found[epoch][level] ??= [];
    for (const node of records) nodes.push(node);
  }
  return found;
}

/** Prints how many nodes each level has. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { nodes, edges, seed: given, workers: count } = numbersFrom(args, {
    nodes: { usual: 100_000, least: 1, most: SPAN },
    edges: { usual: 300_000, least: 0, most: 2 ** 30 },
    seed,
    workers,
  });
  const [found] = await levels([given], { nodes, edges }, { workers: count });
  for (const [level, there] of found.entries()) print(`level ${level}: ${there.length} nodes`);
  print(`${found.flat().length} of ${nodes} nodes can be reached from node 0`);
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
