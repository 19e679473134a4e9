/**
 * What the tracker of production makes of the frames of production, for explorers: both get a number, and
 * what a frame changes is worked out once for each view that it meets.
 * @module
 */

import { FrameBuffer } from "../../actors/workers/frame_buffer.ts";
import { readProgress, writeProgress } from "../../actors/workers/messages.ts";
import { ChangeBatch, planTracker, Summary, Tracker } from "../../progress/mod.ts";

/** A count that changes. */
export type Change = readonly [location: number, time: number, delta: number];

const names = ["input", "loop.in", "loop.out", "exit"];

/** The graph: see `explorer.ts`. Records of both workers meet at the loop's input and at the exit. */
export const plan = planTracker({
  locations: names.map((name) => ({
    name,
    depth: 1,
    watched: true,
    remote: name === "loop.in" || name === "exit",
  })),
  edges: [
    { from: 0, to: 1, summary: Summary.identity(1) },
    { from: 1, to: 2, summary: Summary.identity(1) },
    { from: 2, to: 1, summary: Summary.feedback(1) },
    { from: 2, to: 3, summary: Summary.identity(1) },
  ],
});

/** By slot, how many coordinates times have. */
export const depths: Int32Array = new Int32Array(plan.slots.length).fill(1);

/** From and to: by how much times grow at least; only pairs that are reached are listed. */
export const REACH: readonly (readonly [from: number, to: number, by: number])[] = [
  [0, 0, 0],
  [0, 1, 0],
  [0, 2, 0],
  [0, 3, 0],
  [1, 1, 0],
  [1, 2, 0],
  [1, 3, 0],
  [3, 3, 0],
];

/** Progress batches as frames. */
export class Frames {
  readonly #numbers = new Map<string, number>();
  readonly #frames: FrameBuffer[] = [];

  /** The frame of a batch. */
  of(batch: readonly Change[]): number {
    const key = batch.join(";");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const changes = new ChangeBatch();
      for (const [location, time, delta] of batch) changes.add(plan.slotOf[location], time, delta);
      const frame = new FrameBuffer();
      writeProgress(frame, 0, changes, 0, depths);
      number = this.#frames.push(frame) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** What a frame says. */
  read(number: number): ChangeBatch {
    const changes = new ChangeBatch();
    readProgress(this.#frames[number], depths, changes);
    return changes;
  }

  /** For traces. */
  show(number: number): string {
    const parts: string[] = [];
    this.read(number).forEach((slot, time, delta) => {
      parts.push(`${delta > 0 ? "+" : ""}${delta} of ${time} at ${plan.slots[slot].name}`);
    });
    return `[${parts.join(", ")}]`;
  }
}

interface View {
  readonly counts: ChangeBatch;
  readonly isEmpty: boolean;
  /** By location the least time that is not complete. */
  readonly least: readonly number[];
  /** By frame what comes of it. */
  readonly after: number[];
}

/** What a tracker was told, with what it concludes. */
export class Views {
  readonly #frames: Frames;
  readonly #clamped: boolean;
  readonly #numbers = new Map<string, number>();
  readonly #views: View[] = [];

  /** With `clamped`, a count below zero is taken for zero. */
  constructor(frames: Frames, clamped: boolean) {
    this.#frames = frames;
    this.#clamped = clamped;
  }

  /** What it concludes from so much. */
  of(counts: readonly Change[]): number {
    const tracker = new Tracker(plan);
    tracker.apply(this.#frames.read(this.#frames.of(counts)));
    tracker.propagate();
    return this.#numberOf(tracker);
  }

  /** The view after a frame has arrived. */
  after(view: number, frame: number): number {
    const { counts, after } = this.#views[view];
    return after[frame] ??= this.#take(counts, frame);
  }

  /** Whether a time is complete. */
  isComplete(view: number, location: number, time: number): boolean {
    return this.#views[view].least[location] > time;
  }

  /** Whether nothing is outstanding. */
  isEmpty(view: number): boolean {
    return this.#views[view].isEmpty;
  }

  /** As it happens: what came before was concluded from before the frame came. */
  #take(counts: ChangeBatch, frame: number): number {
    const tracker = new Tracker(plan);
    tracker.apply(counts);
    tracker.propagate();
    tracker.apply(this.#frames.read(frame));
    tracker.propagate();
    return this.#numberOf(tracker);
  }

  #numberOf(tracker: Tracker): number {
    const counts = new ChangeBatch();
    plan.slots.forEach((_slot, slot) => {
      for (const [time, count] of tracker.pointstamps(slot)) {
        if (count > 0 || !this.#clamped) counts.add(slot, time, count);
      }
    });
    counts.compact();
    const { slots, times, deltas, length } = counts;
    const key = Array.from({ length }, (_unused, i) => `${slots[i]},${times[i]},${deltas[i]}`);
    const known = this.#numbers.get(key.join(";"));
    if (known !== undefined) return known;
    const number = this.#views.push({
      counts,
      isEmpty: tracker.allEmpty(),
      least: names.map((_name, at) => Number(tracker.frontier(plan.slotOf[at])[0] ?? Infinity)),
      after: [],
    }) - 1;
    this.#numbers.set(key.join(";"), number);
    return number;
  }
}
