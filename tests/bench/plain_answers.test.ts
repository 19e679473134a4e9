/**
 * The plain computations that bfs and pagerank are held against.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { plainLevels } from "../../bench/programs/plain_levels.ts";
import { plainRanks } from "../../bench/programs/plain_ranks.ts";
import { edgeAt, endOf, startOf } from "../../examples/random_graph.ts";
import { saltOf } from "../../examples/random.ts";

const SIZE = { nodes: 12, edges: 25 };

describe("the plain search", () => {
  it.each([1, 2, 3])("finds levels by distance, as Floyd's algorithm does (seed %d)", (seed) => {
    const { nodes, edges } = SIZE;
    const all = Array.from({ length: edges }, (_unused, i) => edgeAt(saltOf(seed), i, nodes));
    // The least number of edges between any two nodes, by Floyd's algorithm.
    const far = Array.from(
      { length: nodes },
      (_unused, i) => Array.from({ length: nodes }, (_none, j) => i === j ? 0 : Infinity),
    );
    for (const edge of all.filter((edge) => startOf(edge) !== endOf(edge))) {
      far[startOf(edge)][endOf(edge)] = 1;
    }
    for (let k = 0; k < nodes; k++) {
      for (const from of far) {
        for (let j = 0; j < nodes; j++) from[j] = Math.min(from[j], from[k] + far[k][j]);
      }
    }
    const reached = [...far[0].entries()].filter(([, level]) => level < Infinity);
    expect(plainLevels(SIZE, saltOf(seed))).toEqual({
      nodes: reached.length,
      levels: reached.reduce((sum, [, level]) => sum + level, 0),
      checksum: reached.reduce((sum, [node, level]) => sum + node * (level + 1), 0),
      followed: all.filter((edge) => far[0][startOf(edge)] < Infinity).length,
    });
  });
});

describe("the plain ranks", () => {
  it("are nearly those that solve the equations of PageRank", () => {
    const { nodes, edges } = SIZE;
    const rounds = 10;
    const salt = saltOf(4);
    const targets: number[][] = Array.from({ length: nodes }, () => []);
    // Each round removes the oldest edge and adds one.
    for (let i = rounds; i < edges + rounds; i++) {
      const edge = edgeAt(salt, i, nodes);
      targets[startOf(edge)].push(endOf(edge));
    }
    let ranks = new Array<number>(nodes).fill(1000);
    for (let step = 0; step < 200; step++) {
      const next = new Array<number>(nodes).fill(1000);
      for (const [node, ends] of targets.entries()) {
        for (const to of ends) next[to] += ranks[node] * 5 / 6 / ends.length;
      }
      ranks = next;
    }
    const { sum, checksum } = plainRanks(SIZE, rounds, salt);
    // What waits at a node is less than 6, and less than 1 is lost of what it hands on, all five sixths on.
    const most = 7 * 6 * nodes;
    const exact = ranks.map((rank) => rank - 1000);
    expect(Math.abs(sum - exact.reduce((a, b) => a + b, 0))).toBeLessThan(most);
    const weighed = exact.reduce((all, rank, node) => all + rank * (node + 1), 0);
    expect(Math.abs(checksum - weighed)).toBeLessThan(most * nodes);
    expect(sum).toBeGreaterThan(10 * most);
  });
});
