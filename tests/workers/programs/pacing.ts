/**
 * Sources on every worker that are paced, and vertices that keep what comes.
 *
 * @module
 */
import {
  type Batch,
  type Dataflow,
  dataflow,
  type Output,
  type PaceOptions,
  TimeMap,
} from "../../../mod.ts";

/** Each worker sends so many numbers, four an epoch; they wait on other workers until their epochs are over. */
export function paced(numbers: number, pace: PaceOptions): Dataflow<{ out: Output<number> }> {
  return dataflow("paced", (root) => {
    const all = root.source<number>("numbers", { workers: "all", pace }, (source) => {
      const { out, capability } = source;
      let n = 0;
      return () => {
        const epoch = n >> 2;
        if (capability.time !== epoch) {
          capability.downgrade(epoch);
          return true;
        }
        out.push(epoch, n++);
        return n < numbers;
      };
    });
    const waiting = all.exchange((n) => n).unary<number>(
      "wait",
      { interest: "notifications" },
      ({ out, notifyAt }) => {
        const held = new TimeMap<Batch<number>[]>();
        return {
          receive(batch) {
            notifyAt(batch.time);
            held.getOrInsert(batch.time, () => []).push(batch.retain());
          },
          notify(time) {
            for (const batch of held.take(time)!) {
              out.out.forward(batch);
              batch.release();
            }
          },
          size() {
            let records = 0;
            for (const [, batches] of held) for (const { length } of batches) records += length;
            return { records, waiting: records, bytes: 8 * records };
          },
        };
      },
    );
    return { out: waiting.output("out") };
  }, { madeBy: [paced, numbers, pace] });
}

/** Sends for ever what nobody but the last worker keeps; its first output never comes. */
export function endless(): Dataflow<{ out: Output<number> }> {
  return dataflow("endless", (root) => {
    const numbers = root.source<number>("numbers", {}, ({ out, capability }) => () => {
      for (let i = 0; i < 1024; i++) out.push(capability.time, 7);
      return true;
    });
    const kept = numbers.exchange(() => 1).unary<number>("keeper", {}, () => {
      let records = 0;
      return {
        receive: (batch) => void (records += batch.length),
        size: () => ({ records, bytes: 10 * records }),
      };
    });
    return { out: kept.output("out") };
  }, { madeBy: [endless] });
}
