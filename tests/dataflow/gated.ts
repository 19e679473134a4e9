/**
 * Numbers through a gate, for tests.
 * @module
 */
import {
  type Dataflow,
  dataflow,
  execute,
  faucet,
  type FaucetOptions,
  type Input,
  type Output,
  type Probe,
  type Stream,
} from "meander";

export type Gated = Dataflow<{ numbers: Input<number>; out: Output<number>; done: Probe }>;

/** Numbers through a gate; what leaves it is read and probed. */
export function gated(
  options: FaucetOptions<number>,
  fragment: (some: Stream<number>) => Stream<number>,
): Gated {
  return dataflow("gated", (root) => {
    const numbers = root.input<number>("numbers");
    const left = faucet(root, numbers, options, fragment);
    return { numbers, out: left.output("out"), done: left.probe("done") };
  });
}

/** What comes of numbers that are sent an epoch at a time. */
export async function results(program: Gated, epochs: readonly number[][]): Promise<number[]> {
  await using run = execute(program, { workers: 1 });
  const { numbers, out } = run.handles;
  epochs.forEach((epoch, time) => {
    numbers.advanceTo(time);
    numbers.send(epoch);
  });
  numbers.close();
  return (await out.toArray()).toSorted((a, b) => a - b);
}
