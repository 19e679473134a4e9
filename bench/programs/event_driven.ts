/**
 * Many dataflows of which each round wakes one: what a round costs must not depend on how many there
 * are.
 */
import { Engine } from "meander";
import { expectEqual, measureRounds, requireOneWorker } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { chain, raisedSum } from "./chain.ts";

/** Sends to one dataflow after the other, and runs until its probe has passed. */
export function run({ given, workers, group }: RunInput): Measurement {
  requireOneWorker(workers);
  const [dataflows, length, rounds] = given.numbers;
  const withRecord = !given.words.includes("norecord");
  const sum = { total: 0 };
  const engine = new Engine();
  const program = chain({ length, sum, region: true });
  const handles = Array.from({ length: dataflows }, () => engine.install(program).handles);
  engine.run();
  let late = 0;
  const { spent, laps } = measureRounds(rounds, group, (round) => {
    const { input, probe } = handles[round % dataflows];
    const time = input.time as number;
    if (withRecord) input.send([round]);
    input.advanceTo(time + 1);
    engine.run();
    if (!probe.isComplete(time)) late++;
  });
  expectEqual("rounds whose probe did not pass", late, 0);
  expectEqual("sum", sum.total, withRecord ? raisedSum(rounds, length) : 0);
  return { spent, laps, records: withRecord ? rounds : null, rounds };
}
