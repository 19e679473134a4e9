/**
 * Dataflows that count how they end, on every worker.
 *
 * @module
 */
import { type Dataflow, dataflow, type Input, type Output, type Probe } from "../../../mod.ts";
import { block, count, type Words } from "../support.ts";

/** Where the account of a worker begins: its index times the number of entries. */
export const ENTRIES = 4;
/** The entries of each account. */
export const MADE = 0;
/** See above. */
export const CLOSED = 1;
/** See above. */
export const ABORTED = 2;
/** See above. */
export const RECEIVED = 3;
/** Behind the accounts of three workers: set by the test when those that wait may go on. */
export const MAY_GO_ON = 3 * ENTRIES;

/** What a callback or `close` does on worker 1. */
export type Manner =
  | "well"
  | "throws"
  | "waits"
  | "spins"
  | "exits"
  | "throws in close"
  | "spins in close";

/** What the dataflow offers. */
export type EndingPorts = { numbers: Input<number>; out: Output<number>; done: Probe };

/** Hands numbers on, and counts on each worker what it is called for. */
export function ending(counts: Words, manner: Manner): Dataflow<EndingPorts> {
  return dataflow("ending", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const passed = numbers.unary<number>("body", {}, ({ out, worker, signal }) => {
      const account = worker.index * ENTRIES;
      const isHere = worker.index === 1;
      count(counts, account + MADE);
      signal.addEventListener("abort", () => count(counts, account + ABORTED));
      return {
        receive(batch) {
          count(counts, account + RECEIVED);
          if (isHere && manner === "throws") throw new RangeError("boom");
          if (isHere && manner === "waits") block(counts, MAY_GO_ON, 1);
          if (isHere && manner === "exits") Deno.exit(3);
          if (isHere && manner === "spins") { while (Atomics.load(counts, MAY_GO_ON) === 0); }
          out.out.forward(batch);
        },
        close() {
          count(counts, account + CLOSED);
          if (isHere && manner === "throws in close") throw new RangeError("not closed");
          if (isHere && manner === "spins in close") { for (;;); }
        },
      };
    });
    return { numbers, out: passed.output("out"), done: passed.probe("done") };
  }, { madeBy: [ending, counts, manner] });
}
