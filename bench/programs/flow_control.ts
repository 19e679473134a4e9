/**
 * Flow control two ways: made by hand of the model's own means, a gate that holds the numbers of a time until the
 * frontier that comes back round a loop says that nothing earlier is on its way; and by `faucet`.
 */
import { type Batch, faucet, type Stream, TimeMap } from "meander";
import type { Measurement, RunInput } from "../program.ts";
import { runExpansion } from "./expansion.ts";

/** One time at a time passes the gate; by `faucet` as many numbers at a time, of which two batches may be open. */
export function run(input: RunInput): Measurement {
  const { words, numbers: [, perTime] } = input.given;
  return runExpansion(input, (root, numbers, expand) => {
    if (words.includes("faucet")) {
      faucet(root, numbers, { batch: perTime, inFlight: 2 }, expand);
      return;
    }
    const back = root.feedback<number>();
    back.connect(expand(gate(numbers, back)));
  });
}

/**
 * What comes back never leaves the gate: it only tells how far the loop is. Its times are one later,
 * so a time is complete there as soon as no earlier one is left.
 */
function gate(numbers: Stream<number>, back: Stream<number>): Stream<number> {
  return numbers.binary<number, number>(
    back,
    "gate",
    { interest: "notifications", connects: [["left", "out"]] },
    ({ out, notifyAt }) => {
      const held = new TimeMap<Batch<number>[]>();
      return {
        receive: {
          left(batch) {
            notifyAt(batch.time, { inputs: ["right"] });
            held.getOrInsert(batch.time, () => []).push(batch.retain());
          },
          right() {},
        },
        notify(time) {
          for (const batch of held.take(time) ?? []) {
            out.out.forward(batch);
            batch.release();
          }
        },
      };
    },
  );
}
