/**
 * PageRank in whole numbers over a random graph, by the dataflow of `examples/pagerank`. At first all edges come;
 * then, in each of 1000 rounds, one is added and the oldest removed, and every round waits for the one
 * before. When the last is over the ranks go on changing until nothing has to be sent any more.
 */
import { dataflow, type OutputPort, type Time } from "meander";
import { changeOf } from "../../examples/pagerank/links.ts";
import { pageRank } from "../../examples/pagerank/main.ts";
import type { Ranks } from "../../examples/pagerank/ranks.ts";
import { edgeAt, type GraphSize } from "../../examples/random_graph.ts";
import { saltOf } from "../../examples/random.ts";
import { expectEqual } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { engineOf } from "./crew.ts";
import { plainRanks } from "./plain_ranks.ts";
import {
  measureRunning,
  rounds,
  type SelfMade,
  type Share,
  type ShareContext,
  trial,
} from "./rounds.ts";
import { Tallies } from "./tallies.ts";

/** How often edges change. */
export const ROUNDS = 1000;

const SALT = saltOf(1);

// What a worker has seen: how many changes of ranks, and the ranks of its own nodes in the end.
const DELTAS = 0;
const SUM = 1;
const CHECKSUM = 2;

/** For the threads of other workers as well. */
export function build(size: GraphSize, shared: SharedArrayBuffer) {
  return dataflow("pagerank", (root): SelfMade => {
    const tally = Tallies.from(shared).claim();
    const { start, sent, back } = rounds<number, number>(root, {
      count: ROUNDS + 1,
      share: (context) => changes(size, tally, context),
      tallies: Tallies.from(shared),
    });
    back.connect(pageRank(root, sent, size.nodes, (ranks) => addUp(ranks, tally)));
    return { start };
  }, { madeBy: [build, size, shared] });
}

/** One worker's share of the changes. */
function changes(
  { nodes, edges }: GraphSize,
  tally: Float64Array,
  { pool, worker: { index, count } }: ShareContext,
): Share<number, number> {
  let next = index;
  const sendAll = (out: OutputPort<number>, time: Time) => {
    while (next < edges) {
      if (out.isFull) return true;
      const column = pool.takeFloat64(out.capacity);
      let length = 0;
      for (; length < out.capacity && next < edges; next += count) {
        column[length++] = changeOf(edgeAt(SALT, next, nodes), false);
      }
      out.sendBuffer(time, column, length);
    }
    return false;
  };
  return {
    send(out, time, round) {
      if (round === trial) return false;
      if (round === 0) return sendAll(out, time);
      if (round % count !== index) return false;
      const added = edgeAt(SALT, edges + round - 1, nodes);
      const removed = edgeAt(SALT, round - 1, nodes);
      out.send(time, Float64Array.of(changeOf(added, false), changeOf(removed, true)));
      return false;
    },
    receive: (deltas) => {
      tally[DELTAS] += deltas.length;
    },
  };
}

/** Nodes of other workers have what they had at first, which counts nothing. */
function addUp({ ranks, waiting }: Ranks, tally: Float64Array): void {
  for (const [node, rank] of ranks.entries()) {
    const received = rank + waiting[node] - 1000;
    tally[SUM] += received;
    tally[CHECKSUM] += received * (node + 1);
  }
}

/** Computes the ranks; they are those of a computation over plain arrays, by as many changes. */
export async function run({ given, workers }: RunInput): Promise<Measurement> {
  const [nodes, edges] = given.numbers;
  const size = { nodes, edges };
  const engine = engineOf(workers);
  const tallies = Tallies.for(workers);
  const program = build(size, tallies.shared);
  const spent = await measureRunning(engine, engine.install(program), tallies);
  const plain = plainRanks(size, ROUNDS, SALT);
  expectEqual("changes of ranks", tallies.total(DELTAS), plain.deltas);
  expectEqual("sum of the ranks", tallies.total(SUM), plain.sum);
  expectEqual("checksum of the ranks", tallies.total(CHECKSUM), plain.checksum);
  return { spent, records: edges + 2 * ROUNDS + plain.deltas };
}
