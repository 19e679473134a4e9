import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levels, main } from "../../examples/bfs/main.ts";
import { edgeAt, endOf, type GraphSize, startOf } from "../../examples/random_graph.ts";
import { saltOf } from "../../examples/random.ts";

/** All edges of a random graph. */
function edgesOf(seed: number, { nodes, edges }: GraphSize): [from: number, to: number][] {
  return Array.from({ length: edges }, (_unused, index) => {
    const edge = edgeAt(saltOf(seed), index, nodes);
    return [startOf(edge), endOf(edge)];
  });
}

/** The nodes of each level, by going over all edges once for every level. */
function plainly(seed: number, size: GraphSize): number[][] {
  const edges = edgesOf(seed, size);
  const known = new Set([0]);
  const found = [[0]];
  for (let level = [0]; level.length > 0;) {
    const next = edges.filter(([from, to]) => level.includes(from) && !known.has(to));
    level = [...new Set(next.map(([, to]) => to))].sort((a, b) => a - b);
    for (const node of level) known.add(node);
    if (level.length > 0) found.push(level);
  }
  return found;
}

function sorted(found: readonly number[][][]): number[][][] {
  return found.map((search) => search.map((level) => level.toSorted((a, b) => a - b)));
}

describe("breadth-first search", () => {
  it("finds what going over all edges finds, one graph in each epoch, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: 150 }),
        fc.nat(),
        async (seeds, nodes, edges, order) => {
          const known = seeds.map((seed) => plainly(seed, { nodes, edges }));
          expect(sorted(await levels(seeds, { nodes, edges }))).toEqual(known);
          const policy = { seed: order };
          const small = { policy, capacity: 3, budget: 1, workers: 3, threads: false };
          expect(sorted(await levels(seeds, { nodes, edges }, small))).toEqual(known);
        },
      ),
      { numRuns: 100 },
    ));

  it.each([1, 2, 3])("finds the same on %d threads", async (workers) => {
    const size = { nodes: 2000, edges: 5000 };
    expect(sorted(await levels([7], size, { workers }))).toEqual([plainly(7, size)]);
  });

  it("finds only the first node where there are no edges", async () => {
    expect(await levels([1], { nodes: 10, edges: 0 })).toEqual([[[0]]]);
  });

  it("follows more edges of one node than fit into a batch", async () => {
    const [[first, second]] = await levels([3], { nodes: 2, edges: 10_000 });
    expect([first, second]).toEqual([[0], [1]]);
  });

  it("prints the levels, and says what is wrong with an option", async () => {
    const lines: string[] = [];
    await main(["--nodes", "50", "--edges", "120", "--seed", "4"], (line) => lines.push(line));
    const known = plainly(4, { nodes: 50, edges: 120 });
    expect(lines).toEqual([
      ...known.map((nodes, level) => `level ${level}: ${nodes.length} nodes`),
      `${known.flat().length} of 50 nodes can be reached from node 0`,
    ]);
    await expect(main(["--nodes", "many"], () => {})).rejects.toThrow(
      "Cannot use --nodes many: it takes a whole number from 1 to 67108864",
    );
  });
});
