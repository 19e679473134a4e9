import { z } from "zod";
import { lessEqual, type Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Capability,
  defineOperator,
  type OperatorDefinition,
} from "../contract/definition.ts";
import { gather } from "../contract/pact.ts";
import { type Ask, type Grant, leastCounter, under } from "./gate_messages.ts";

/** What the keeper of a gate is configured with. */
export interface KeeperConfig {
  /** How many batches may be open at once. */
  readonly inFlight: number;
}

/**
 * Decides which shard of a gate may open a batch, on the first worker for all of them. Batches are counted from 0;
 * the number of a batch is its counter, the last coordinate of its times.
 *
 * What is open it reads from the frontier at `closed`, where everything passes that is on its way in the fragment:
 * a batch is closed when nothing there can have its counter or a lower one. The keeper itself holds the right to
 * open the next one, at every time that something outside of the fragment may still come at (the frontier at
 * `asked`). That right is at a higher counter than all that are open, so that it keeps none of them open, and
 * nobody outside of the gate's scope is reached by it.
 */
export const keeper: OperatorDefinition<
  KeeperConfig,
  { readonly asked: z.ZodType<unknown>; readonly closed: z.ZodType<unknown> },
  { readonly grant: z.ZodType<unknown> }
> = defineOperator({
  name: "keeper",
  version: "1.0.0",
  summary: "Decides when a gate may open a batch",
  config: z.strictObject({ inFlight: z.int().min(1) }),
  inputs: { asked: anyRecord, closed: anyRecord },
  outputs: { grant: anyRecord },
  connects: [],
  comesBack: ["asked", "closed"],
  interest: "always",
  pacts: () => ({ asked: gather }),
  create: ({ config, out, frontier, retain, worker }) => {
    const rights = new Rights(worker.index === 0 ? [retain()] : []);
    const tickets = new Tickets();
    const serve = () => {
      const least = leastCounter(frontier("closed"));
      for (;;) {
        const open = rights.next - Math.min(least, rights.next);
        const grant = open < config.inFlight ? tickets.take(open === 0) : null;
        if (grant === null) return;
        rights.use((time, parts) => out.grant.send(time, [{ ...grant, parts }]));
      }
    };
    return {
      receive: {
        asked(batch) {
          for (const ask of batch) tickets.add(ask as Ask);
          serve();
        },
        closed() {},
      },
      frontier(input) {
        if (worker.index > 0) return;
        if (input === "asked") rights.moveTo(frontier("asked"));
        else serve();
      },
    };
  },
});

/** The right to open the next batch: one capability for each time that it may have records of. */
class Rights {
  /** The number of the next batch. */
  next = 0;
  #held: readonly Capability[];

  constructor(held: readonly Capability[]) {
    this.#held = held;
  }

  /** Hands the right to one batch on, at each of its times. */
  use(send: (time: Time, parts: number) => void): void {
    for (const { time } of this.#held) send(time, this.#held.length);
    this.next++;
    for (const held of this.#held) held.downgrade(under(held.time as readonly number[], this.next));
  }

  /** Nothing comes before these times any more. */
  moveTo(frontier: readonly Time[]): void {
    const before = this.#held;
    this.#held = frontier.map((element) => {
      const time = under(element as readonly number[], this.next);
      return before.find((held) => lessEqual(held.time, time))!.delayed(time);
    });
    for (const held of before) held.drop();
  }
}

/** Who waits for a batch: full ones in the order in which they were asked for, then partial ones. */
class Tickets {
  #full: number[] = [];
  readonly #partial = new Set<number>();

  add({ worker, kind }: Ask): void {
    if (kind === "partial") this.#partial.add(worker);
    // One that was granted as a partial batch meanwhile is no ticket any more.
    else if (kind === "full" || this.#partial.delete(worker)) this.#full.push(worker);
  }

  take(isNothingOpen: boolean): Omit<Grant, "parts"> | null {
    const worker = this.#full.shift();
    if (worker !== undefined) return { worker, isPartial: false };
    if (!isNothingOpen) return null;
    for (const waiting of this.#partial) {
      this.#partial.delete(waiting);
      return { worker: waiting, isPartial: true };
    }
    return null;
  }
}
