import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finalRanks, main, randomChanges } from "../../examples/pagerank/main.ts";
import { changeOf } from "../../examples/pagerank/links.ts";
import { SPAN } from "../../examples/random_graph.ts";

interface Change {
  readonly from: number;
  readonly to: number;
  readonly isRemoved: boolean;
}

/** The share of edge number i when so much is handed on along so many edges. */
function share(amount: number, i: number, degree: number): number {
  return Math.ceil((amount - i) / degree);
}

/** The same round after round, over lists, all differences of a round in one map. */
function plainly(nodes: number, rounds: readonly (readonly Change[])[]): number[] {
  const targets: number[][] = Array.from({ length: nodes }, () => []);
  const ranks = new Array<number>(nodes).fill(1000);
  const waiting = new Array<number>(nodes).fill(0);
  let arriving = new Map<number, number>();
  for (let round = 0; round < rounds.length || arriving.size > 0; round++) {
    const leaving = new Map<number, number>();
    const handOn = (node: number, sign: number) => {
      const amount = Math.floor(ranks[node] * 5 / 6);
      targets[node].forEach((to, i) => {
        const given = sign * share(amount, i, targets[node].length);
        leaving.set(to, (leaving.get(to) ?? 0) + given);
      });
    };
    for (const { from, to, isRemoved } of rounds[round] ?? []) {
      handOn(from, -1);
      if (!isRemoved) targets[from].push(to);
      else if (targets[from].includes(to)) targets[from].splice(targets[from].indexOf(to), 1);
      targets[from].sort((a, b) => a - b);
      handOn(from, 1);
    }
    for (const [node, difference] of arriving) {
      waiting[node] += difference;
      if (Math.abs(waiting[node]) < 6) continue;
      handOn(node, -1);
      ranks[node] += waiting[node];
      waiting[node] = 0;
      handOn(node, 1);
    }
    arriving = new Map([...leaving].filter(([, difference]) => difference !== 0));
  }
  return ranks.map((rank, node) => rank + waiting[node]);
}

function asNumbers(rounds: readonly (readonly Change[])[]): number[][] {
  return rounds.map((changes) =>
    changes.map(({ from, to, isRemoved }) => changeOf(from * SPAN + to, isRemoved))
  );
}

const NODES = 12;
const node = fc.nat({ max: NODES - 1 });
const additions = fc.array(fc.record({ from: node, to: node, isRemoved: fc.constant(false) }), {
  maxLength: 40,
  size: "max",
});
// An edge that a round adds may go in the same round or in a later one, and some that go are not there.
const rounds: fc.Arbitrary<Change[][]> = fc.tuple(additions, additions, fc.nat(40), fc.nat(40)).map(
  ([first, second, some, others]) => {
    const removals = [...first.slice(0, some), ...second.slice(0, others), ...first.slice(0, 3)];
    const removed = removals.map((edge) => ({ ...edge, isRemoved: true }));
    return [first, [], [...second, ...removed.slice(0, some)], removed.slice(some), first];
  },
);

describe("PageRank", () => {
  it("gives the ranks of a plain computation, with edges that come and go, in any order of work", () =>
    fc.assert(
      fc.asyncProperty(rounds, fc.nat(), async (changes, order) => {
        const known = plainly(NODES, changes.map(additionsFirst));
        expect(await finalRanks(NODES, asNumbers(changes))).toEqual(known);
        const small = {
          policy: { seed: order },
          capacity: 3,
          budget: 1,
          workers: 3,
          threads: false,
        };
        expect(await finalRanks(NODES, asNumbers(changes), small)).toEqual(known);
      }),
      { numRuns: 40 },
    ));

  it.each([1, 2, 3])("gives the same ranks on %d threads", async (workers) => {
    const size = { nodes: 300, edges: 2000, rounds: 30, seed: 5 };
    const changes = [...randomChanges(size)];
    const known = plainly(size.nodes, changes.map((some) => some.map(asChange)));
    expect(await finalRanks(size.nodes, changes, { workers })).toEqual(known);
  });

  it("hands on five sixths round a ring until each node has nearly six times its own", async () => {
    const ring = [0, 1, 2, 3].map((from) => changeOf(from * SPAN + (from + 1) % 4, false));
    const ranks = await finalRanks(4, [ring]);
    // What a node has is its own, and five sixths of what the node before it has handed on.
    for (const rank of ranks) expect(Math.abs(rank - 6000)).toBeLessThanOrEqual(36);
    expect(new Set(ranks).size).toBe(1);
  });

  it("leaves everybody with their own once all edges are gone", async () => {
    const size = { nodes: 50, edges: 200, rounds: 0, seed: 2 };
    const [added] = [...randomChanges(size)];
    const ranks = await finalRanks(50, [added, [], added.map((change) => change + 1)]);
    for (const rank of ranks) expect(rank).toBe(1000);
  });

  it("prints the best nodes, and refuses more nodes than it can count", async () => {
    const lines: string[] = [];
    await main(["--nodes", "20", "--edges", "60", "--rounds", "3"], (line) => lines.push(line));
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^node \d+: \d+$/);
    expect(lines[5]).toMatch(/^\d+ in all, of which 20000 own$/);
    await expect(main(["--nodes", "1000000"], () => {})).rejects.toThrow("from 1 to 262144");
  });
});

function asChange(change: number): Change {
  const edge = Math.floor(change / 2);
  return { from: Math.floor(edge / SPAN), to: edge % SPAN, isRemoved: change % 2 === 1 };
}

/** Within a round the order is: by edge, additions first. */
function additionsFirst(changes: readonly Change[]): Change[] {
  return changes.toSorted((a, b) => Number(a.isRemoved) - Number(b.isRemoved));
}
