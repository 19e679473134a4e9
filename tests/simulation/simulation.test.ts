import { describe, expect, it } from "vitest";
import { Meaning } from "./meaning.ts";
import type { Program } from "./program.ts";
import { caseOf, configurations, simulateAll, Simulation } from "./simulate.ts";

describe("simulation of random programs", () => {
  // Results, dropped records, late batches, frontiers that go back, notifications missing, early, late or
  // doubled, buffers that leak: each of them is a violation. The long run is `deno task simulate`.
  for (const from of [1, 51, 101]) {
    it(`means the same under every policy, seeds ${from} to ${from + 49}`, () => {
      expect(simulateAll(from, 50, { workers: [1] }).runs).toBe(350);
    });
  }

  it("repeats a run exactly, given its seed and its policy", () => {
    for (const configuration of configurations(11)) {
      const orders = [1, 2].map(() => {
        const order: string[] = [];
        new Simulation(caseOf(11), configuration, (line) => order.push(line)).run();
        return order;
      });
      expect(orders[0].length).toBeGreaterThan(0);
      expect(orders[1]).toEqual(orders[0]);
    }
  });
});

/** numbers → loop { enter ∪ round → distinct per epoch → map 3n mod 17 → round } → leave. */
const powersOfThree: Program = {
  rootDepth: 1,
  inputs: 1,
  loops: [{ parent: -1, depth: 2 }],
  variables: [{ scope: 0, depth: 2, by: 1, limit: 5, source: 4 }],
  nodes: [
    { shape: { kind: "input", input: 0 }, scope: -1, depth: 1 },
    { shape: { kind: "enter", of: 0, loop: 0 }, scope: 0, depth: 2 },
    { shape: { kind: "variable", variable: 0 }, scope: 0, depth: 2 },
    { shape: { kind: "concat", all: [1, 2] }, scope: 0, depth: 2 },
    { shape: { kind: "map", of: 5, by: 0 }, scope: 0, depth: 2 },
    { shape: { kind: "distinct", of: 3, per: "epoch" }, scope: 0, depth: 2 },
    { shape: { kind: "leave", of: 5, loop: 0 }, scope: -1, depth: 1 },
  ],
  outputs: [6],
};

describe("the meaning that simulations are compared with", () => {
  it("follows a loop round until its limit, and counts what that drops", () => {
    const meaning = new Meaning(powersOfThree, (_input, [epoch]) => epoch === 1 ? [1] : []);
    expect(meaning.at(6, [0])).toEqual([]);
    expect(meaning.at(6, [1])).toEqual([1, 3, 9, 10, 13]);
    expect(meaning.at(4, [1, 4])).toEqual([5]);
    expect(meaning.droppedBy(0)).toBe(1);
  });

  it("gives a key to the least iteration in which it occurs", () => {
    const meaning = new Meaning(powersOfThree, () => [3, 1]);
    expect(meaning.at(5, [0, 0])).toEqual([3, 1]);
    expect(meaning.at(5, [0, 1])).toEqual([9]);
    expect(meaning.at(6, [0])).toEqual([3, 1, 9, 10, 13, 5]);
  });

  it("joins at the later of two times, within a prefix", () => {
    const shape = { kind: "join", left: 0, right: 1 } as const;
    const program = (per: "time" | "forever"): Program => ({
      ...powersOfThree,
      nodes: [
        { shape: { kind: "input", input: 0 }, scope: -1, depth: 1 },
        { shape: { kind: "input", input: 1 }, scope: -1, depth: 1 },
        { shape: { ...shape, per }, scope: -1, depth: 1 },
      ],
    });
    // 7 and 2 share a key, and so do 12 and 2: 2·7+2 = 16, 2·12+2 = 26 ≡ 9 modulo 17.
    const given = (input: number, [epoch]: readonly number[]) =>
      input === 0 ? [[7], [], [12]][epoch] ?? [] : epoch === 2 ? [2] : [];
    expect(new Meaning(program("time"), given).at(2, [2])).toEqual([9]);
    expect(new Meaning(program("forever"), given).at(2, [2])).toEqual([16, 9]);
    expect(new Meaning(program("forever"), given).at(2, [0])).toEqual([]);
  });

  it("has programs of every kind among its first seeds", () => {
    const cases = Array.from({ length: 60 }, (_, i) => caseOf(i + 1).program);
    const kinds = new Set(cases.flatMap(({ nodes }) => nodes.map(({ shape }) => shape.kind)));
    expect(kinds.size).toBe(22);
    expect(Math.max(...cases.flatMap(({ nodes }) => nodes.map(({ depth }) => depth)))).toBe(5);
    expect(cases.some(({ rootDepth }) => rootDepth === 2)).toBe(true);
    expect(cases.some(({ variables }) => variables.some(({ scope }) => scope < 0))).toBe(true);
  });
});
