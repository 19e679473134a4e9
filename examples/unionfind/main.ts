/**
 * How many parts does a growing graph have? The program `unionfind` of Timely Dataflow's examples. Every worker
 * keeps, of the edges that come to it, only those that connect what was not connected: a forest. The forests
 * meet on one worker, which does the same once more, and so gets few edges even when the graph has many.
 *
 *     deno run --no-prompt examples/unionfind/main.ts --nodes 1000 --edges 2000 --batch 250
 *     deno run --no-prompt --allow-read=. examples/unionfind/main.ts --workers 4
 *
 * Each batch is an epoch. Edges wait until their epoch is complete, so that the forest of an epoch connects what
 * the edges up to that epoch connect, in whatever order they came.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  gather,
  type Input,
  type Output,
  type Pact,
  type Stream,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { numberAt, saltOf } from "../random.ts";
import { Forest } from "./forest.ts";

/** An edge, which may be gone along either way. */
export type Edge = readonly [one: number, other: number];

/** The edges that connect what no earlier one has connected on the same worker. */
function forestOf(edges: Stream<Edge>, name: string, pact: Pact): Stream<Edge> {
  const options = { interest: "notifications", pacts: { in: pact } } as const;
  return edges.unary<Edge>(name, options, ({ out: { out }, state, notifyAt }) => {
    const forest = new Forest();
    const waiting = state<Edge[]>({ create: () => [] });
    return {
      receive(batch) {
        waiting.at(batch.time).push(...batch);
        notifyAt(batch.time);
      },
      notify(time) {
        // Epochs come one after the other: of two that are complete, the earlier one is told of first.
        const kept = waiting.at(time).filter(([one, other]) => forest.connect(one, other));
        out.send(time, kept);
      },
    };
  });
}

/** What the program offers to the outside. */
export type ForestPorts = { readonly edges: Input<Edge>; readonly forest: Output<Edge> };

/** The program. */
export const unionFind: Dataflow<ForestPorts> = dataflow("unionfind", (root): ForestPorts => {
  const edges = root.input<Edge>("edges", { source: "split" });
  const local = forestOf(edges, "local forest", { kind: "pipeline" });
  return { edges, forest: forestOf(local, "forest", gather).output("forest") };
});

/** The edges of each epoch that connect what was not connected before it. */
export async function forests(
  epochs: Iterable<readonly Edge[]>,
  options: EngineOptions = {},
): Promise<Edge[][]> {
  await using run = execute(unionFind, options);
  const { edges, forest } = run.handles;
  const found: Edge[][] = [];
  forest.subscribe(({ time, records }) => void found[time as number].push(...records));
  for (const some of epochs) {
    found.push([]);
    await edges.send(some);
    edges.advanceTo(found.length);
  }
  edges.close();
  await run.done;
  return found;
}

/** Random edges, batch by batch. */
export function* randomBatches(
  { nodes, edges, batch, seed }: Record<"nodes" | "edges" | "batch" | "seed", number>,
): Generator<Edge[]> {
  const salt = saltOf(seed);
  for (let first = 0; first < edges; first += batch) {
    const length = Math.min(batch, edges - first);
    yield Array.from({ length }, (_unused, i): Edge => [
      numberAt(salt, 2 * (first + i), nodes),
      numberAt(salt, 2 * (first + i) + 1, nodes),
    ]);
  }
}

/** Prints how many parts the graph has after each epoch. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { workers: count, ...size } = numbersFrom(args, {
    nodes: { usual: 1000, least: 1, most: 2 ** 32 },
    edges: { usual: 2000, least: 0, most: 2 ** 28 },
    batch: { usual: 250, least: 1, most: 2 ** 28 },
    seed,
    workers,
  });
  let parts = size.nodes;
  print(`${parts} nodes without an edge: ${parts} parts`);
  for (const [epoch, kept] of (await forests(randomBatches(size), { workers: count })).entries()) {
    // Every edge of the forest makes one part of two.
    parts -= kept.length;
    print(`epoch ${epoch}: ${kept.length} edges connect, ${parts} parts`);
  }
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
