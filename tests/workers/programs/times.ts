/**
 * Times: notifications, delays, sources, work that comes back later.
 *
 * @module
 */
import {
  anyRecord,
  type Capability,
  type Dataflow,
  dataflow,
  defineOperator,
  formatTime,
  type Input,
  lessEqual,
  type Output,
  type Probe,
  range,
  type Time,
} from "../../../mod.ts";
import { z } from "zod";
import { count, type Words } from "../support.ts";

/** What one worker's shard saw of a time: how many records, and the sum of them. */
export interface Seen {
  readonly worker: number;
  readonly time: string;
  readonly records: number;
  readonly sum: number;
  /** What should never happen. */
  readonly violations: readonly string[];
}

/** What `watchTimes` offers. */
export type WatchPorts = { numbers: Input<number>; seen: Output<Seen>; done: Probe };

/** Checks on every worker that nothing comes at or before a time that it was notified of, and no time twice. */
export function watchTimes(coordinates: number): Dataflow<WatchPorts> {
  return dataflow("watch times", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const pacts = { in: { kind: "exchange", key: (n: number) => n } } as const;
    const options = { pacts, interest: "notifications" } as const;
    const seen = numbers.unary<Seen>("watch", options, ({ out, worker, notifyAt, isComplete }) => {
      const over: Time[] = [];
      const open = new Map<string, { records: number; sum: number }>();
      const violations: string[] = [];
      return {
        receive(batch) {
          const name = formatTime(batch.time);
          for (const time of over) {
            if (lessEqual(batch.time, time)) violations.push(`${name} after ${formatTime(time)}`);
          }
          if (isComplete("in", batch.time)) violations.push(`${name} was complete`);
          if (!open.has(name)) open.set(name, { records: 0, sum: 0 });
          const account = open.get(name)!;
          for (const n of batch) {
            account.records++;
            account.sum += n;
          }
          notifyAt(batch.time);
        },
        notify(time) {
          const name = formatTime(time);
          if (!isComplete("in", time)) violations.push(`${name} is not complete`);
          if (over.some((t) => formatTime(t) === name)) violations.push(`${name} twice`);
          // Incomparable times may come in any order; one that is later than another never before it.
          if (over.some((t) => lessEqual(time, t))) violations.push(`${name} too late`);
          over.push(time);
          const account = open.get(name) ?? { records: 0, sum: 0 };
          open.delete(name);
          out.out.send(time, [{
            worker: worker.index,
            time: name,
            ...account,
            violations: [...violations],
          }]);
        },
      };
    });
    return { numbers, seen: seen.output("seen"), done: seen.probe("done") };
  }, { coordinates, madeBy: [watchTimes, coordinates] });
}

const configs = z.strictObject({ below: z.int() });

function maker(source: "split" | "pinned") {
  return defineOperator({
    name: source,
    version: "1.0.0",
    summary: "Makes its share of the integers below a number, each at the time of its tens",
    config: configs,
    inputs: {},
    outputs: { out: anyRecord },
    source,
    create: ({ config, out, worker, retain, later }) => {
      const right = retain();
      const step = source === "split" ? worker.count : 1;
      let next = source === "split" ? worker.index : 0;
      const make = (): boolean => {
        while (next < config.below && !out.out.isFull) {
          const time = Math.floor(next / 10);
          right.downgrade(time);
          out.out.send(time, [{ worker: worker.index, n: next } satisfies Made]);
          next += step;
        }
        if (next < config.below) return true;
        right.drop();
        return false;
      };
      later(make);
      return { receive: {}, resume: make };
    },
  });
}

/** An integer and the worker that made it. */
export interface Made {
  readonly worker: number;
  readonly n: number;
}

/** Integers made by two sources: every worker its share, and the first worker all. */
export function sources(below: number): Dataflow<{ split: Output<Made>; pinned: Output<Made> }> {
  return dataflow("sources", (root) => {
    const options = { config: { below }, inputs: {} };
    const split = root.vertex(maker("split"), options).out;
    const pinned = root.vertex(maker("pinned"), options).out;
    return {
      split: split.map((made) => made as Made).output("split"),
      pinned: pinned.exchange((made) => (made as Made).n).map((made) => made as Made)
        .output("pinned"),
    };
  }, { madeBy: [sources, below] });
}

/** Long emissions and delays: each n is followed by all smaller ones, at the next time that is a ten. */
export const delays: Dataflow<{ numbers: Input<number>; late: Output<number> }> = dataflow(
  "delays",
  (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const late = numbers.exchange((n) => n).flatMap((n) => range(0, n))
      .delay((_n, time) => 10 * Math.ceil((time as number) / 10))
      .exchange((n) => n);
    return { numbers, late: late.output("late") };
  },
);

/** Every worker answers by a promise, under a right that it keeps until then; `inspect` counts there. */
export function answersLater(
  calls: Words,
): Dataflow<{ numbers: Input<number>; out: Output<number> }> {
  return dataflow("answers later", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const out = numbers.inspect(() => count(calls, 0)).unary<number>(
      "ask",
      {},
      ({ out, retain, later }) => ({
        receive(batch) {
          const right: Capability = retain();
          const rows = batch.rows().map((n) => 2 * n);
          Promise.resolve().then(() =>
            later(() => {
              out.out.send(right.time, rows);
              right.drop();
            })
          );
        },
      }),
    );
    return { numbers, out: out.output("out") };
  }, { madeBy: [answersLater, calls] });
}

/** What `follows` counts: frontiers that moved, that moved back, and that became empty. */
export const MOVES = 0;
/** See above. */
export const BACKWARDS = 1;
/** See above. */
export const CLOSED = 2;

/** Follows the frontier of its input on every worker. */
export function follows(counts: Words): Dataflow<{ numbers: Input<number>; done: Probe }> {
  return dataflow("follows", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const watched = numbers.unary<number>("follow", { interest: "always" }, (context) => {
      let last: readonly Time[] = [0];
      return {
        receive() {},
        frontier(input) {
          const front = context.frontier(input);
          const isOnward = front.every((t) => last.some((before) => lessEqual(before, t)));
          count(counts, isOnward ? MOVES : BACKWARDS);
          // Two moves may be told of when both are done.
          if (front.length === 0 && last.length > 0) count(counts, CLOSED);
          last = front;
        },
      };
    });
    return { numbers, done: watched.probe("done") };
  }, { madeBy: [follows, counts] });
}
