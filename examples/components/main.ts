/**
 * Strongly connected components with two nested loops, so that times have three coordinates: the epoch
 * (one graph each), the round of peeling, and the step of spreading labels within a round.
 *
 *     deno run --no-prompt examples/components/main.ts
 *     deno run --no-prompt --allow-read=. examples/components/main.ts --workers 2
 *
 * A round gives every node the least node that can reach it: its colour. A component lies within one
 * colour, and the component of the node that gave the colour is whatever in it can reach back. These
 * are peeled off, edges between colours are cut, and what remains goes into the next round.
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  type Input,
  type Output,
  type Scope,
  type Stream,
} from "meander";

/** A directed edge. */
export type Edge = readonly [from: number, to: number];

/** A directed graph. */
export interface Graph {
  readonly edges: readonly Edge[];
  /** Nodes that may have no edge; those with edges are known by these. */
  readonly nodes?: readonly number[];
}

/** A node with the name of its component, which is the least node in it. */
export interface Member {
  readonly node: number;
  readonly component: number;
}

interface Labelled {
  readonly node: number;
  readonly label: number;
}

/** For each time, every node of the graph with its component. May be used in any scope. */
export function components(
  scope: Scope,
  nodes: Stream<number>,
  edges: Stream<Edge>,
): Stream<Member> {
  const allNodes = nodes.concat(edges.flatMap((edge) => edge, { name: "ends" })).distinct();
  return scope.loop("peel", (peel) => {
    const nodesAgain = peel.feedback<number>({ name: "next nodes" });
    const edgesAgain = peel.feedback<Edge>({ name: "next edges" });
    const nodesHere = peel.enter(allNodes).concat(nodesAgain);
    const edgesHere = peel.enter(edges).concat(edgesAgain);

    const itself = nodesHere.map((node): Labelled => ({ node, label: node }), { name: "itself" });
    const colours = spread(peel, "forward", itself, edgesHere);
    const within = withinColour(edgesHere, colours);
    const roots = colours.filter(({ node, label }) => node === label, { name: "roots" });
    const back = within.map(([from, to]): Edge => [to, from], { name: "reverse" });
    const peeled = spread(peel, "backward", roots, back);

    const rest = without(nodesHere, peeled);
    nodesAgain.connect(rest);
    edgesAgain.connect(betweenBoth(within, rest));
    return peel.leave(
      peeled.map(({ node, label }): Member => ({ node, component: label }), { name: "members" }),
    );
  });
}

/** A loop in the given scope: the least label that reaches each node along the edges. */
function spread(
  scope: Scope,
  name: string,
  labels: Stream<Labelled>,
  edges: Stream<Edge>,
): Stream<Labelled> {
  const improved = scope.loop(name, (loop) => {
    // What is known holds for one run of this loop, that is, for all times that differ in the last
    // coordinate only. It is dropped as soon as no such time can occur any more.
    const per = loop.depth - 1;
    const again = loop.feedback<Labelled>();
    const lower = loop.enter(labels).concat(again).unary<Labelled>(
      "lower",
      { interest: "notifications" },
      ({ out, state }) => {
        const least = state<Map<number, number>>({ per, create: () => new Map() });
        return {
          receive(batch) {
            const known = least.at(batch.time);
            for (const found of batch) {
              if (found.label >= (known.get(found.node) ?? Infinity)) continue;
              known.set(found.node, found.label);
              out.out.push(batch.time, found);
            }
          },
        };
      },
    );
    again.connect(lower.join(loop.enter(edges), {
      name: "follow",
      per,
      leftKey: ({ node }) => node,
      rightKey: ([from]) => from,
      value: ({ label }, [, to]): Labelled => ({ node: to, label }),
    }));
    return loop.leave(lower);
  });
  // Every improvement has left the loop; when the round is complete, the last one is the answer.
  return improved.aggregate({
    name: `${name} labels`,
    key: ({ node }) => node,
    initial: () => Infinity,
    fold: (least, { label }) => Math.min(least, label),
    emit: (node, label): Labelled => ({ node, label }),
  });
}

