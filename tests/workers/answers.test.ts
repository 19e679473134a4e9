/**
 * Dataflows on threads mean what they mean on one worker. The threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import { bag, bagsByTime } from "../_support/bags.ts";
import { collatz, components, type Edge, limited, reachability } from "./programs/loops.ts";
import { pactsByName, spreadBy, type Tagged } from "./programs/pacts.ts";
import { countWords, splitWords, type WordPorts } from "./programs/words.ts";
import { ends, numbersFrom, quietly, threaded } from "./support.ts";
import type { Engine, Running } from "../../mod.ts";

const lines = [["to be or not to be", "that is the question"], ["to be"], ["", "be be be"]];

/** Sends the lines of each epoch, one at a time, and gives the counts of each epoch. */
async function wordsOf({ handles: { text, counts } }: Running<WordPorts>) {
  const found = quietly(Array.fromAsync(counts));
  for (const [time, epoch] of lines.entries()) {
    for (const line of epoch) await text.sendAt(time, [line]);
    text.advanceTo(time + 1);
  }
  text.close();
  return bagsByTime(await found);
}

function countedHere() {
  return bagsByTime(lines.map((epoch, time) => {
    const all = new Map<string, number>();
    for (const word of epoch.join(" ").split(" ")) all.set(word, (all.get(word) ?? 0) + 1);
    return { time, records: Array.from(all, ([word, n]) => ({ word, n })) };
  }));
}

function randomEdges(seed: number, nodes: number, edges: number): Edge[] {
  const random = numbersFrom(seed);
  return Array.from({ length: edges }, (): Edge => [random(nodes), random(nodes)]);
}

/** By asking for every pair again and again until there is no new one. */
function closureOf(edges: readonly Edge[]): Edge[] {
  const all = new Map(edges.map((edge) => [edge.join(), edge]));
  for (let before = -1; before !== all.size;) {
    before = all.size;
    for (const [a, b] of [...all.values()]) {
      for (const [c, d] of edges) if (b === c) all.set(`${a},${d}`, [a, d]);
    }
  }
  return [...all.values()];
}

/** The least node that can be reached from each, in either direction. */
function labelsOf(edges: readonly Edge[]): Edge[] {
  const pairs = closureOf(edges.flatMap(([a, b]): Edge[] => [[a, b], [b, a]]));
  const least = new Map<number, number>();
  for (const [a, b] of pairs) least.set(a, Math.min(least.get(a) ?? a, b));
  return [...least];
}

function collatzOf(start: number) {
  const rounds = { start, now: start, outer: 0, inner: 0 };
  while (rounds.now > 1) {
    if (rounds.now % 2 === 0) {
      rounds.now /= 2;
      rounds.inner++;
    } else {
      rounds.now = 3 * rounds.now + 1;
      rounds.outer++;
    }
  }
  return rounds;
}

