import { z } from "zod";
import { compareTimes, lessEqual, type Time } from "../../progress/time.ts";
import { anyRecord, defineOperator, type OperatorDefinition } from "../contract/definition.ts";
import { timeSchema } from "../contract/schemas.ts";
import { TimeMap } from "../contract/time_map.ts";
import { type SavedBatches, savedBatches } from "../spill/saved_batches.ts";
import { spillOption, type SpillOptions } from "../spill/spill_options.ts";
import { Spool } from "../spill/spool.ts";
import { SpoolEmission } from "../spill/spool_emission.ts";

const REASON = "no clock time at or after theirs";

/** What is kept where. */
export interface ReclockOptions {
  /** Where data waits that has no room in memory; all is in memory when left out. */
  readonly spill?: SpillOptions | undefined;
}

/**
 * Data waits until the clock has a time at or after its own, and is sent at that time. It keeps all data
 * that no time of the clock has come for.
 */
export const reclock: OperatorDefinition<
  ReclockOptions,
  { readonly data: z.ZodType<unknown>; readonly clock: z.ZodType<unknown> },
  { readonly out: z.ZodType<unknown> }
> = defineOperator({
  name: "reclock",
  version: "1.0.0",
  summary: "Moves records to the next time at which a clock stream has a record",
  docs:
    "Of the clock only the times count, and several records of one time are one. When a time of the clock is " +
    "complete on both inputs, everything whose time is at or before it and that no earlier one took is sent " +
    "at it, in the order of times. What comes after the clock's last time goes no further: it is counted as " +
    "dropped when the clock has ended. Data holds no time open by itself: downstream is complete as far as " +
    "the clock is. Every worker hears the whole clock, and data stays on its worker. With several " +
    "coordinates data goes to a time of the clock that no other of those at or after it precedes; which, of " +
    "incomparable ones, is not said. With `spill` so many records stay in memory, and the others wait on disk.",
  example: {
    inputs: { data: ["a", "b"], clock: ["tick"] },
    outputs: { out: ["a", "b"] },
  },
  types: { outputs: { out: "data" } },
  config: z.strictObject({ spill: spillOption }),
  inputs: { data: anyRecord, clock: anyRecord },
  outputs: { out: anyRecord },
  // When the clock ends nothing is complete that was not: only its frontier tells.
  interest: "always",
  connects: [["clock", "out"]],
  pacts: () => ({ clock: { kind: "broadcast" } }),
  state: { version: 1, schema: z.tuple([savedBatches, z.array(timeSchema)]) },
  create: ({ config, name, out, notifyAt, frontier, drop }) => {
    const held = new Spool(name, config.spill);
    const waiting = new WaitingTimes();
    const ticks = new TimeMap<true>();
    const emission = new SpoolEmission(out.out);
    const dropLate = () => {
      if (held.size === 0 || ticks.size > 0 || frontier("clock").length > 0) return;
      waiting.clear();
      drop(held.clear(), REASON);
    };
    return {
      receive: {
        data(batch) {
          if (held.push(batch.time, batch)) waiting.add(batch.time);
          dropLate();
        },
        clock({ time }) {
          if (ticks.has(time)) return;
          ticks.set(time, true);
          notifyAt(time);
        },
      },
      notify(time) {
        ticks.delete(time);
        for (const own of waiting.takeUpTo(time)) emission.add(time, held.take(own));
        dropLate();
        return emission.run();
      },
      frontier: dropLate,
      resume: () => emission.run(),
      close: () => held[Symbol.dispose](),
      size: () => held.kept(),
      snapshot: () => [held.save(), [...ticks].map(([time]) => time)],
      restore(saved) {
        const [batches, times] = saved as [SavedBatches, Time[]];
        held.load(batches);
        for (const [time] of batches) waiting.add(time);
        for (const time of times) ticks.set(time, true);
      },
    };
  },
});

/**
 * Times in the order of `compareTimes`, which extends the partial one: nothing that is at or before a time
 * comes behind it, so that a tick looks at no more than it takes, as far as times have one coordinate.
 */
class WaitingTimes {
  #times: Time[] = [];
  // Those before it were taken.
  #head = 0;
  #isSorted = true;

  add(time: Time): void {
    const { length } = this.#times;
    if (length > this.#head && compareTimes(this.#times[length - 1], time) > 0) {
      this.#isSorted = false;
    }
    this.#times.push(time);
  }

  takeUpTo(limit: Time): Time[] {
    if (!this.#isSorted || 2 * this.#head > this.#times.length) this.#tidy();
    const times = this.#times;
    const taken: Time[] = [];
    const left: Time[] = [];
    let at = this.#head;
    for (; at < times.length && compareTimes(times[at], limit) <= 0; at++) {
      (lessEqual(times[at], limit) ? taken : left).push(times[at]);
    }
    // Those that stay move up to the others that stay, in their order.
    for (let i = left.length - 1; i >= 0; i--) times[--at] = left[i];
    this.#head = at;
    return taken;
  }

  clear(): void {
    this.#times = [];
    this.#head = 0;
    this.#isSorted = true;
  }

  #tidy(): void {
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
    if (!this.#isSorted) this.#times.sort(compareTimes);
    this.#isSorted = true;
  }
}
