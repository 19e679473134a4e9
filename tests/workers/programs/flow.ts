/**
 * Senders that are faster than whoever receives.
 *
 * @module
 */
import {
  anyRecord,
  type Dataflow,
  dataflow,
  defineOperator,
  type Input,
  type Output,
  type Pact,
  type Stream,
} from "../../../mod.ts";
import { z } from "zod";
import { block, count, type Words } from "../support.ts";

/** Records that were sent, and that were received. */
export const SENT = 0;
/** See above. */
export const RECEIVED = 1;
/** How far the sender was ahead of the receiver at most. */
export const AHEAD = 2;
/** Set by the test when the receiver may go on, and by the receiver when it has begun. */
export const MAY_GO_ON = 3;
/** See above. */
export const HAS_BEGUN = 4;

const RECEIVER = 1;
const toReceiver: Pact = { kind: "route", to: () => RECEIVER };

/** For whoever sends: so many more, and how far that is ahead. */
export function countSent(counts: Words, records: number): void {
  count(counts, SENT, records);
  const ahead = Atomics.load(counts, SENT) - Atomics.load(counts, RECEIVED);
  // There is one sender only.
  if (ahead > Atomics.load(counts, AHEAD)) Atomics.store(counts, AHEAD, ahead);
}

const numbersFrom = (counts: Words) =>
  defineOperator({
    name: "numbers",
    version: "1.0.0",
    summary: "Makes the numbers below a limit on one worker",
    config: z.strictObject({ below: z.int(), worker: z.int() }),
    inputs: {},
    outputs: { out: anyRecord },
    source: "split",
    create: ({ config, out, worker, retain, later }) => {
      const right = retain();
      let next = worker.index === config.worker ? 0 : config.below;
      const make = (): boolean => {
        const from = next;
        next = out.out.pushRange(0, next, config.below);
        if (next > from) countSent(counts, next - from);
        if (next < config.below) return true;
        right.drop();
        return false;
      };
      later(make);
      return { receive: {}, resume: make };
    },
  });

/** Numbers in the order in which they came: how many, and how often one was not above the last. */
export interface Account {
  readonly records: number;
  readonly sum: number;
  readonly disorder: number;
}

/** When the receiver goes on from its first batch. */
export type Patience =
  /** When the test says so. */
  | "told"
  /** When so much was sent; it then takes its time for each batch. */
  | number;

/** Receives on one worker, slowly. */
function receiveSlowly(
  numbers: Stream<number>,
  counts: Words,
  patience: Patience,
  pact: Pact = toReceiver,
): Stream<Account> {
  const options = { pacts: { in: pact }, interest: "notifications" } as const;
  return numbers.unary<Account>("receive", options, ({ out, worker, notifyAt }) => {
    let [last, records, sum, disorder] = [-1, 0, 0, 0];
    return {
      receive(batch) {
        if (records === 0) {
          notifyAt(batch.time);
          if (worker.index === RECEIVER) {
            count(counts, HAS_BEGUN);
            if (patience === "told") block(counts, MAY_GO_ON, 1);
            else block(counts, SENT, patience);
          }
        }
        for (const n of batch) {
          if (n <= last) disorder++;
          last = n;
          sum += n;
        }
        records += batch.length;
        count(counts, RECEIVED, batch.length);
      },
      notify: (time) => out.out.send(time, [{ records, sum, disorder }]),
    };
  });
}

/** What lies between the sender and the receiver. */
export const ways: Readonly<Record<string, (numbers: Stream<number>) => Stream<number>>> = {
  "an edge": (numbers) => numbers,
  "a row of maps": (numbers) => numbers.map((n) => n + 1).filter((n) => n > 0).map((n) => n - 1),
  "another worker": (numbers) => {
    const pacts = {
      in: { kind: "route", to: (_n: number, workers: number) => workers - 1 },
    } as const;
    return numbers.unary<number>("between", { pacts }, ({ out }) => ({
      receive: (batch) => out.out.forward(batch),
    }));
  },
};

/** How a flow is made. */
export interface FlowOptions {
  readonly below: number;
  /** On which worker numbers are made. */
  readonly worker: number;
  readonly way: string;
  readonly patience: Patience;
}

/** Numbers from one worker to another, which does not take them. */
export function flow(counts: Words, options: FlowOptions): Dataflow<{ account: Output<Account> }> {
  return dataflow("flow", (root) => {
    const { below, worker, way, patience } = options;
    const made = root.vertex(numbersFrom(counts), { config: { below, worker }, inputs: {} });
    const numbers = ways[way](made.out as Stream<number>);
    return { account: receiveSlowly(numbers, counts, patience).output("account") };
  }, { madeBy: [flow, counts, options] });
}

/** Numbers from an input to all workers, one of which is slow. */
export function slowInput(
  counts: Words,
  patience: Patience,
): Dataflow<{ numbers: Input<number>; account: Output<Account> }> {
  return dataflow("slow input", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const account = receiveSlowly(numbers, counts, patience, { kind: "pipeline" });
    return { numbers, account: account.output("account") };
  }, { madeBy: [slowInput, counts, patience] });
}

/** Numbers that go round as often as they say, each time by way of another worker. */
export const rounds: Dataflow<{ numbers: Input<number>; ends: Output<number> }> = dataflow(
  "rounds",
  (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const ends = root.loop("round", (loop) => {
      const again = loop.feedback<number>();
      const all = loop.enter(numbers).concat(again).exchange((n) => n);
      again.connect(all.filter((n) => n > 0).map((n) => n - 1).exchange((n) => 7 * n));
      return loop.leave(all.filter((n) => n === 0));
    });
    return { numbers, ends: ends.output("ends") };
  },
);
