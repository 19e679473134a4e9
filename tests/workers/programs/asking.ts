/**
 * A dataflow that waits for answers and for the clock, on every worker.
 *
 * @module
 */
import { type Dataflow, dataflow, type Output } from "../../../mod.ts";

/** What the dataflow offers. */
export type AskingPorts = { answers: Output<string>; ticks: Output<number> };

/** Answers so many numbers at the second attempt, and has a clock that ticks three times on each worker. */
export function asking(numbers: number): Dataflow<AskingPorts> {
  return dataflow("asking", (root) => {
    const all = root.toStream(Array.from({ length: numbers }, (_unused, i) => i), {
      workers: "all",
    });
    const answers = all.exchange((n) => n).mapAsync(async (n, { attempt }) => {
      await Promise.resolve();
      if (attempt === 1) throw new Error("not yet");
      return `${n} at attempt ${attempt}`;
    }, { retry: { attempts: 2, delayMs: 1 }, concurrency: numbers, timeoutMs: 60_000 });
    const ticks = root.source<number>(
      "ticks",
      { workers: "all" },
      ({ out, capability, after, wake, worker }) => {
        let tick = 0;
        return () => {
          capability.downgrade(tick);
          out.push(tick++, worker.index);
          if (tick === 3) return false;
          after(1, wake);
          return "wait";
        };
      },
    );
    return { answers: answers.output("answers"), ticks: ticks.output("ticks") };
  }, { madeBy: [asking, numbers] });
}
