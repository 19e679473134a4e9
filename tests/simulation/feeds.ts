/**
 * What a user might do with the inputs of a dataflow: send now or ahead, keep an epoch open, advance, close.
 * @module
 */

import type { Data, InputHandle, OpenEpoch, Time } from "../../mod.ts";
import { lessEqual } from "../../progress/time.ts";
import type { Random } from "../oracle/random.ts";
import { type Delivery, toTime } from "./cases.ts";
import type { Coordinates } from "./meaning.ts";
import { EPOCHS } from "./program.ts";
import type { SourceThere } from "./surroundings.ts";

/** One input, however it is fed. */
export interface Feed {
  /** The times that it holds open itself; those of a source are its vertices' own. */
  readonly open: readonly Time[];
  /** Sends records; `needed` are the times of what is to be sent later. */
  deliver(delivery: Delivery, needed: readonly Coordinates[]): void;
  /** Closes something that is open, once everything was sent; false when nothing is. */
  close(): boolean;
}

/** Through an input handle. */
export class HandleFeed implements Feed {
  readonly #handle: InputHandle<number>;
  readonly #random: Random;
  readonly #epochs: OpenEpoch<number>[] = [];

  constructor(handle: InputHandle<number>, random: Random) {
    this.#handle = handle;
    this.#random = random;
  }

  get open(): readonly Time[] {
    const epochs = this.#epochs.map(({ time }) => time);
    return this.#handle.isClosed ? epochs : [this.#handle.time, ...epochs];
  }

  deliver({ time, records }: Delivery, needed: readonly Coordinates[]): void {
    // As a column two times in three, so that vertices meet pooled buffers of both kinds.
    const made = [records, Int32Array.from(records), Float64Array.from(records)];
    const data = this.#random.pick(made) as Data<number>;
    const open = this.#epochAt(time);
    if (open !== undefined) open.send(data);
    else this.#handle.sendAt(toTime(time), data);
    if (this.#random.chance(0.3) && needed.length > 0) this.#keepOpen(this.#random.pick(needed));
    if (this.#random.chance(0.5)) this.#advance(needed);
    if (this.#epochs.length > 0 && this.#random.chance(0.3)) this.#closeIdle(needed);
  }

  close(): boolean {
    const { length } = this.#epochs;
    if (!this.#handle.isClosed) this.#handle.close();
    else if (length === 0) return false;
    else this.#epochs.splice(this.#random.below(length), 1)[0].close();
    return true;
  }

  #epochAt(time: Coordinates): OpenEpoch<number> | undefined {
    return this.#epochs.find((epoch) => String(epoch.time) === String(toTime(time)));
  }

  #keepOpen(time: Coordinates): void {
    if (!lessEqual(this.#handle.time, toTime(time))) return;
    this.#epochs.push(this.#handle.open(toTime(time)));
  }

  /** As far as what is still to be sent, apart from open epochs, allows. */
  #advance(needed: readonly Coordinates[]): void {
    const free = needed.filter((time) => this.#epochAt(time) === undefined);
    this.#handle.advanceTo(beyond(this.#handle.time, free));
  }

  #closeIdle(needed: readonly Coordinates[]): void {
    const at = this.#epochs.findIndex((epoch) =>
      !needed.some((time) => String(toTime(time)) === String(epoch.time))
    );
    if (at >= 0) this.#epochs.splice(at, 1)[0].close();
  }
}

/** Through the instances of a source, of which every worker has one. */
export class SourceFeed implements Feed {
  readonly open: readonly Time[] = [];
  readonly #random: Random;
  readonly #instances: { readonly there: SourceThere; time: Time }[];

  constructor(instances: readonly SourceThere[], depth: number, random: Random) {
    this.#random = random;
    const least = toTime(new Array(depth).fill(0));
    this.#instances = instances.map((there) => ({ there, time: least }));
  }

  deliver({ time, records }: Delivery, needed: readonly Coordinates[]): void {
    this.#random.pick(this.#instances).there.send(toTime(time), [...records]);
    for (const instance of this.#instances) {
      if (this.#random.chance(0.5)) continue;
      instance.time = beyond(instance.time, needed);
      instance.there.advanceTo(instance.time);
    }
  }

  close(): boolean {
    const { length } = this.#instances;
    if (length === 0) return false;
    this.#instances.splice(this.#random.below(length), 1)[0].there.close();
    return true;
  }
}

/** The latest time at which whatever is needed can still be sent. */
function beyond(time: Time, needed: readonly Coordinates[]): Time {
  const now = typeof time === "number" ? [time] : time;
  return toTime(
    now.map((c, i) => Math.max(c, Math.min(EPOCHS, ...needed.map((later) => later[i])))),
  );
}
