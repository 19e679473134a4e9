/**
 * Sources on every worker that are paced, and vertices that keep what comes.
 *
 * @module
 */
import { type Dataflow, dataflow, type Output, type PaceOptions } from "../../../mod.ts";

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
    const waiting = all.exchange((n) => n).synchronize();
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
