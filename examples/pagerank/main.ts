/**
 * PageRank in whole numbers over edges that change, the program `pagerank` of Timely Dataflow's examples. A node
 * has 1000 of its own and gets more along the edges that lead to it; five sixths of what it has it hands
 * on, shared among its edges. When a rank or an edge changes, only the differences are sent, round a loop,
 * and what is less than six waits for more: so each node is quiet in the end.
 *
 *     deno run --no-prompt examples/pagerank/main.ts --nodes 1000 --edges 5000 --rounds 100
 *     deno run --no-prompt --allow-read=. examples/pagerank/main.ts --workers 2
 *
 * A round of the loop and a time of the input are the same coordinate. What is sent at a time arrives at the
 * next, and is looked at when that is complete on all workers, added up: the result is the same for any number
 * of workers, to the last unit.
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
  TimeMap,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { byNode, edgeAt, SPAN } from "../random_graph.ts";
import { saltOf } from "../random.ts";
import { DELTA_SPAN, DeltaSender, DeltaSums, differenceOf, MOST_NODES, nodeOf } from "./deltas.ts";
import { changeOf } from "./links.ts";
import { OWN, Ranks } from "./ranks.ts";

/** Told of the ranks of one worker's nodes when nothing can change them any more. */
export type AtEnd = (ranks: Ranks, worker: number) => void;

/** All changes of ranks, each at the time at which it is sent. */
export function pageRank(
  root: Scope,
  changes: Stream<number>,
  nodes: number,
  atEnd: AtEnd = () => {},
): Stream<number> {
  const back = root.feedback<number>();
  const deltas = changes.binary<number, number>(back, "pagerank", {
    interest: "notifications",
    pacts: { left: byNode(nodes, 2 * SPAN), right: byNode(nodes, DELTA_SPAN) },
  }, (context) => {
    const { out: { out }, notifyAt, worker, drop } = context;
    const ranks = new Ranks(nodes, new DeltaSender(context));
    const waitingEdges = new TimeMap<Batch<number>[]>();
    const waitingSums = new TimeMap<DeltaSums>();
    const spare: DeltaSums[] = [];
    let [now, sums]: [Time, DeltaSums | undefined] = [0, undefined];
    const resume = (): Progressed => {
      const isDone = ranks.work(now, out);
      ranks.sender.flush(now);
      if (!isDone) return true;
      drop(ranks.takeMissing(), "removals of edges that were not there");
      if (sums !== undefined) spare.push(sums.emptied());
    };
    return {
      receive: {
        left(batch) {
          waitingEdges.getOrInsert(batch.time, () => []).push(batch.retain());
          notifyAt(batch.time);
        },
        right(batch) {
          waitingSums.getOrInsert(batch.time, () => spare.pop() ?? new DeltaSums(nodes)).add(batch);
          notifyAt(batch.time);
        },
      },
      notify(time) {
        [now, sums] = [time, waitingSums.take(time)];
        ranks.begin(waitingEdges.take(time) ?? [], sums);
        return resume();
      },
      resume,
      close: () => atEnd(ranks, worker.index),
    };
  });
  back.connect(deltas);
  return deltas;
}

/** What the program offers to the outside. */
export type RankPorts = { readonly changes: Input<number>; readonly deltas: Output<number> };

/** The program; made again, for as many nodes, on the thread of every worker. */
export function ranking(nodes: number): Dataflow<RankPorts> {
  return dataflow("pagerank", (root): RankPorts => {
    const changes = root.input<number>("changes", { source: "split" });
    return { changes, deltas: pageRank(root, changes, nodes).output("deltas") };
  }, { madeBy: [ranking, nodes] });
}

/** The ranks in the end, for changes of edges at times 0, 1 and so on. */
export async function finalRanks(
  nodes: number,
  changes: Iterable<readonly number[]>,
  options: EngineOptions = {},
): Promise<number[]> {
  await using run = execute(ranking(nodes), options);
  const ranks = new Array<number>(nodes).fill(OWN);
  run.handles.deltas.subscribe(({ records }) => {
    for (const delta of records) ranks[nodeOf(delta)] += differenceOf(delta);
  });
  const input = run.handles.changes;
  let time = 0;
  for (const some of changes) {
    await input.send(some);
    input.advanceTo(++time);
  }
  input.close();
  await run.done;
  return ranks;
}

/** A random graph at time 0; then, in each round, an edge is added, and the oldest is removed. */
export function* randomChanges(
  { nodes, edges, rounds, seed }: Record<"nodes" | "edges" | "rounds" | "seed", number>,
): Generator<readonly number[]> {
  const edge = (index: number) => edgeAt(saltOf(seed), index, nodes);
  yield Array.from({ length: edges }, (_unused, index) => changeOf(edge(index), false));
  for (let round = 0; round < rounds; round++) {
    yield [changeOf(edge(edges + round), false), changeOf(edge(round), true)];
  }
}

/** Prints the nodes with the highest ranks. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { workers: count, ...given } = numbersFrom(args, {
    nodes: { usual: 1000, least: 1, most: MOST_NODES },
    edges: { usual: 5000, least: 0, most: 2 ** 24 },
    rounds: { usual: 100, least: 0, most: 2 ** 24 },
    seed,
    workers,
  });
  const ranks = await finalRanks(given.nodes, randomChanges(given), { workers: count });
  const best = [...ranks.keys()].sort((a, b) => ranks[b] - ranks[a] || a - b).slice(0, 5);
  for (const node of best) print(`node ${node}: ${ranks[node]}`);
  print(`${ranks.reduce((sum, rank) => sum + rank, 0)} in all, of which ${OWN * given.nodes} own`);
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
