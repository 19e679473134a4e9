/**
 * Flow control by frontiers, the program of the flow-control chapter of Timely Dataflow's book: every
 * number x below 1,000 is expanded to the x numbers before it, and a buffer lets only so many batches
 * of numbers into the expansion at once. Nobody counts records or sends acknowledgements: the buffer
 * reads from the frontier of a feedback edge how far the expansion is. `faucet.ts` beside it is the same
 * program with the gate that the library has.
 *
 *     deno run --no-prompt examples/flow_control/main.ts
 *     deno run --no-prompt --allow-read=. examples/flow_control/main.ts --workers 2
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  type Capability,
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  type Input,
  lessEqual,
  lessThan,
  type Probe,
  range,
  type Stream,
  type Time,
  TimeMap,
} from "meander";

import { runWithFaucet } from "./faucet.ts";

/** How much the buffer lets through. */
export interface FlowOptions {
  /** What a round through the feedback adds to a time. */
  readonly summary: number;
  /**
   * Batch t is held back while some element of the feedback's frontier is less than t (so that
   * `summary` + 1 batches can be open) or at most t (so that only `summary` can).
   */
  readonly test: "lessThan" | "lessEqual";
  /** How many numbers make a batch. */
  readonly batchSize: number;
}

/** What a run has seen. */
export interface FlowResult {
  /** Records that the expansion made. */
  readonly records: number;
  /** Batches that the buffer let through. */
  readonly batches: number;
  /** How many batches were on their way at once, at most. */
  readonly mostOpen: number;
}

/** What the program offers to the outside. */
export type FlowPorts = { readonly numbers: Input<number>; readonly done: Probe };

/** Told when the buffer lets a batch through, and when nothing of a batch is left. */
export interface Gauge {
  opened(time: Time): void;
  closed(time: Time): void;
}

const silent: Gauge = { opened() {}, closed() {} };

/**
 * The program. `onRecord` is called for every record that the expansion makes. With several workers all
 * records stay on the first one, which is the one that has the gauge.
 */
export function flowControl(
  options: FlowOptions,
  gauge: Gauge = silent,
  onRecord: (record: number) => void = () => {},
): Dataflow<FlowPorts> {
  const { summary, batchSize } = options;
  return dataflow("flow control", (root): FlowPorts => {
    const numbers = root.input<number>("numbers");
    const back = root.feedback<number>({ by: summary });
    const batches = numbers.delay((x) => Math.floor(x / batchSize), { name: "into batches" });
    const expanded = buffer(batches, back, options, gauge)
      .flatMap((x) => range(0, x), { name: "expand" })
      .inspect((record) => onRecord(record))
      .filter(() => false, { name: "nothing" });
    back.connect(expanded);
    return { numbers, done: expanded.probe("done") };
  }, { madeBy: [flowControl, options] });
}

/**
 * Holds every batch back until the frontier at its second input allows it.
 *
 * What may result where: numbers on the left result in numbers at the output, so the pair is connected,
 * and whatever is on its way behind the buffer at time s shows on the right at s + summary. That is the
 * whole mechanism. What comes in on the right never goes out again (nothing comes at all, only the
 * frontier matters), so that pair is left unconnected: otherwise everything downstream would have
 * to expect, at each time, what is still on its way round. If the pair on the left were left out as
 * well, the buffer could not keep a right to send, and the right side would claim to be complete while
 * batches are waiting.
 *
 * The buffer's own left input is upstream of the feedback, too: as long as the input is open at 0, the
 * frontier on the right stays at `summary`. So this program needs its input closed; a gate for inputs that
 * stay open has to leave its own input out of account, by a scope of its own.
 */
function buffer(
  batches: Stream<number>,
  back: Stream<number>,
  { summary, test }: FlowOptions,
  gauge: Gauge,
): Stream<number> {
  const precedes = test === "lessThan" ? lessThan : lessEqual;
  return batches.binary<number, number>(
    back,
    "buffer",
    { interest: "always", connects: [["left", "out"]] },
    ({ out, retain, frontier, isComplete }) => {
      const waiting = new TimeMap<{ right: Capability; numbers: number[] }>();
      const open = new Set<Time>();
      const update = () => {
        for (const time of open) {
          // A round from `time` ends at `time + summary`; the frontier past that means it is over.
          if (!isComplete("right", (time as number) + summary)) continue;
          open.delete(time);
          gauge.closed(time);
        }
        for (const [time, { right, numbers }] of waiting) {
          if (frontier("right").some((element) => precedes(element, time))) return;
          waiting.delete(time);
          out.out.send(time, numbers);
          right.drop();
          open.add(time);
          gauge.opened(time);
        }
      };
      return {
        receive: {
          left(batch) {
            // The right to send at this time lasts until the batch is let through.
            waiting.getOrInsert(batch.time, () => ({ right: retain(), numbers: [] }))
              .numbers.push(...batch);
            // The frontier may allow it already, and never move again.
            update();
          },
          right() {},
        },
        frontier: update,
      };
    },
  );
}

/** Runs the program on the numbers from 1 up to but not including `limit`. */
export async function run(
  limit: number,
  options: FlowOptions,
  engine: EngineOptions = {},
): Promise<FlowResult> {
  let records = 0;
  let batches = 0;
  let open = 0;
  let mostOpen = 0;
  const gauge: Gauge = {
    opened() {
      batches++;
      mostOpen = Math.max(mostOpen, ++open);
    },
    closed() {
      open--;
    },
  };
  await using running = execute(flowControl(options, gauge, () => records++), engine);
  const { numbers } = running.handles;
  numbers.send([...range(1, limit)]);
  numbers.close();
  await running.done;
  return { records, batches, mostOpen };
}

/** Prints what several settings let through. */
export async function main(
  print: (text: string) => void,
  engine: EngineOptions = {},
): Promise<void> {
  print("Numbers to 1,000 in batches of 100, each number x expanded to x records");
  print("");
  print("held back while     summary  batches  most open  records");
  for (const test of ["lessThan", "lessEqual"] as const) {
    for (const summary of [1, 2, 4]) {
      const { batches, mostOpen, records } = await run(
        1000,
        { summary, test, batchSize: 100 },
        engine,
      );
      const name = `frontier.${test.padEnd(9)}  ${String(summary).padStart(7)}`;
      print(lineOf(name, { batches, mostOpen, records }));
    }
  }
  for (const inFlight of [1, 2, 4]) {
    const result = await runWithFaucet(1000, { inFlight, batchSize: 100 }, engine);
    print(lineOf(`faucet of ${inFlight}`.padEnd(27), result));
  }
}

function lineOf(name: string, { batches, mostOpen, records }: FlowResult): string {
  const shown = [batches, mostOpen].map((count, i) => String(count).padStart(7 + 2 * i));
  return [name, ...shown, records.toLocaleString("en-US").padStart(7)].join("  ");
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { workers: { type: "string", default: "1" } } });
  await main(console.log, { workers: Number(values.workers) });
}
