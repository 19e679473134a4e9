/**
 * Dataflows that fail on one worker, in every way there is.
 *
 * @module
 */
import process from "node:process";
import {
  anyRecord,
  type Dataflow,
  dataflow,
  defineOperator,
  type Input,
  type Output,
  type Pact,
} from "../../../mod.ts";
import { z } from "zod";

/** What the dataflows offer. */
export type FaultyPorts = { numbers: Input<number>; out: Output<unknown> };

type Fault = () => unknown;

/** Called in the callback that gets a batch, on worker 1. */
const inCallback: Readonly<Record<string, Fault>> = {
  throws: () => {
    throw new RangeError("boom");
  },
  "exits by Deno": () => Deno.exit(3),
  "exits by process": () => process.exit(4),
  closes: () => (globalThis as unknown as { close(): void }).close(),
  "throws in a microtask": () =>
    queueMicrotask(() => {
      throw new TypeError("in a microtask");
    }),
  "rejects a promise": () => void Promise.reject(new TypeError("in a promise")),
  hangs: () => {
    for (;;);
  },
  "takes all memory": () => {
    const all: number[][] = [];
    for (;;) all.push(new Array<number>(100_000).fill(all.length));
  },
};

/** Numbers go to all workers; on worker 1 something happens. */
export function faulty(how: string): Dataflow<FaultyPorts> {
  return dataflow("faulty", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const interest = "notifications";
    const out = numbers.unary<unknown>("body", { interest }, ({ out, worker, notifyAt }) => {
      const isHere = worker.index === 1;
      if (isHere && how === "throws when it is made") throw new RangeError("not made");
      return {
        receive(batch) {
          if (isHere) inCallback[how]?.();
          if (how === "throws when notified") notifyAt(batch.time);
          if (isHere && how === "sends a function") out.out.send(batch.time, [{ f: () => 1 }]);
          out.out.forward(batch);
        },
        notify() {
          if (isHere) throw new RangeError("not notified");
        },
      };
    });
    return { numbers, out: out.output("out") };
  }, { madeBy: [faulty, how] });
}

const isFrom1 = (n: number) => n >= 100 && n < 200;

/** Pacts whose functions fail for numbers from 100 to 199, which worker 1 alone makes. */
const faultyPacts: Readonly<Record<string, Pact>> = {
  key: {
    kind: "exchange",
    key(n: number) {
      if (isFrom1(n)) throw new RangeError("no key");
      return n;
    },
  },
  route: { kind: "route", to: (n: number, workers: number) => isFrom1(n) ? workers : n % workers },
  "route to nowhere": { kind: "route", to: (n: number) => isFrom1(n) ? NaN : 0 },
};

/** Numbers are spread by a pact that fails for those that only worker 1 makes. */
export function faultyPact(which: string): Dataflow<FaultyPorts> {
  return dataflow("faulty pact", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const moved = numbers.unary<number>("move", {}, ({ out, worker }) => ({
      receive(batch) {
        out.out.send(batch.time, batch.rows().map((n) => (n % 100) + 100 * worker.index));
      },
    }));
    const pacts = { in: faultyPacts[which] };
    const out = moved.unary<unknown>("spread", { pacts }, ({ out }) => ({
      receive: (batch) => out.out.forward(batch),
    }));
    return { numbers, out: out.output("out") };
  }, { madeBy: [faultyPact, which] });
}

/** Made by a function that is exported, and returns something else on other threads. */
export function returnsNumber(): unknown {
  return 42;
}

/** Made by a function that throws on other threads. */
export function throwsThere(): never {
  throw new RangeError("made here, not there");
}

let calls = 0;

/** A graph that differs by how often it was described. */
export function counted(): Dataflow<FaultyPorts> {
  calls++;
  return dataflow("counted", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: numbers.map((n) => n, { name: `step ${calls}` }).output("out") };
  }, { madeBy: [counted] });
}

/** A graph that differs by chance, in a configuration. */
export function random(): Dataflow<FaultyPorts> {
  const config = { chance: Math.random() };
  return dataflow("random", (root) => {
    const numbers = root.input<number>("numbers");
    return { numbers, out: numbers.apply(chance, config).output("out") };
  }, { madeBy: [random] });
}

const chance = defineOperator({
  name: "chance",
  version: "1.0.0",
  summary: "Has a number in its configuration",
  config: z.strictObject({ chance: z.number() }),
  inputs: { in: anyRecord },
  outputs: { out: anyRecord },
  create: ({ out }) => ({ receive: { in: (batch) => out.out.forward(batch) } }),
});

function hidden(): Dataflow<FaultyPorts> {
  return plain("hidden", [hidden]);
}

/** Made by a function that the module does not export. */
export const madeByHidden: () => Dataflow<FaultyPorts> = () => hidden();

/** A dataflow that hands numbers on, under any name, and made by whatever is given. */
export function plain(
  name: string,
  // deno-lint-ignore no-explicit-any
  madeBy?: readonly [(...args: any[]) => unknown, ...args: unknown[]],
  module?: string,
): Dataflow<FaultyPorts> {
  return dataflow(name, (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    return { numbers, out: numbers.map((n) => n).output("out") };
  }, { ...(madeBy && { madeBy }), ...(module && { module }) });
}
