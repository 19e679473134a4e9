/**
 * Epochs that are open at once and end in any order, as in the program `unordered_input` of Timely Dataflow's examples.
 * Think of log files of several hours that are all still being written: each may end first.
 *
 *     deno run --no-prompt examples/unordered_input/main.ts --epochs 6 --records 30
 *     deno run --no-prompt --allow-read=. examples/unordered_input/main.ts --workers 2
 *
 * Records are worked on when they come. What is told is an epoch's count, and with it that the epoch is over,
 * as soon as no record can come at it or before: when it and all earlier ones are closed.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  type Input,
  type Output,
} from "meander";
import { exitCodeOf, numbersFrom, seed, workers } from "../arguments.ts";
import { numberAt, saltOf } from "../random.ts";

/** What the program offers to the outside. */
export type CountPorts = { readonly records: Input<number>; readonly counts: Output<number> };

/** The program. */
export const counting: Dataflow<CountPorts> = dataflow("unordered input", (root): CountPorts => {
  const records = root.input<number>("records", { source: "split" });
  return { records, counts: records.count().output("counts") };
});

/** What happens to the input: a record comes in an open epoch, or an epoch ends. */
export type Event =
  | { readonly kind: "record"; readonly epoch: number; readonly value: number }
  | { readonly kind: "close"; readonly epoch: number };

/** An epoch that was closed, and the counts that were told because of it. */
export interface Closing {
  readonly closed: number;
  readonly counts: readonly { readonly epoch: number; readonly count: number }[];
}

/** Opens so many epochs at once, lets the events happen, and says what followed when one was closed. */
export async function* closings(
  epochs: number,
  events: Iterable<Event>,
  options: EngineOptions = {},
): AsyncGenerator<Closing, void> {
  await using run = execute(counting, options);
  const { records, counts } = run.handles;
  let told: { epoch: number; count: number }[] = [];
  counts.subscribe(({ time, records: [count] }) => {
    told.push({ epoch: time as number, count });
  });
  const open = Array.from({ length: epochs }, (_unused, epoch) => records.open(epoch));
  // The input's own time is not needed besides those that were opened.
  records.close();
  const isClosed = new Set<number>();
  let complete = 0;
  for (const event of events) {
    if (event.kind === "record") {
      await open[event.epoch].send([event.value]);
      continue;
    }
    open[event.epoch].close();
    isClosed.add(event.epoch);
    const before = complete;
    while (isClosed.has(complete)) complete++;
    if (complete > before) await counts.passed(complete - 1);
    yield { closed: event.epoch, counts: told };
    told = [];
  }
}

/** Random records in epochs that are closed in a random order, each when it has had its last record. */
export function randomEvents(
  { epochs, records, seed }: Record<"epochs" | "records" | "seed", number>,
): Event[] {
  const salt = saltOf(seed);
  const events: Event[] = [];
  for (let value = 0; value < records; value++) {
    events.push({ kind: "record", epoch: numberAt(salt, value, epochs), value });
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const last = events.findLastIndex((event) => event.epoch === epoch);
    const after = last + 1 + numberAt(salt, records + epoch, events.length - last);
    events.splice(after, 0, { kind: "close", epoch });
  }
  return events;
}

/** Prints what was told at each closing. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<void> {
  const { workers: count, ...size } = numbersFrom(args, {
    epochs: { usual: 6, least: 1, most: 10_000 },
    records: { usual: 30, least: 0, most: 1_000_000 },
    seed,
    workers,
  });
  const events = randomEvents(size);
  for await (const { closed, counts } of closings(size.epochs, events, { workers: count })) {
    const told = counts.map(({ epoch, count }) => `epoch ${epoch} is over with ${count}`);
    print(`epoch ${closed} closed: ${told.join(", ") || "earlier ones are open"}`);
  }
}

if (import.meta.main) Deno.exitCode = await exitCodeOf(main);
