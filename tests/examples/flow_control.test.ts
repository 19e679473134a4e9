import { Engine, ManualClock, range, steps } from "meander";
import { runWithFaucet } from "../../examples/flow_control/faucet.ts";
import { describe, expect, it } from "vitest";
import { flowControl, type FlowOptions, main, run } from "../../examples/flow_control/main.ts";

/** 1 + 2 + … + 999: number x is expanded to x records. */
const RECORDS = (999 * 1000) / 2;

/** For every test and summary how many batches the model allows to be open. */
const CASES: readonly [test: FlowOptions["test"], summary: number, allowed: number][] = [
  ["lessThan", 1, 2],
  ["lessThan", 2, 3],
  ["lessThan", 5, 6],
  ["lessEqual", 1, 1],
  ["lessEqual", 2, 2],
  ["lessEqual", 5, 5],
];

/** The most batches of which something is under way behind the buffer, looked up after every step. */
function mostUnderWay(limit: number, options: FlowOptions): number {
  const engine = new Engine({ explain: true, clock: new ManualClock() });
  const running = engine.install(flowControl(options, { opened() {}, closed() {} }, () => {}));
  running.handles.numbers.send([...range(1, limit)]);
  running.handles.numbers.close();
  let most = 0;
  for (const { rows } of steps(engine, running)) {
    const times = rows.filter(({ location }) => /^(expand|inspect|nothing)\./.test(location))
      .map(({ time }) => time);
    most = Math.max(most, new Set(times).size);
  }
  return most;
}

describe("flow control", () => {
  for (const [test, summary, allowed] of CASES) {
    it(`lets ${allowed} batches be open with summary ${summary} and ${test}`, async () => {
      const options = { summary, test, batchSize: 50 };
      expect(await run(1000, options)).toEqual({
        records: RECORDS,
        batches: 20,
        mostOpen: allowed,
      });
      // The same for the truth: what lies in mailboxes, not what the buffer has heard of it.
      expect(mostUnderWay(60, { ...options, batchSize: 5 })).toBe(allowed);
    });
  }

  it("makes the same records with batches of any size", async () => {
    for (const batchSize of [1, 7, 1000]) {
      const { records, batches } = await run(1000, { summary: 1, test: "lessEqual", batchSize });
      expect(records).toBe(RECORDS);
      expect(batches).toBe(Math.floor(999 / batchSize) + (batchSize === 1 ? 0 : 1));
    }
  });

  for (const inFlight of [1, 2, 3, 5]) {
    it(`lets ${inFlight} batches be open with a faucet of ${inFlight}`, async () => {
      expect(await runWithFaucet(1000, { inFlight, batchSize: 50 })).toEqual({
        records: RECORDS,
        batches: 20,
        mostOpen: inFlight,
      });
    });
  }

  it("prints one line for each setting", async () => {
    const lines: string[] = [];
    await main((text) => lines.push(text));
    expect(lines.slice(3)).toEqual([
      "frontier.lessThan         1       10          2  499,500",
      "frontier.lessThan         2       10          3  499,500",
      "frontier.lessThan         4       10          5  499,500",
      "frontier.lessEqual        1       10          1  499,500",
      "frontier.lessEqual        2       10          2  499,500",
      "frontier.lessEqual        4       10          4  499,500",
      "faucet of 1                       10          1  499,500",
      "faucet of 2                       10          2  499,500",
      "faucet of 4                       10          4  499,500",
    ]);
  });
});
