/**
 * How fast sources and inputs may go.
 *
 * @module
 */
import { z } from "zod";
import type { Time } from "../../progress/time.ts";

/** How much of what a source or an input sends may be on its way. What is left out has no limit of its own. */
export interface PaceOptions {
  /**
   * How many records the dataflow may have in flight, on all workers together: those that wait for a vertex, and
   * those that wait in one to be sent on. While there are as many the source is not called, and `send` of an
   * input gives a promise. What one call sends is not cut off, so that there may be more by that.
   */
  readonly records?: number | undefined;
  /** How many bytes these may take; they are estimated. */
  readonly bytes?: number | undefined;
  /**
   * How many epochs may be open: from the oldest one that is not complete everywhere that the records can go, up to
   * the one that is sent at. It is held exactly, and never raised. A source is called, and says that an epoch is
   * over, before it sends at the next one.
   */
  readonly epochs?: number | undefined;
}

/** A number of records or bytes; JSON has no word for "without limit", and leaves it out. */
const amount = z.union([z.number().min(1), z.literal(Infinity)]);

/** Of a configuration that has a pace. */
export const paceSchema: z.ZodType<PaceOptions, PaceOptions> = z.strictObject({
  records: amount.optional(),
  bytes: amount.optional(),
  epochs: z.int().min(1).optional(),
});

/** What tells a source whether it may be called. */
export interface Pace {
  /** A slice begins: nothing of it was sent yet. */
  begins(): void;
  /** Whether it may send at the time, in this slice; when not, it is resumed once it may. */
  mayGo(time: Time): boolean;
}

/** A source that can be paced. */
export interface PacedSource {
  /** It may be called again. It is told between two callbacks. */
  resume(): void;
  /** Takes what paces it, before anything runs. */
  take(pace: Pace): void;
}
