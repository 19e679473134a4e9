/**
 * Words of epochs, each sent to the worker of its key, kept until its epoch is complete, then counted:
 * every word is answered by itself and the count so far.
 */
import { dataflow } from "meander";
import { expectEqual } from "../measure.ts";
import type { Measurement, RunInput } from "../program.ts";
import { engineOf } from "./crew.ts";
import {
  measureRunning,
  rounds,
  type SelfMade,
  type Share,
  type ShareContext,
  trial,
} from "./rounds.ts";
import { Tallies } from "./tallies.ts";
import { wordCounter } from "./word_counter.ts";
import { keyOf, numberWords, stringWords, type Words } from "./words.ts";

const ANSWERS = 0;
const SUM = 1;

/** How much there is to count. */
interface Size {
  readonly records: number;
  readonly epochs: number;
  readonly keys: number;
}

/** For the threads of other workers as well. */
export function build(size: Size, asStrings: boolean, shared: SharedArrayBuffer) {
  return dataflow("wordcount", (root): SelfMade => {
    const tallies = Tallies.from(shared);
    // The words exist before the clock starts, as lines of a file would.
    const words = asStrings ? stringWords(size.keys) : numberWords(size.keys);
    const { start, sent, back } = rounds<unknown, unknown>(root, {
      count: size.epochs,
      share: (context) => speaker(words, size, tallies.claim(), context),
      tallies,
    });
    back.connect(sent.apply(wordCounter(words), {}));
    return { start };
  }, { madeBy: [build, size, asStrings, shared] });
}

/** Says one worker's share of each epoch: of all workers' words every so many. */
function speaker(
  words: Words,
  size: Size,
  tally: Float64Array,
  { pool, worker: { index, count } }: ShareContext,
): Share<unknown, unknown> {
  let next = 0;
  let end = 0;
  return {
    send(out, time, epoch) {
      if (epoch === trial) return false;
      if (next >= end) {
        next = startOf(epoch, size);
        while (next % count !== index) next++;
        end = startOf(epoch + 1, size);
      }
      while (next < end) {
        if (out.isFull) return true;
        next = words.say(out, time, { next, end, step: count }, pool);
      }
      return false;
    },
    receive(answers) {
      const { length, sum } = words.look(answers);
      tally[ANSWERS] += length;
      tally[SUM] += sum;
    },
  };
}

function startOf(epoch: number, { records, epochs }: Size): number {
  return Math.floor(epoch * records / epochs);
}

/** Counts all words; the sum of all counts on the way tells whether equal words met on one worker. */
export async function run({ given, workers }: RunInput): Promise<Measurement> {
  const [records, epochs, keys] = given.numbers;
  const asStrings = given.words.includes("strings");
  const engine = engineOf(workers);
  const tallies = Tallies.for(workers);
  const program = build({ records, epochs, keys }, asStrings, tallies.shared);
  const spent = await measureRunning(engine, engine.install(program), tallies);
  expectEqual("answers", tallies.total(ANSWERS), records);
  expectEqual("sum of the counts", tallies.total(SUM), sumOfCounts(records, keys));
  return { spent, records, rounds: epochs };
}

/** A key that occurs n times is answered by 1, 2 and so on to n. */
export function sumOfCounts(records: number, keys: number): number {
  const counts = new Int32Array(keys);
  for (let i = 0; i < records; i++) counts[keyOf(i, keys)]++;
  return counts.reduce((sum, n) => sum + n * (n + 1) / 2, 0);
}
