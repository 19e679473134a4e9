import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Edge,
  findComponents,
  type Graph,
  main,
  sample,
} from "../../examples/components/main.ts";

/** Tarjan's algorithm (SIAM Journal on Computing 1972), recursive as in the book. */
function tarjan({ edges, nodes = [] }: Graph): number[][] {
  const next = Map.groupBy(edges, ([from]) => from);
  const number = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const found: number[][] = [];
  const visit = (v: number) => {
    number.set(v, number.size);
    low.set(v, number.get(v)!);
    stack.push(v);
    for (const [, w] of next.get(v) ?? []) {
      if (!number.has(w)) {
        visit(w);
        low.set(v, Math.min(low.get(v)!, low.get(w)!));
      } else if (stack.includes(w)) {
        low.set(v, Math.min(low.get(v)!, number.get(w)!));
      }
    }
    if (low.get(v) === number.get(v)) {
      found.push(stack.splice(stack.indexOf(v)).sort((a, b) => a - b));
    }
  };
  for (const v of new Set([...nodes, ...edges.flat()])) if (!number.has(v)) visit(v);
  return found.sort(([a], [b]) => a - b);
}

const node = fc.nat({ max: 14 });
const graph: fc.Arbitrary<Graph> = fc.record({
  edges: fc.array(fc.tuple(node, node) as fc.Arbitrary<Edge>, { maxLength: 30, size: "max" }),
  nodes: fc.array(node, { maxLength: 4 }),
});

describe("strongly connected components", () => {
  it("finds those of the sample", async () => {
    const known = [[1, 2, 3], [4, 5], [6], [7, 8, 9], [10]];
    expect(tarjan(sample)).toEqual(known);
    expect(await findComponents([sample])).toEqual([known]);
  });

  it("agrees with Tarjan's algorithm on any graphs, one in each epoch, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(fc.array(graph, { maxLength: 4 }), fc.nat(), async (graphs, seed) => {
        const known = graphs.map(tarjan);
        expect(await findComponents(graphs)).toEqual(known);
        expect(await findComponents(graphs, { policy: { seed } })).toEqual(known);
      }),
      { numRuns: 40 },
    ));

  it("finds one component in a ring, and single nodes in a path", async () => {
    const ring = Array.from({ length: 50 }, (_unused, i): Edge => [i, (i + 1) % 50]);
    const path = ring.slice(0, 49);
    const all = ring.map(([from]) => from);
    expect(await findComponents([{ edges: ring }, { edges: path }])).toEqual([
      [all],
      all.map((single) => [single]),
    ]);
  });

  it("prints the sample's components", async () => {
    const lines: string[] = [];
    await main((text) => lines.push(text));
    expect(lines.slice(1)).toEqual([
      "components  {1, 2, 3} {4, 5} {6} {7, 8, 9} {10}",
      "with 6→1    {1, 2, 3, 4, 5, 6} {7, 8, 9} {10}",
    ]);
  });
});
