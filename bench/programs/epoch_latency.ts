/**
 * One epoch after the other through a row of maps. With --open-times N later epochs are open while
 * one completes, and a round must not cost much more for it.
 */
import { dataflow, Engine, type InputHandle, type OpenEpoch, type ProbeHandle } from "meander";
import { expectEqual, Laps, measureRounds, requireOneWorker, type Rounds } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { addingVertices, addMaps, chain, raisedSum } from "./chain.ts";
import { engineOf } from "./crew.ts";
import { measureRunning, rounds, type SelfMade, trial } from "./rounds.ts";
import { Tallies } from "./tallies.ts";

interface Setting {
  readonly engine: Engine;
  readonly input: InputHandle<number>;
  readonly probe: ProbeHandle;
  readonly epochs: number;
  readonly records: number;
  readonly group: number;
}

/** Sends an epoch, ends it, and runs until the probe has passed it. */
export function run(input: RunInput): Measurement | Promise<Measurement> {
  if (input.given.options["open-times"] !== undefined) requireOneWorker(input.workers);
  return input.workers === 1 ? runAlone(input) : runTogether(input);
}

function runAlone({ given, group }: RunInput): Measurement {
  const [operators, epochs, records] = given.numbers;
  const exchange = given.words.includes("exchange");
  const sum = new Float64Array(1);
  const engine = new Engine({ workers: 1 });
  const { input, probe } = engine.install(chain({ length: operators, sum, exchange })).handles;
  engine.run();
  const setting = { engine, input, probe, epochs, records, group };
  const openTimes = given.options["open-times"];
  const { spent, laps } = openTimes === undefined
    ? inOrder(setting)
    : withOpenTimes(setting, openTimes);
  const total = epochs * records;
  expectEqual("sum", sum[0], raisedSum(total, addingVertices(operators, exchange)));
  return { spent, laps, records: total, rounds: epochs };
}

/** Every worker sends the records of an epoch, and goes on when it is over on all of them. */
async function runTogether({ given, workers, group }: RunInput): Promise<Measurement> {
  const [operators, epochs, records] = given.numbers;
  const exchange = given.words.includes("exchange");
  const engine = engineOf(workers);
  const laps = new Laps(epochs, group);
  const tallies = Tallies.for(workers);
  const size = { operators, epochs, records, exchange };
  const running = engine.install(describe(size, tallies.shared, laps));
  const spent = await measureRunning(engine, running, tallies);
  const total = epochs * records;
  const expected = workers * raisedSum(total, addingVertices(operators, exchange));
  expectEqual("sum", tallies.total(0), expected);
  return { spent, laps: laps.taken, records: workers * total, rounds: epochs };
}

interface Size {
  readonly operators: number;
  readonly epochs: number;
  readonly records: number;
  readonly exchange: boolean;
}

/** For the threads of other workers. */
export function build(size: Size, shared: SharedArrayBuffer) {
  return describe(size, shared);
}

function describe(size: Size, shared: SharedArrayBuffer, laps?: Laps) {
  const { operators, epochs, records, exchange } = size;
  return dataflow("epochs", (root): SelfMade => {
    const tallies = Tallies.from(shared);
    const { start, sent, back } = rounds<number, number>(root, {
      count: epochs,
      share: () => ({
        send(out, time, epoch) {
          if (epoch !== trial) out.send(time, recordsOf(epoch, records));
          return false;
        },
      }),
      tallies,
      laps,
    });
    back.connect(addMaps(sent, operators, exchange, tallies.claim()));
    return { start };
  }, { madeBy: [build, size, shared] });
}

function inOrder({ engine, input, probe, epochs, records, group }: Setting): Rounds {
  let late = 0;
  const rounds = measureRounds(epochs, group, (epoch) => {
    input.send(recordsOf(epoch, records));
    input.advanceTo(epoch + 1);
    engine.run();
    if (!probe.isComplete(epoch)) late++;
  });
  expectEqual("epochs that did not complete", late, 0);
  return rounds;
}

/** A window of open epochs in a ring: every round opens the next one and completes the oldest. */
function withOpenTimes(
  { engine, input, probe, epochs, records, group }: Setting,
  openTimes: number,
): Rounds {
  const window: OpenEpoch<number>[] = [];
  for (let time = 0; time < openTimes; time++) window.push(input.open(time));
  input.advanceTo(openTimes);
  engine.run();
  let late = 0;
  const rounds = measureRounds(epochs, group, (epoch) => {
    const at = epoch % openTimes;
    const oldest = window[at];
    window[at] = input.open(epoch + openTimes);
    input.advanceTo(epoch + openTimes + 1);
    oldest.send(recordsOf(epoch, records));
    oldest.close();
    engine.run();
    if (!probe.isComplete(epoch)) late++;
  });
  expectEqual("epochs that did not complete", late, 0);
  return rounds;
}

/** A single record as a row, many as a column: what a source at hand would send. */
function recordsOf(epoch: number, records: number): readonly number[] | Float64Array {
  if (records === 1) return [epoch];
  const column = new Float64Array(records);
  const first = epoch * records;
  for (let i = 0; i < records; i++) column[i] = first + i;
  return column;
}
