import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentsOf, type Edge, main } from "../../examples/connected_components/main.ts";

/** The components by a search from each node, least first. */
function plainly(edges: readonly Edge[]): number[][] {
  const known = new Set<number>();
  const found: number[][] = [];
  for (const start of edges.flat().sort((a, b) => a - b)) {
    if (known.has(start)) continue;
    const component = new Set([start]);
    // A set may grow while it is gone through.
    for (const node of component) {
      for (const [one, other] of edges) {
        if (one === node) component.add(other);
        if (other === node) component.add(one);
      }
    }
    for (const node of component) known.add(node);
    found.push([...component].sort((a, b) => a - b));
  }
  return found;
}

const node = fc.nat({ max: 20 });
const graph = fc.array(fc.tuple(node, node) as fc.Arbitrary<Edge>, { maxLength: 25, size: "max" });

describe("connected components", () => {
  it("agree with a search from each node, one graph in each epoch, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(fc.array(graph, { maxLength: 4 }), fc.nat(), async (graphs, seed) => {
        const known = graphs.map(plainly);
        expect(await componentsOf(graphs)).toEqual(known);
        const small = { policy: { seed }, capacity: 2, budget: 1, workers: 3, threads: false };
        expect(await componentsOf(graphs, small)).toEqual(known);
      }),
      { numRuns: 40 },
    ));

  it.each([1, 2, 3])("are the same on %d threads", async (workers) => {
    // Steps of 7 and of 11 round 60 and 88 numbers: a ring of 60, and eight rings of 11.
    const ring = Array.from({ length: 60 }, (_unused, i): Edge => [i * 7 % 60, (i + 1) * 7 % 60]);
    const rings = Array.from({ length: 88 }, (_unused, i): Edge => [i, (i + 8) % 88]);
    const all = Array.from({ length: 60 }, (_unused, i) => i);
    const eight = Array.from(
      { length: 8 },
      (_unused, i) => Array.from({ length: 11 }, (_none, j) => i + 8 * j),
    );
    expect(await componentsOf([ring, rings], { workers })).toEqual([[all], eight]);
  });

  it("of a path are one, however the label of its end has to travel", async () => {
    const path = Array.from({ length: 100 }, (_unused, i): Edge => [i + 1, i]);
    const [found] = await componentsOf([path]);
    expect(found).toEqual([Array.from({ length: 101 }, (_unused, i) => i)]);
  });

  it("are printed by size", async () => {
    const lines: string[] = [];
    await main(["--nodes", "5", "--edges", "0"], (line) => lines.push(line));
    expect(lines).toEqual(["nodes without an edge: 5"]);
    lines.length = 0;
    await main(["--nodes", "40", "--edges", "30", "--seed", "4"], (line) => lines.push(line));
    const sizes = lines.slice(0, -1).map((line) => {
      const [, size, count] = /^components of (\d+) nodes: (\d+)$/.exec(line)!;
      return Number(size) * Number(count);
    });
    const without = Number(/^nodes without an edge: (\d+)$/.exec(lines.at(-1)!)![1]);
    expect(sizes.reduce((sum, size) => sum + size, without)).toBe(40);
    await expect(main(["50"], () => {})).rejects.toThrow(
      'Cannot use "50": there is no such option',
    );
  });
});
