/**
 * One dataflow runs beside a great number of installed ones that have nothing to do.
 */
import { Engine } from "meander";
import { expectEqual, measureRounds, quantile, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { chain, raisedSum, type Sum } from "./chain.ts";

const length = 8;

/** The same rounds, warm, alone and beside the idle ones. */
export function run({ given: { numbers: [idle, rounds] }, workers, group }: RunInput): Measurement {
  requireOneWorker(workers);
  const engine = new Engine();
  const sum = new Float64Array(1);
  const { input, probe } = engine.install(chain({ length, sum })).handles;
  engine.run();
  let late = 0;
  const round = (index: number) => {
    const time = input.time as number;
    input.send([index]);
    input.advanceTo(time + 1);
    engine.run();
    if (!probe.isComplete(time)) late++;
  };
  // Once for nothing: whoever is measured first would pay for the warming up.
  measureRounds(rounds, group, round);
  const alone = measureRounds(rounds, group, round);
  const idleSum = new Float64Array(1);
  installIdle(engine, idle, idleSum);
  const { spent, laps } = measureRounds(rounds, group, round);
  expectEqual("rounds whose probe did not pass", late, 0);
  expectEqual("sum", sum[0], 3 * raisedSum(rounds, length));
  expectEqual("sum of the idle", idleSum[0], idle * length);
  const before = quantile(alone.laps, 0.5) ?? 0;
  const costRatio = (quantile(laps, 0.5) ?? 0) / before;
  const extra = { alone_p50_us: before, cost_ratio: costRatio };
  return { spent, laps, records: rounds, rounds, extra };
}

/** Each has worked off a record before it falls idle. Half an epoch of each stays open. */
function installIdle(engine: Engine, idle: number, sum: Sum): void {
  const program = chain({ length, sum });
  for (let i = 0; i < idle; i++) {
    const { input } = engine.install(program).handles;
    input.send([0]);
    input.advanceTo(1);
    engine.run();
  }
}
