/**
 * Answers while there is a lot of other work: a dataflow that grinds through readings, each of which becomes
 * a thousand records, and that answers questions besides. In the usual order a question waits until what
 * was there before it is done. With a priority it waits for the slice that runs, and no more.
 *
 *     deno run --no-prompt examples/priorities/main.ts
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  type Dataflow,
  dataflow,
  Engine,
  type Input,
  type Output,
  type Priority,
  range,
} from "meander";

/** What the program offers to the outside. */
export type DeskPorts = {
  readonly readings: Input<number>;
  readonly questions: Input<number>;
  readonly answers: Output<number>;
};

/** Questions before readings, whatever their time: smaller numbers go first. */
export const questionsFirst: Priority = (vertex) => vertex.startsWith("ask/") ? 0 : 1;

/** The program. `onRecord` is called for every record that a reading has become. */
export function desk(priority?: Priority, onRecord: () => void = () => {}): Dataflow<DeskPorts> {
  return dataflow("desk", (root): DeskPorts => {
    const readings = root.input<number>("readings");
    const questions = root.input<number>("questions");
    readings
      .flatMap((reading) => range(reading, reading + 1000), { name: "expand" })
      .inspect(onRecord, { name: "grind" })
      .filter(() => false, { name: "nothing" })
      .output("nothing left");
    return root.region("ask", (ask) => {
      const answers = ask.within(questions).map((question) => -question, { name: "answer" });
      return { readings, questions, answers: answers.output("answers") };
    });
  }, { priority });
}

/** What the questions of a run had to wait for. */
export interface DeskResult {
  /** For each question the records that were ground between its arrival and its answer. */
  readonly records: readonly number[];
  /** For each question the milliseconds. */
  readonly ms: readonly number[];
}

/** Sends so many readings, in batches of a hundred, and asks a question after every so many records. */
export function run(readings: number, everyRecords: number, priority?: Priority): DeskResult {
  const asked: { readonly at: number; readonly ms: number }[] = [];
  const records: number[] = [];
  const ms: number[] = [];
  let ground = 0;
  const program = desk(priority, () => {
    if (++ground % everyRecords !== 0) return;
    const question = asked.push({ at: ground, ms: performance.now() }) - 1;
    handles.questions.send([question]);
  });
  const engine = new Engine({ workers: 1 });
  const { handles } = engine.install(program);
  handles.answers.subscribe(({ records: answers }) => {
    for (const answer of answers) {
      const { at, ms: since } = asked[-answer];
      records.push(ground - at);
      ms.push(performance.now() - since);
    }
  });
  for (let from = 0; from < readings; from += 100) {
    handles.readings.send([...range(from, Math.min(from + 100, readings))]);
  }
  engine.run();
  handles.readings.close();
  handles.questions.close();
  engine.run();
  return { records, ms };
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { readings: { type: "string", default: "5000" } } });
  for (
    const [order, priority] of [["usual order", undefined], [
      "questions first",
      questionsFirst,
    ]] as const
  ) {
    const { records, ms } = run(Number(values.readings), 50_000, priority);
    console.log(
      `${order}: ${records.length} questions waited for ${median(records)} records, ` +
        `${median(ms).toFixed(2)} ms (median)`,
    );
  }
}
