/**
 * Dataflows that once went wrong on threads.
 *
 * @module
 */
import { type Dataflow, dataflow, type Input, type Output } from "../../../mod.ts";
import { reached, type Words } from "../support.ts";

/** What the dataflows offer. */
export type OddPorts = { numbers: Input<number>; out: Output<number> };

/** Made on other threads by a promise, which waits until the test says so. */
export function madeLate(may: Words): Dataflow<OddPorts> {
  return dataflow("made late", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    return { numbers, out: numbers.map((n) => n + 1).output("out") };
  }, { madeBy: [makeLate, may] });
}

/** What other threads call. */
export async function makeLate(may: Words): Promise<Dataflow<OddPorts>> {
  await reached(may, 0, 1);
  return madeLate(may);
}

/** Values that are hard to look at. */
const hostile: Readonly<Record<string, () => unknown>> = {
  "a revoked proxy"() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "an error whose message throws": () =>
    new (class extends Error {
      override get message(): string {
        throw new TypeError("no message");
      }
    })(),
  "an error whose message is a bigint": () => Object.assign(new Error(), { message: 3n }),
};

/** Throws something odd on worker 1. */
export function throwsOddly(what: string): Dataflow<OddPorts> {
  return dataflow("throws oddly", (root) => {
    const numbers = root.input<number>("numbers", { source: "split" });
    const thrown = numbers.unary<number>("odd", {}, ({ out, worker }) => ({
      receive(batch) {
        if (worker.index === 1) throw hostile[what]();
        out.out.forward(batch);
      },
    }));
    return { numbers, out: thrown.output("out") };
  }, { madeBy: [throwsOddly, what] });
}

/** Keeps worker 1 busy for a millisecond each time that a number goes round, until it is 0. */
export const busy: Dataflow<OddPorts> = dataflow("busy", (root) => {
  const numbers = root.input<number>("numbers");
  const pacts = { in: { kind: "route", to: () => 1 } } as const;
  const out = root.loop("round", (loop) => {
    const again = loop.feedback<number>();
    const all = loop.enter(numbers).concat(again).unary<number>("spin", { pacts }, ({ out }) => ({
      receive(batch) {
        for (const end = performance.now() + 1; performance.now() < end;);
        out.out.forward(batch);
      },
    }));
    again.connect(all.filter((n) => n > 0).map((n) => n - 1));
    return loop.leave(all.filter((n) => n === 0));
  });
  return { numbers, out: out.output("out") };
});
