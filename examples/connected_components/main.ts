/**
 * Connected components by spreading labels, the program that Naiad's paper measures most. Every node begins with
 * itself as its label and tells its neighbours; who hears of a lower label takes it and tells on. When
 * nobody learns anything new the loop ends by itself, and all nodes of a component have the least of them
 * as their label.
 *
 *     deno run --no-prompt examples/connected_components/main.ts --nodes 1000 --edges 800
 *     deno run --no-prompt --allow-read=. examples/connected_components/main.ts --workers 2
 *
 * Edges have no direction here; for directed ones see `examples/components`.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  exchangeBy,
  execute,
  type Input,
  type Output,
  type Scope,
  type Stream,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { numberAt, saltOf } from "../random.ts";

/** An edge, which may be gone along either way. */
export type Edge = readonly [one: number, other: number];

/** A node with a label: in the end the least node of its component. */
export interface Labelled {
  readonly node: number;
  readonly label: number;
}

/** For each time, every node that has an edge, with the least node that it is connected to. */
export function connectedComponents(scope: Scope, edges: Stream<Edge>): Stream<Labelled> {
  const bothWays = edges.flatMap(([one, other]): Edge[] => [[one, other], [other, one]]);
  const itself = bothWays.distinct({ key: ([node]) => node })
    .map(([node]): Labelled => ({ node, label: node }), { name: "itself" });
  const labels = scope.loop("spread", (loop) => {
    const again = loop.feedback<Labelled>();
    const lower = improvements(loop.enter(itself).concat(again), loop.depth - 1);
    again.connect(lower.join(loop.enter(bothWays), {
      name: "tell neighbours",
      per: loop.depth - 1,
      leftKey: ({ node }) => node,
      rightKey: ([node]: Edge) => node,
      value: ({ label }, [, neighbour]): Labelled => ({ node: neighbour, label }),
    }));
    return loop.leave(lower);
  });
  // Every improvement has left the loop; once no more can come, the last one is the answer.
  return labels.aggregate({
    name: "least labels",
    key: ({ node }) => node,
    initial: () => Infinity,
    fold: (least, { label }) => Math.min(least, label),
    emit: (node, label): Labelled => ({ node, label }),
  });
}

/** The labels that are lower than all that their nodes had before, within a prefix of the time. */
function improvements(labels: Stream<Labelled>, per: number): Stream<Labelled> {
  const pacts = { in: exchangeBy(({ node }: Labelled) => node) };
  const options = { interest: "notifications", pacts } as const;
  return labels.unary<Labelled>("improvements", options, ({ out: { out }, state }) => {
    const least = state<Map<number, number>>({ per, create: () => new Map() });
    return {
      receive(batch) {
        const known = least.at(batch.time);
        for (const found of batch) {
          if (found.label >= (known.get(found.node) ?? Infinity)) continue;
          known.set(found.node, found.label);
          out.push(batch.time, found);
        }
      },
    };
  });
}

/** What the program offers to the outside. */
export type LabelPorts = { readonly edges: Input<Edge>; readonly labels: Output<Labelled> };

/** The program: an epoch is a graph. */
export const program: Dataflow<LabelPorts> = dataflow("connected components", (root) => {
  const edges = root.input<Edge>("edges", { source: "split" });
  return { edges, labels: connectedComponents(root, edges).output("labels") };
});

/** The components of each graph: sorted lists of nodes, the list with the least node first. */
export async function componentsOf(
  graphs: readonly (readonly Edge[])[],
  options: EngineOptions = {},
): Promise<number[][][]> {
  await using run = execute(program, options);
  const { edges, labels } = run.handles;
  for (const [epoch, graph] of graphs.entries()) await edges.sendAt(epoch, graph);
  edges.close();
  const found: number[][][] = graphs.map(() => []);
  for await (const { time, records } of labels.completed()) {
    const groups = Map.groupBy(records, ({ label }) => label);
    found[time as number] = [...groups].sort(([a], [b]) => a - b)
      .map(([, group]) => group.map(({ node }) => node).sort((a, b) => a - b));
  }
  return found;
}

/** Prints how many components of which sizes a random graph has. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { nodes, edges, seed: given, workers: count } = numbersFrom(args, {
    nodes: { usual: 1000, least: 1, most: 2 ** 32 },
    edges: { usual: 600, least: 0, most: 2 ** 24 },
    seed,
    workers,
  });
  const salt = saltOf(given);
  const graph = Array.from({ length: edges }, (_unused, i): Edge => [
    numberAt(salt, 2 * i, nodes),
    numberAt(salt, 2 * i + 1, nodes),
  ]);
  const [components] = await componentsOf([graph], { workers: count });
  const bySize = Map.groupBy(components, ({ length }) => length);
  for (const [size, alike] of [...bySize].sort(([a], [b]) => b - a)) {
    print(`components of ${size} nodes: ${alike.length}`);
  }
  print(`nodes without an edge: ${nodes - components.flat().length}`);
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
