/**
 * Many dataflows of which each round wakes one: what a round costs must not depend on how many there
 * are.
 */
import { Engine } from "meander";
import { expectEqual, measureRounds } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { chain, raisedSum, splitChain } from "./chain.ts";
import { engineOf, workUntil } from "./crew.ts";
import { Tallies } from "./tallies.ts";

/** Sends to one dataflow after the other, and works until its probe has passed. */
export function run(input: RunInput): Measurement | Promise<Measurement> {
  return input.workers === 1 ? runAlone(input) : runTogether(input);
}

function runAlone({ given, group }: RunInput): Measurement {
  const [dataflows, length, rounds] = given.numbers;
  const withRecord = !given.words.includes("norecord");
  const sum = new Float64Array(1);
  const engine = new Engine({ workers: 1 });
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
  expectEqual("sum", sum[0], withRecord ? raisedSum(rounds, length) : 0);
  return { spent, laps, records: withRecord ? rounds : null, rounds };
}

/** Each worker gets a record a round, as each sends one itself on the native side. */
async function runTogether({ given, workers, group }: RunInput): Promise<Measurement> {
  const [dataflows, length, rounds] = given.numbers;
  const withRecord = !given.words.includes("norecord");
  const engine = engineOf(workers);
  const tallies = Array.from({ length: dataflows }, () => Tallies.for(workers));
  const all = tallies.map(({ shared }) => engine.install(splitChain(length, shared)));
  const pass = (which: number, value: number | undefined) => {
    const running = all[which];
    const { input, probe } = running.handles;
    const time = input.time as number;
    for (let to = 0; value !== undefined && to < workers; to++) input.send([value]);
    input.advanceTo(time + 1);
    workUntil(engine, running, () => probe.isComplete(time));
  };
  // A first record for every worker, so that all have begun.
  for (let which = 0; which < dataflows; which++) pass(which, 0);
  const { spent, laps } = measureRounds(rounds, group, (round) => {
    pass(round % dataflows, withRecord ? round : undefined);
  });
  await Promise.all(all.map((running) => running.drain()));
  const sum = tallies.reduce((sum, each) => sum + each.total(0), 0);
  const sent = withRecord ? raisedSum(rounds, length) : 0;
  expectEqual("sum", sum, workers * (sent + dataflows * length));
  return { spent, laps, records: withRecord ? workers * rounds : null, rounds };
}
