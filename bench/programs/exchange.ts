/**
 * Every worker sends a batch of integers a round through an exchange, and waits until the round is
 * over everywhere: what records cost that change workers, at a size where progress still counts.
 */
import { type Batch, dataflow } from "meander";
import { expectEqual, Laps } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { engineOf } from "./crew.ts";
import { measureRunning, rounds, type SelfMade, type Share, trial } from "./rounds.ts";
import { Tallies } from "./tallies.ts";

// What a worker has received: of the trial every record is looked at, of all rounds the number.
const RECORDS = 0;
const TRIAL_RECORDS = 1;
const TRIAL_SUM = 2;
const TRIAL_KEYS = 3;

/** For the threads of other workers as well. */
export function build(batch: number, count: number, shared: SharedArrayBuffer) {
  return describe(batch, count, shared);
}

function describe(batch: number, count: number, shared: SharedArrayBuffer, laps?: Laps) {
  return dataflow("exchange", (root): SelfMade => {
    const tallies = Tallies.from(shared);
    const share = () => integers(batch, tallies.claim());
    const { start, sent, back } = rounds<number, number>(root, { count, share, tallies, laps });
    back.connect(sent.exchange((x) => x));
    return { start };
  }, { madeBy: [build, batch, count, shared] });
}

/** The integers from 0 to `batch` in every round. */
function integers(batch: number, tally: Float64Array): Share<number, number> {
  let next = 0;
  const keys = new Set<number>();
  return {
    send(out, time) {
      next = out.pushRange(time, next, batch);
      if (next < batch) return true;
      next = 0;
      return false;
    },
    receive(arrived, round) {
      tally[RECORDS] += arrived.length;
      if (round === trial) lookAt(arrived, keys, tally);
    },
  };
}

function lookAt(arrived: Batch<number>, keys: Set<number>, tally: Float64Array): void {
  for (const key of arrived) {
    tally[TRIAL_SUM] += key;
    keys.add(key);
  }
  tally[TRIAL_RECORDS] += arrived.length;
  tally[TRIAL_KEYS] = keys.size;
}

/** Runs all rounds; each worker must have received its share of each, and the same in all. */
export async function run({ given, workers, group }: RunInput): Promise<Measurement> {
  const [batch, count] = given.numbers;
  const engine = engineOf(workers);
  const laps = new Laps(count, group);
  const tallies = Tallies.for(workers);
  const running = engine.install(describe(batch, count, tallies.shared, laps));
  const spent = await measureRunning(engine, running, tallies);
  for (const row of tallies.rows) {
    expectEqual("records of a worker", row[RECORDS], row[TRIAL_RECORDS] * (count + 1));
  }
  expectEqual("records of the trial", tallies.total(TRIAL_RECORDS), workers * batch);
  expectEqual("its sum", tallies.total(TRIAL_SUM), workers * batch * (batch - 1) / 2);
  expectEqual("its keys, each on one worker", tallies.total(TRIAL_KEYS), batch);
  return { spent, laps: laps.taken, records: workers * batch * count, rounds: count };
}
