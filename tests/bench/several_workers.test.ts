/**
 * The benchmark programs on several workers. The threads are those of Deno.
 *
 * @module
 */
import { afterEach, describe, expect, it } from "vitest";
import { dismissCrews } from "../../bench/programs/crew.ts";
import { run } from "./support.ts";

describe("a small run on several workers of", () => {
  afterEach(dismissCrews);

  it.each([
    ["barrier 50 --workers 2", { records: null, rounds: 50 }],
    ["barrier 50 --workers 3", { records: null, rounds: 50 }],
    ["bfs 300 900 --workers 2", {}],
    ["bfs 20000 90000 --workers 3", {}],
    ["epoch_latency 8 20 1 --workers 2", { records: 40, rounds: 20 }],
    ["epoch_latency 8 20 200 exchange --workers 2", { records: 8000 }],
    ["event_driven 3 4 20 --workers 2", { records: 40, rounds: 20 }],
    ["event_driven 3 4 20 norecord --workers 2", { records: null, rounds: 20 }],
    ["exchange 100 20 --workers 2", { records: 4000, rounds: 20 }],
    ["exchange 20000 3 --workers 3", { records: 180_000 }],
    ["pagerank 300 900 --workers 2", {}],
    ["pagerank 2000 9000 --workers 3", {}],
    ["wordcount 20000 3 100 --workers 2", { records: 20_000 }],
    ["wordcount 2000 3 100 strings --workers 2", { records: 2000 }],
  ])("%s answers rightly, twice on the same threads", async (line, expected) => {
    expect(await run(line)).toMatchObject(expected);
    expect(await run(line)).toMatchObject(expected);
  });
});
