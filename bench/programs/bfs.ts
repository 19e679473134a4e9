/**
 * Breadth-first search over a random graph, in a loop scope, by the dataflow of `examples/bfs`: edges and
 * what they lead to are exchanged by node.
 */
import { dataflow, type Stream, type Time } from "meander";
import { breadthFirst } from "../../examples/bfs/main.ts";
import type { GraphSize } from "../../examples/random_graph.ts";
import { saltOf } from "../../examples/random.ts";
import { expectEqual } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { engineOf } from "./crew.ts";
import { plainLevels } from "./plain_levels.ts";
import { measureRunning, type SelfMade } from "./rounds.ts";
import { starter } from "./starter.ts";
import { Tallies } from "./tallies.ts";

const SEED = 1;

// What a worker has seen of the nodes that were found.
const NODES = 0;
const LEVELS = 1;
const CHECKSUM = 2;

/** For the threads of other workers as well. */
export function build(size: GraphSize, shared: SharedArrayBuffer) {
  return dataflow("bfs", (root): SelfMade => {
    const tallies = Tallies.from(shared);
    const { start, seeds } = starter(root, SEED, tallies);
    addUp(breadthFirst(root, seeds, size), tallies.claim());
    return { start };
  }, { madeBy: [build, size, shared] });
}

/** Adds up what tells whether every node was found once, at the right level. */
function addUp(found: Stream<number>, tally: Float64Array): void {
  found.unary("tally", {}, () => ({
    receive(batch) {
      const level = levelOf(batch.time);
      const values = batch.values();
      let sum = 0;
      for (let i = 0; i < batch.length; i++) sum += values[i];
      tally[NODES] += batch.length;
      tally[LEVELS] += batch.length * level;
      tally[CHECKSUM] += sum * (level + 1);
    },
  }));
}

function levelOf(time: Time): number {
  return (time as readonly number[])[1];
}

/** Searches once; the answer is that of a search over plain arrays. */
export async function run({ given, workers }: RunInput): Promise<Measurement> {
  const [nodes, edges] = given.numbers;
  const engine = engineOf(workers);
  const tallies = Tallies.for(workers);
  const program = build({ nodes, edges }, tallies.shared);
  const spent = await measureRunning(engine, engine.install(program), tallies);
  const plain = plainLevels({ nodes, edges }, saltOf(SEED));
  expectEqual("nodes found", tallies.total(NODES), plain.nodes);
  expectEqual("sum of their levels", tallies.total(LEVELS), plain.levels);
  expectEqual("checksum", tallies.total(CHECKSUM), plain.checksum);
  // Every edge is exchanged, and what it leads to once its start is found.
  return { spent, records: edges + plain.followed };
}