/** The edges whose ends have the same colour. */
function withinColour(edges: Stream<Edge>, colours: Stream<Labelled>): Stream<Edge> {
  return edges.join(colours, {
    name: "colour of start",
    leftKey: ([from]) => from,
    rightKey: ({ node }) => node,
    value: (edge, { label }) => ({ edge, colour: label }),
  }).join(colours, {
    name: "colour of end",
    leftKey: ({ edge: [, to] }) => to,
    rightKey: ({ node }) => node,
    value: ({ edge, colour }, { label }) => ({ edge, isWithin: colour === label }),
  }).filter(({ isWithin }) => isWithin, { name: "within colour" }).map(({ edge }) => edge);
}

/** The nodes that were not peeled. What is missing is known only once the round is complete. */
function without(nodes: Stream<number>, peeled: Stream<Labelled>): Stream<number> {
  const staying = nodes.map((node) => ({ node, stays: true }));
  return staying.concat(peeled.map(({ node }) => ({ node, stays: false }))).aggregate({
    name: "rest",
    key: ({ node }) => node,
    initial: () => true,
    fold: (stays, record) => stays && record.stays,
    emit: (node, stays) => ({ node, stays }),
  }).filter(({ stays }) => stays).map(({ node }) => node);
}

/** The edges of which both ends are among the nodes. */
function betweenBoth(edges: Stream<Edge>, nodes: Stream<number>): Stream<Edge> {
  const value = (edge: Edge) => edge;
  return edges
    .join(nodes, { name: "start stays", leftKey: ([from]) => from, rightKey: (n) => n, value })
    .join(nodes, { name: "end stays", leftKey: ([, to]) => to, rightKey: (n) => n, value });
}

/** What the program offers to the outside. */
export type ComponentPorts = {
  readonly nodes: Input<number>;
  readonly edges: Input<Edge>;
  readonly members: Output<Member>;
};

/** The whole program: an epoch is a graph. */
export const program: Dataflow<ComponentPorts> = dataflow("components", (root): ComponentPorts => {
  const nodes = root.input<number>("nodes");
  const edges = root.input<Edge>("edges");
  return { nodes, edges, members: components(root, nodes, edges).output("members") };
});

/** The components of each graph: sorted lists of nodes, the list with the least node first. */
export async function findComponents(
  graphs: readonly Graph[],
  options: EngineOptions = {},
): Promise<number[][][]> {
  await using run = execute(program, options);
  const { nodes, edges, members } = run.handles;
  for (const [epoch, graph] of graphs.entries()) {
    await nodes.sendAt(epoch, graph.nodes ?? []);
    await edges.sendAt(epoch, graph.edges);
  }
  nodes.close();
  edges.close();
  const found: number[][][] = graphs.map(() => []);
  for await (const { time, records } of members.completed()) {
    const groups = Map.groupBy(records, ({ component }) => component);
    found[time as number] = [...groups].sort(([a], [b]) => a - b)
      .map(([, group]) => group.map(({ node }) => node).sort((a, b) => a - b));
  }
  return found;
}

/** Three components hang together in a chain, a fourth is apart, and 10 has no edge at all. */
export const sample: Graph = {
  edges: [[1, 2], [2, 3], [3, 1], [3, 4], [4, 5], [5, 4], [5, 6], [7, 8], [8, 9], [9, 7]],
  nodes: [10],
};

/** Prints the components of the sample, and of the sample with one edge more. */
export async function main(
  print: (text: string) => void,
  options: EngineOptions = {},
): Promise<void> {
  const closed = { ...sample, edges: [...sample.edges, [6, 1] as const] };
  const [first, second] = await findComponents([sample, closed], options);
  print(`edges       ${sample.edges.map(([from, to]) => `${from}→${to}`).join(" ")}`);
  print(`components  ${first.map((nodes) => `{${nodes.join(", ")}}`).join(" ")}`);
  print(`with 6→1    ${second.map((nodes) => `{${nodes.join(", ")}}`).join(" ")}`);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { workers: { type: "string", default: "1" } } });
  await main(console.log, { workers: Number(values.workers) });
}
