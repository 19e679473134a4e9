/**
 * Pacts: which worker gets which record, and what becomes of records on their way.
 *
 * @module
 */
import {
  type Dataflow,
  dataflow,
  type Input,
  type Output,
  type Pact,
  type Stream,
  TimeMap,
} from "../../../mod.ts";

/** A record and the worker that received it. */
export interface Tagged {
  readonly worker: number;
  readonly record: number;
}

/** Ways to spread numbers. */
export const pactsByName: Readonly<Record<string, Pact>> = {
  pipeline: { kind: "pipeline" },
  exchange: { kind: "exchange", key: (n: number) => n % 30 },
  broadcast: { kind: "broadcast" },
  gather: { kind: "gather" },
  balance: { kind: "balance" },
  route: { kind: "route", to: (n: number, workers: number) => workers - 1 - (n % workers) },
};

type SpreadPorts = { numbers: Input<number>; tagged: Output<Tagged> };

/** Tags each number with the worker that gets it, by the named pact. */
export function spreadBy(pact: string, source: "split" | "pinned"): Dataflow<SpreadPorts> {
  return dataflow(`spread by ${pact}`, (root) => {
    const numbers = root.input<number>("numbers", { source });
    const pacts = { in: pactsByName[pact] };
    const tagged = numbers.unary<Tagged>("tag", { pacts }, ({ out, worker }) => ({
      receive(batch) {
        for (const record of batch) out.out.push(batch.time, { worker: worker.index, record });
      },
    }));
    return { numbers, tagged: tagged.output("tagged") };
  }, { madeBy: [spreadBy, pact, source] });
}

/** Every record to the last worker, from there to all others in turn, and out: three times across. */
export const travels: Dataflow<{ records: Input<unknown>; out: Output<unknown> }> = dataflow(
  "travels",
  (root) => {
    const records = root.input<unknown>("records");
    const last = {
      in: { kind: "route", to: (_r: unknown, workers: number) => workers - 1 },
    } as const;
    const turn = { in: { kind: "balance" } } as const;
    const out = forward(forward(records, "last", last), "turn", turn);
    return { records, out: out.output("out") };
  },
);

function forward(
  records: Stream<unknown>,
  name: string,
  pacts: Readonly<Record<string, Pact>>,
): Stream<unknown> {
  return records.unary<unknown>(name, { pacts }, ({ out }) => ({
    receive: (batch) => out.out.forward(batch),
  }));
}

/** What one worker got: how many batches came as integers, as doubles and as rows, and the sum of all. */
export interface Arrived {
  readonly ints: number;
  readonly doubles: number;
  readonly rows: number;
  readonly records: number;
  readonly sum: number;
}

/** Columns to all workers by key. */
export const columns: Dataflow<{ numbers: Input<number>; arrived: Output<Arrived> }> = dataflow(
  "columns",
  (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const pacts = { in: { kind: "exchange", key: (n: number) => n } } as const;
    const options = { pacts, interest: "notifications" } as const;
    const arrived = numbers.unary<Arrived>("sum", options, ({ out, notifyAt }) => {
      const open = new TimeMap<Arrived>();
      const nothing = { ints: 0, doubles: 0, rows: 0, records: 0, sum: 0 };
      return {
        receive(batch) {
          const { time, data, length } = batch;
          notifyAt(time);
          const values = batch.values();
          let sum = 0;
          for (let i = 0; i < length; i++) sum += values[i];
          open.update(time, nothing, (all) => ({
            ints: all.ints + (data instanceof Int32Array ? 1 : 0),
            doubles: all.doubles + (data instanceof Float64Array ? 1 : 0),
            rows: all.rows + (Array.isArray(data) ? 1 : 0),
            records: all.records + length,
            sum: all.sum + sum,
          }));
        },
        notify: (time) => out.out.send(time, [open.take(time)!]),
      };
    });
    return { numbers, arrived: arrived.output("arrived") };
  },
);
