import { z } from "zod";
import { depthOf, type Time } from "../../progress/time.ts";
import {
  anyRecord,
  type Capability,
  type Defaults,
  defineOperator,
  expression,
  type OperatorContext,
  type UnaryOperator,
} from "../contract/definition.ts";
import { perSchema } from "../contract/schemas.ts";
import type { Per } from "../contract/state.ts";
import { TimeMap } from "../contract/time_map.ts";
import { type SavedBatches, savedBatches } from "../spill/saved_batches.ts";
import { spillOption, type SpillOptions } from "../spill/spill_options.ts";
import { Spool } from "../spill/spool.ts";
import { SpoolEmission } from "../spill/spool_emission.ts";

/** What is waited for, and for which times. */
export interface SynchronizeOptions {
  /** What has to be complete: the record's `time` (the default), its `epoch`, a prefix, everything. */
  readonly per?: Per | undefined;
  /** Which times are held back; all when left out. Records of the others are passed on at once. */
  readonly when?: ((time: Time) => boolean) | undefined;
  /** Where records wait that have no room in memory; all are in memory when left out. */
  readonly spill?: SpillOptions | undefined;
}

interface SynchronizeConfig {
  readonly per: Per;
  readonly when?: ((time: Time) => boolean) | undefined;
  readonly spill?: SpillOptions | undefined;
}

/**
 * Holds records back until their time, or a prefix of it, is complete, and sends them at their own time.
 * It keeps all records of what is open.
 */
export const synchronize: UnaryOperator<SynchronizeConfig, Defaults<SynchronizeConfig, "per">> =
  defineOperator({
    name: "synchronize",
    version: "1.0.0",
    summary: "Holds the records of a time back until the time is complete",
    docs:
      "Records leave at their own time, in the order in which they came, when their time is complete. `per` " +
      "waits for more: for the whole `epoch` or a prefix of so many coordinates, or, `forever`, until nothing " +
      "more can come. Times for which `when` is false are not held back. In the cycle of a loop it makes " +
      "rounds: nothing goes round before all of a round has come. A `per` that takes in all rounds waits " +
      "there for itself and never ends; it belongs behind the loop, or at its exit. With `spill` so many records " +
      "stay in memory, and the others wait on disk.",
    example: { inputs: { in: ["a", "b"] }, outputs: { out: ["a", "b"] } },
    types: { outputs: { out: "in" } },
    config: z.strictObject({
      per: perSchema.default("time"),
      when: expression<(time: Time) => boolean>("time").optional(),
      spill: spillOption,
    }),
    inputs: { in: anyRecord },
    outputs: { out: anyRecord },
    interest: "notifications",
    state: { version: 1, schema: savedBatches },
    create: (context) => {
      const { config, name, out, notifyAt, blame } = context;
      const held = new Spool(name, config.spill);
      const emission = new SpoolEmission(out.out);
      const ends = new Ends(context);
      return {
        receive: {
          in(batch) {
            const { time } = batch;
            let isHeld = true;
            try {
              isHeld = config.when?.(time) ?? true;
            } catch (error) {
              throw blame(error, batch.rows());
            }
            if (!isHeld) return out.out.forward(batch);
            if (!held.push(time, batch)) return;
            if (ends.isLater(time)) ends.waitFor(time);
            else notifyAt(time);
          },
        },
        notify(time) {
          for (const own of ends.take(time)) emission.add(own, held.take(own));
          emission.add(time, held.take(time));
          return ends.release(emission.run());
        },
        resume: () => ends.release(emission.run()),
        close: () => held[Symbol.dispose](),
        size: () => held.kept(),
        snapshot: () => held.save(),
        restore(saved) {
          held.load(saved as SavedBatches);
          for (const time of held.times()) if (ends.isLater(time)) ends.keep(time);
        },
      };
    },
  });

/**
 * Times that wait for more than themselves. A notification keeps a right at its own time or later, and
 * theirs is earlier: it is kept by a capability.
 */
class Ends {
  readonly #context: OperatorContext<SynchronizeConfig, { out: z.ZodType<unknown> }>;
  readonly #prefixOf: (time: Time) => Time;
  readonly #waiting = new TimeMap<Capability[]>();
  #released: Capability[] = [];

  constructor(context: OperatorContext<SynchronizeConfig, { out: z.ZodType<unknown> }>) {
    this.#context = context;
    // A state knows how many coordinates an epoch has.
    const { per } = context.config;
    const prefixes = context.state<null>({ per, create: () => null });
    this.#prefixOf = (time) => prefixes.prefixOf(time);
  }

  /** Whether what a time waits for is complete later than the time itself. */
  isLater(time: Time): boolean {
    return this.#endOf(time) !== time;
  }

  /** Keeps the right to send at a time until what it waits for is complete. */
  waitFor(time: Time): void {
    if (this.keep(time)) this.#context.notifyAt(this.#endOf(time), { capability: "none" });
  }

  /** Keeps the right alone; whether it is the first that waits for the same. */
  keep(time: Time): boolean {
    const end = this.#endOf(time);
    const right = this.#context.retain(time);
    const rights = this.#waiting.get(end);
    if (rights === undefined) this.#waiting.set(end, [right]);
    else rights.push(right);
    return rights === undefined;
  }

  /** The times that have waited for this one. */
  take(end: Time): Time[] {
    this.#released = this.#waiting.take(end) ?? [];
    return this.#released.map(({ time }) => time);
  }

  /** Drops the rights of what was sent, unless there is more to do. */
  release(more: boolean): boolean {
    if (more) return true;
    for (const right of this.#released) right.drop();
    this.#released = [];
    return false;
  }

  /** The last time with the same prefix: when that is complete, all are. */
  #endOf(time: Time): Time {
    const { per } = this.#context.config;
    const prefix = per === "forever" ? [] : [this.#prefixOf(time)].flat();
    const missing = depthOf(time) - prefix.length;
    if (missing === 0) return time;
    const last = [...prefix, ...new Array<number>(missing).fill(Number.MAX_SAFE_INTEGER)];
    return last.length === 1 ? last[0] : last;
  }
}
