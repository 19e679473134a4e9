/**
 * Rounds that every worker makes by itself: each sends its share of a round, and goes on when the
 * round is over on all of them. It is what a Timely worker does that waits for its probe.
 */
import {
  anyRecord,
  type Batch,
  defineOperator,
  type Engine,
  type Input,
  type LoopVariable,
  type OperatorContext,
  type OutputPort,
  type Progressed,
  type RootScope,
  type Running,
  type Stream,
  type Time,
} from "meander";
import { z } from "zod";
import { expectEqual, type Laps, measure } from "../measure.ts";
import type { Spent } from "../program.ts";
import { workUntil } from "./crew.ts";
import type { Tallies } from "./tallies.ts";

/** The round that comes before the clock starts, for whoever wants to send something in it. */
export const trial = -1;

/**
 * When the first round is made that is measured. At 0 there is the trial; at 1 nothing, so that a
 * worker which is notified of it knows that the trial is over everywhere, threads have started and all.
 */
const FIRST_TIME = 2;

/** What one worker does. */
export interface Share<T, Back> {
  /** Sends a round, or as much of it as the output takes; true when it is to be called again. */
  readonly send: (out: OutputPort<T>, time: Time, round: number) => boolean;
  /** Looks at what comes back: at a time one later than it was sent. */
  readonly receive?: (batch: Batch<Back>, round: number) => void;
}

/** What a share may want to know. */
export type ShareContext = Pick<OperatorContext<unknown, Record<never, never>>, "pool" | "worker">;

/** How rounds are made. */
export interface RoundsOptions<T, Back> {
  /** How many are measured, numbered from 0. */
  readonly count: number;
  readonly share: (context: ShareContext) => Share<T, Back>;
  readonly tallies: Tallies;
  /** Takes the time of the rounds, on the first worker. */
  readonly laps?: Laps | undefined;
}

/** The rounds in a dataflow: connect to `back` what has to be over before the next one. */
export interface Rounds<T, Back> {
  readonly start: Input<null>;
  readonly sent: Stream<T>;
  readonly back: LoopVariable<Back>;
}

/** Places the rounds. */
export function rounds<T, Back>(
  root: RootScope,
  options: RoundsOptions<T, Back>,
): Rounds<T, Back> {
  const start = root.input<null>("start");
  const back = root.feedback<Back>();
  const { out } = root.vertex(roundsOperator(options), { config: {}, inputs: { start, back } });
  return { start, sent: out as Stream<T>, back };
}

function roundsOperator<T, Back>({ count, share, tallies, laps }: RoundsOptions<T, Back>) {
  return defineOperator({
    name: "rounds",
    version: "1.0.0",
    summary: "Sends a round once the one before is over on every worker",
    config: z.strictObject({}),
    interest: "notifications",
    inputs: { start: anyRecord, back: anyRecord },
    outputs: { out: anyRecord },
    pacts: () => ({ start: { kind: "broadcast" } }),
    create: ({ out, notifyAt, pool, worker }) => {
      const { send, receive } = share({ pool, worker });
      let time = 0;
      const goOn = (): Progressed => {
        if (time === 1) tallies.ready();
        else if (send(out.out as OutputPort<T>, time, roundAt(time))) return true;
        notifyAt(time + 1);
      };
      return {
        receive: {
          start: (batch) => notifyAt(batch.time),
          back: (batch) => receive?.(batch as Batch<Back>, roundAt(batch.time as number - 1)),
        },
        notify(now) {
          time = now as number;
          const round = roundAt(time);
          if (worker.index === 0 && round >= 0) laps?.mark(round);
          if (round < count) return goOn();
        },
        resume: goOn,
      };
    },
  });
}

function roundAt(time: number): number {
  return time < FIRST_TIME ? trial : time - FIRST_TIME;
}

/** What a dataflow offers that works by itself from a start to its end. */
export type SelfMade = { readonly start: Input<null> };

/** Lets everything begin, then measures from the first round to the end of the dataflow. */
export async function measureRunning(
  engine: Engine,
  running: Running<SelfMade>,
  tallies: Tallies,
): Promise<Spent> {
  const { start } = running.handles;
  start.send([null]);
  start.advanceTo(FIRST_TIME);
  workUntil(engine, running, () => tallies.areReady);
  const spent = measure(() => {
    start.close();
    workUntil(engine, running, () => false);
  });
  await running.done;
  expectEqual("status", running.status, "completed");
  return spent;
}
