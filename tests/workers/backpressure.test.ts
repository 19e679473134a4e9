/**
 * A slow worker holds back those who send to it, wherever they are. The threads are those of Deno.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import type { EngineOptions } from "../../mod.ts";
import {
  type Account,
  AHEAD,
  countSent,
  flow,
  type FlowOptions,
  HAS_BEGUN,
  MAY_GO_ON,
  RECEIVED,
  rounds,
  SENT,
  slowInput,
} from "./programs/flow.ts";
import { quietly, reached, threaded, type Words, words } from "./support.ts";

const below = 1_200_000;
const capacity = 1024;
/** An edge's window to one worker, in batches, and what a slice of the sender and the edge itself may hold. */
const window = 32;
const slack = 16;

/** The numbers below the limit, in order, at one receiver. */
function expectAll(accounts: readonly Account[]): void {
  expect(accounts).toEqual([{ records: below, sum: below * (below - 1) / 2, disorder: 0 }]);
}

/** Runs a flow whose receiver does not go on before the sender's worker, the test's own, has nothing to do. */
async function stall(
  options: Omit<FlowOptions, "below" | "worker" | "patience">,
  engine: EngineOptions,
) {
  const counts = words(5);
  const all = threaded(3, engine);
  await using run = all.install(flow(counts, { ...options, below, worker: 0, patience: "told" }));
  const accounts = quietly(run.handles.account.toArray());
  await reached(counts, HAS_BEGUN, 1);
  await all.idle();
  const sent = counts[SENT];
  expect([run.status, counts[RECEIVED]]).toEqual(["running", 0]);
  goOn(counts);
  expectAll(await accounts);
  await run.done;
  return sent / capacity;
}

function goOn(counts: Words): void {
  Atomics.store(counts, MAY_GO_ON, 1);
  Atomics.notify(counts, MAY_GO_ON);
}

describe("A worker that does not take what is sent to it", () => {
  it.each([
    ["an edge", 1, {}],
    ["a row of maps", 1, { chains: false }],
    ["another worker", 2, {}],
  ])("stops the sender behind %s, after %i windows at most, %o", async (way, windows, engine) => {
    const batches = await stall({ way }, engine);
    expect(batches).toBeGreaterThanOrEqual(window);
    expect(batches).toBeLessThanOrEqual(windows * (window + slack));
  });

  it.each([
    [2, "a row of maps"],
    [0, "another worker"],
  ])("is never further behind a sender on worker %i, behind %s", async (worker, way) => {
    const counts = words(5);
    const patience = window * capacity;
    await using run = threaded(3).install(flow(counts, { below, worker, way, patience }));
    expectAll(await run.handles.account.toArray());
    await run.done;
    expect([counts[SENT], counts[RECEIVED]]).toEqual([below, below]);
    const ahead = counts[AHEAD] / capacity;
    expect(ahead).toBeGreaterThanOrEqual(window);
    expect(ahead).toBeLessThanOrEqual((way === "another worker" ? 2 : 1) * (window + slack));
  });

  it("makes whoever feeds an input wait", async () => {
    const counts = words(5);
    await using run = threaded(2).install(slowInput(counts, window * capacity));
    const { numbers, account } = run.handles;
    const accounts = quietly(account.toArray());
    for (let n = 0; n < below; n += capacity) {
      const length = Math.min(capacity, below - n);
      countSent(counts, length);
      await numbers.send(Int32Array.from({ length }, (_unused, i) => n + i));
    }
    numbers.close();
    const found = await accounts;
    expect(found.reduce((sum, { records }) => sum + records, 0)).toBe(below);
    expect(found.map(({ disorder }) => disorder)).toEqual([0, 0]);
    await run.done;
    // Every other batch goes to each of the two, and 64 may wait before the input asks to wait.
    expect(counts[AHEAD] / capacity).toBeLessThanOrEqual(2 * (window + slack) + 64);
  });

  it("is no reason for a loop to wait for itself", async () => {
    await using run = threaded(3, { capacity: 2, budget: 1 }).install(rounds);
    const { numbers, ends } = run.handles;
    const all = quietly(ends.toArray());
    for (let from = 0; from < 3000; from += 500) {
      await numbers.send(Array.from({ length: 500 }, (_unused, i) => (from + i) % 13));
    }
    numbers.close();
    expect((await all).length).toBe(3000);
    await run.done;
  });
});
