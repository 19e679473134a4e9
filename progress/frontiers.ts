/**
 * What vertices ask about frontiers, whoever keeps them: the tracker, or a copy on another worker.
 *
 * @module
 */
import type { Time } from "./time.ts";

/** The frontier at every slot that somebody asks about. */
export interface Frontiers {
  /** Whether nothing outstanding could result in the time, or in an earlier one, at the slot. */
  isComplete(slot: number, time: Time): boolean;
  /** An element of the slot's frontier at or before the time; `null` when the time is complete. */
  blocker(slot: number, time: Time): Time | null;
  /** Whether a time is an element of the slot's frontier. */
  hasElement(slot: number, time: Time): boolean;
  /** The slot's frontier in `compareTimes` order; the array never changes. */
  frontier(slot: number): readonly Time[];
  /** Whether nothing outstanding could result in anything at the slot. */
  isEmpty(slot: number): boolean;
}
