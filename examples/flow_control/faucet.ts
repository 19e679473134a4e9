/**
 * The program of `main.ts` with the gate that the library has. Nothing has to be known of feedbacks, summaries and
 * frontiers; the input may stay open; and what is open is counted over all workers.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type EngineOptions,
  execute,
  faucet,
  range,
  type Stream,
  type Time,
} from "meander";
import type { FlowPorts, FlowResult, Gauge } from "./main.ts";

/** How much the gate lets through. */
export interface FaucetFlow {
  /** How many batches may be open. */
  readonly inFlight: number;
  /** How many numbers make a batch. */
  readonly batchSize: number;
}

const silent: Gauge = { opened() {}, closed() {} };

/** The program; `onRecord` is called for every record that the expansion makes. */
export function flowWithFaucet(
  { inFlight, batchSize }: FaucetFlow,
  gauge: Gauge = silent,
  onRecord: (record: number) => void = () => {},
): Dataflow<FlowPorts> {
  return dataflow("flow with faucet", (root): FlowPorts => {
    const numbers = root.input<number>("numbers");
    const left = faucet(root, numbers, { batch: batchSize, inFlight }, (some) => {
      const expanded = some
        .flatMap((x) => range(0, x), { name: "expand" })
        .inspect((record) => onRecord(record))
        .filter(() => false, { name: "nothing" });
      watch(some, expanded, gauge);
      return expanded;
    });
    return { numbers, done: left.probe("done") };
  }, { madeBy: [flowWithFaucet, { inFlight, batchSize }] });
}

/** Tells the gauge when a batch comes into the fragment, and when nothing of it can come out any more. */
function watch(some: Stream<number>, expanded: Stream<number>, gauge: Gauge): void {
  some.binary(
    expanded,
    "watch",
    { interest: "notifications", connects: [] },
    ({ notifyAt }) => {
      const open = new Set<number>();
      return {
        receive: {
          left({ time }) {
            const batch = numberOf(time);
            if (!open.has(batch)) gauge.opened(batch);
            open.add(batch);
            // It sends nothing, so that it needs no right to, which would hold the batch open itself.
            notifyAt(time, { inputs: ["right"], capability: "none" });
          },
          right() {},
        },
        notify(time) {
          if (open.delete(numberOf(time))) gauge.closed(numberOf(time));
        },
      };
    },
  );
}

/** Within a gate the last coordinate of a time is the number of the batch. */
function numberOf(time: Time): number {
  return (time as readonly number[]).at(-1)!;
}

/** Runs the program on the numbers from 1 up to but not including `limit`. */
export async function runWithFaucet(
  limit: number,
  options: FaucetFlow,
  engine: EngineOptions = {},
): Promise<FlowResult> {
  const seen = { records: 0, batches: 0, open: 0, mostOpen: 0 };
  const gauge: Gauge = {
    opened() {
      seen.batches++;
      seen.mostOpen = Math.max(seen.mostOpen, ++seen.open);
    },
    closed() {
      seen.open--;
    },
  };
  await using running = execute(flowWithFaucet(options, gauge, () => seen.records++), engine);
  const { numbers } = running.handles;
  numbers.send([...range(1, limit)]);
  numbers.close();
  await running.done;
  const { records, batches, mostOpen } = seen;
  return { records, batches, mostOpen };
}
