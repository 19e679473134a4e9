import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edge, forests, main, randomBatches } from "../../examples/unionfind/main.ts";
import { Forest } from "../../examples/unionfind/forest.ts";

/** The parts of more than one node that edges make, by merging whole sets. */
function partsOf(edges: readonly Edge[]): number[][] {
  let parts: Set<number>[] = [];
  for (const edge of edges) {
    const touched = parts.filter((part) => edge.some((node) => part.has(node)));
    const merged = new Set([...edge, ...touched.flatMap((part) => [...part])]);
    parts = [...parts.filter((part) => !touched.includes(part)), merged];
  }
  return parts.filter(({ size }) => size > 1).map((part) => [...part].sort((a, b) => a - b))
    .sort(([a], [b]) => a - b);
}

/** What there must be: up to every epoch the same parts as all edges make, and no edge too many. */
function expectForests(found: readonly Edge[][], epochs: readonly (readonly Edge[])[]): void {
  expect(found).toHaveLength(epochs.length);
  for (let end = 1; end <= epochs.length; end++) {
    const kept = found.slice(0, end).flat();
    const parts = partsOf(epochs.slice(0, end).flat());
    expect(partsOf(kept)).toEqual(parts);
    expect(kept).toHaveLength(parts.reduce((sum, { length }) => sum + length - 1, 0));
  }
}

const node = fc.nat({ max: 20 });
const epoch = fc.array(fc.tuple(node, node) as fc.Arbitrary<Edge>, { maxLength: 20, size: "max" });

/** Workers that take turns on one thread, in any order, with little room. */
const small = { workers: 3, threads: false, capacity: 2, budget: 1 } as const;

describe("union-find", () => {
  it("connects in every epoch what merging sets connects, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(fc.array(epoch, { maxLength: 4 }), fc.nat(), async (epochs, seed) => {
        expectForests(await forests(epochs), epochs);
        expectForests(await forests(epochs, { ...small, policy: { seed } }), epochs);
      }),
      { numRuns: 40 },
    ));

  it.each([1, 2, 3])("connects the same on %d threads", async (workers) => {
    const epochs = [...randomBatches({ nodes: 200, edges: 300, batch: 80, seed: 6 })];
    expect(epochs).toHaveLength(4);
    expectForests(await forests(epochs, { workers }), epochs);
  });

  it("keeps all edges of a path but none that closes it", async () => {
    const path = Array.from({ length: 500 }, (_unused, i): Edge => [i, i + 1]);
    const [kept, closing] = await forests([path, [[500, 0], [250, 250], [3, 400]]]);
    expect(kept).toHaveLength(500);
    expect(closing).toEqual([]);
  });

  it("has trees as high as the logarithm of their size", () => {
    const forest = new Forest();
    for (let step = 1; step < 1024; step *= 2) {
      for (let i = 0; i < 1024; i += 2 * step) expect(forest.connect(i, i + step)).toBe(true);
    }
    const root = forest.rootOf(0);
    for (let i = 0; i < 1024; i++) expect(forest.rootOf(i)).toBe(root);
    expect(forest.connect(17, 900)).toBe(false);
  });

  it("prints the number of parts", async () => {
    const size = { nodes: 30, edges: 40, batch: 25, seed: 2 };
    const epochs = [...randomBatches(size)];
    const parts = (edges: readonly Edge[]) =>
      30 - partsOf(edges).reduce((sum, { length }) => sum + length - 1, 0);
    const [first, second] = [parts(epochs[0]), parts(epochs.flat())];
    const lines: string[] = [];
    const args = Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]);
    await main(args, (line) => lines.push(line));
    expect(lines).toEqual([
      "30 nodes without an edge: 30 parts",
      `epoch 0: ${30 - first} edges connect, ${first} parts`,
      `epoch 1: ${first - second} edges connect, ${second} parts`,
    ]);
    await expect(main(["--depth", "3"], () => {})).rejects.toThrow('Cannot use "--depth"');
  });
});