/** Words of split and pinned inputs, and of an exported dataflow, are counted. */
async function countsWords(engine: Engine): Promise<void> {
  const runs = [countWords("split"), countWords("pinned"), splitWords].map((program) =>
    engine.install(program)
  );
  const found = await Promise.all(runs.map(wordsOf));
  expect(found).toEqual([countedHere(), countedHere(), countedHere()]);
  await ends(...runs);
  expect(runs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
}

/** Loops end with what brute force finds. */
async function loopsEnd(engine: Engine): Promise<void> {
  await using reach = engine.install(reachability);
  const graphs = [randomEdges(1, 30, 45), randomEdges(2, 12, 30), [[5, 5] as Edge]];
  const pairs = quietly(Array.fromAsync(reach.handles.pairs));
  graphs.forEach((graph, time) => reach.handles.edges.sendAt(time, graph));
  reach.handles.edges.close();

  await using connected = engine.install(components);
  const graph = randomEdges(3, 40, 30);
  const labels = quietly(connected.handles.labels.toArray());
  connected.handles.edges.send(graph);
  connected.handles.edges.close();

  const expected = graphs.map((graph, time) => ({ time, records: closureOf(graph) }));
  expect(bagsByTime(await pairs)).toEqual(bagsByTime(expected));
  expect(bag(await labels)).toEqual(bag(labelsOf(graph)));
  await ends(reach, connected);
}

/** Loops in loops do, and limits drop what passes them. */
async function nestedLoopsEnd(engine: Engine): Promise<void> {
  await using nested = engine.install(collatz);
  const numbers = Array.from({ length: 60 }, (_unused, i) => i + 1);
  const found = quietly(nested.handles.ends.toArray());
  nested.handles.numbers.send(numbers);
  nested.handles.numbers.close();
  expect(bag(await found)).toEqual(bag(numbers.map(collatzOf)));

  await using down = engine.install(limited);
  const all = quietly(down.handles.all.toArray());
  for (const n of [3, 9, 10, 11, 40, 40]) down.handles.numbers.send([n]);
  down.handles.numbers.close();
  const expected = [3, 9, 10, 11, 40, 40].flatMap((n) =>
    Array.from({ length: Math.min(n + 1, 10) }, (_unused, i) => n - i)
  );
  expect(bag(await all)).toEqual(bag(expected));
  await ends(nested, down);
  expect(down.dropped).toEqual([
    { vertex: "down/again", records: 4, reason: "maxIterations 10" },
  ]);
}

/** Every pact sends records to the workers that it names. */
async function pactsSpread(engine: Engine, workers: number): Promise<void> {
  const runs = Object.keys(pactsByName).flatMap((pact) =>
    (["split", "pinned"] as const).map((source) => ({
      pact,
      source,
      ...tagAll(engine, pact, source),
    }))
  );
  for (const { pact, source, run, tagged } of runs) {
    checkSpread(pact, source, workers, await tagged);
    await run.done;
  }
}

const spread = Array.from({ length: 90 }, (_unused, n) => n);

function tagAll(engine: Engine, pact: string, source: "split" | "pinned") {
  const run = engine.install(spreadBy(pact, source));
  const tagged = quietly(run.handles.tagged.toArray());
  // Each of another time, so that they are batches of their own.
  for (const n of spread) run.handles.numbers.sendAt(n, [n]);
  run.handles.numbers.close();
  return { run, tagged };
}

function checkSpread(
  pact: string,
  source: "split" | "pinned",
  workers: number,
  tagged: readonly Tagged[],
): void {
  const title = `${pact} of a ${source} input`;
  const copies = pact === "broadcast" ? workers : 1;
  const records = tagged.map(({ record }) => record);
  expect(bag(records), title).toEqual(bag(spread.flatMap((n) => new Array(copies).fill(n))));
  const byWorker = Map.groupBy(tagged, ({ worker }) => worker);
  const at = (record: number) => tagged.find((each) => each.record === record)!.worker;
  if (pact === "gather" || (pact === "pipeline" && source === "pinned")) {
    expect([...byWorker.keys()], title).toEqual([0]);
  } else {
    expect(byWorker.size, title).toBe(workers);
  }
  if (pact === "exchange") {
    for (const { worker, record } of tagged) expect(worker, title).toBe(at(record % 30));
  }
  if (pact === "route") {
    for (const { worker, record } of tagged) {
      expect(worker, title).toBe(workers - 1 - record % workers);
    }
  }
  if (pact === "balance" || (pact === "pipeline" && source === "split")) {
    for (const [worker, all] of byWorker) {
      expect(all.length, `${title} to ${worker}`).toBe(90 / workers);
    }
  }
}

describe.each([1, 2, 3])("Answers of %i workers are those of one:", (workers) => {
  it("words", async () => {
    using engine = threaded(workers);
    await countsWords(engine);
  });

  it("loops, and loops in loops", async () => {
    using engine = threaded(workers);
    await Promise.all([loopsEnd(engine), nestedLoopsEnd(engine)]);
  });

  it("pacts", async () => {
    using engine = threaded(workers);
    await pactsSpread(engine, workers);
  });
});
