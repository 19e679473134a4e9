/**
 * What workers say to each other about a dataflow, as frames. A frame begins with the kind of message and
 * the number of the dataflow (two words); numbers are in the machine's own byte order, because frames
 * do not leave the process.
 *
 * @module
 */
import type { ChangeBatch } from "../../progress/change_batch.ts";
import type { Time } from "../../progress/time.ts";
import type { FrameBuffer } from "./frame_buffer.ts";

/** Records for a vertex. */
export const DATA = 1;
/** Records that an edge sent were taken. */
export const CREDIT = 2;
/** One worker's progress batch. */
export const PROGRESS = 3;
/** Frontiers that moved. */
export const NEWS = 4;
/** Everything that is rare: faults, the end, dropped records. */
export const NOTE = 5;

/** The kind of a message. */
export function kindOf(frame: FrameBuffer): number {
  return frame.words[0];
}

/** The number of the dataflow that it is about. */
export function dataflowOf(frame: FrameBuffer): number {
  return frame.words[1];
}

/** Writes the coordinates of a time from a place of the frame's doubles; returns the place behind them. */
export function writeTime(doubles: Float64Array, at: number, time: Time): number {
  if (typeof time === "number") {
    doubles[at] = time;
    return at + 1;
  }
  for (let i = 0; i < time.length; i++) doubles[at + i] = time[i];
  return at + time.length;
}

/** Reads a time of so many coordinates. */
export function readTime(doubles: Float64Array, at: number, depth: number): Time {
  if (depth === 1) return doubles[at];
  return Object.freeze(Array.from({ length: depth }, (_unused, i) => doubles[at + i]));
}

/**
 * A whole progress batch, with the change of the number of the sender's controls, and its own number among
 * those of its sender.
 */
export function writeProgress(
  frame: FrameBuffer,
  dataflow: number,
  changes: ChangeBatch,
  controls: number,
  depths: ArrayLike<number>,
  number = 0,
): void {
  const { slots, times, deltas, length } = changes;
  let at = 3;
  for (let i = 0; i < length; i++) {
    const end = at + 2 + depths[slots[i]];
    frame.ensure(8 * end);
    const { doubles } = frame;
    doubles[at] = slots[i];
    doubles[at + 1] = deltas[i];
    at = writeTime(doubles, at + 2, times[i]);
  }
  frame.ensure(24);
  begin(frame, PROGRESS, dataflow, length);
  frame.words[3] = controls;
  frame.words[4] = number;
  frame.length = 8 * at;
}

/** The number of a progress batch. */
export function numberOf({ words }: FrameBuffer): number {
  return words[4];
}

/** Adds the changes of a progress batch to another; returns the change of the number of controls. */
export function readProgress(
  frame: FrameBuffer,
  depths: ArrayLike<number>,
  into: ChangeBatch,
): number {
  const { doubles, words } = frame;
  let at = 3;
  for (let i = 0; i < words[2]; i++) {
    const slot = doubles[at];
    const delta = doubles[at + 1];
    into.add(slot, readTime(doubles, at + 2, depths[slot]), delta);
    at += 2 + depths[slot];
  }
  return words[3];
}

/** The frontiers of the first `count` of some slots. */
export function writeNews(
  frame: FrameBuffer,
  dataflow: number,
  slots: readonly number[],
  count: number,
  frontier: (slot: number) => readonly Time[],
  depths: ArrayLike<number>,
): void {
  let at = 2;
  for (let i = 0; i < count; i++) {
    const front = frontier(slots[i]);
    frame.ensure(8 * (at + 2 + front.length * depths[slots[i]]));
    frame.doubles[at] = slots[i];
    frame.doubles[at + 1] = front.length;
    at += 2;
    for (const time of front) at = writeTime(frame.doubles, at, time);
  }
  frame.ensure(16);
  begin(frame, NEWS, dataflow, count);
  frame.length = 8 * at;
}

/** Calls back with each slot and its frontier. */
export function readNews(
  frame: FrameBuffer,
  depths: ArrayLike<number>,
  visit: (slot: number, front: readonly Time[]) => void,
): void {
  const { doubles, words } = frame;
  let at = 2;
  for (let i = 0; i < words[2]; i++) {
    const slot = doubles[at];
    const front: Time[] = [];
    const end = at + 2 + doubles[at + 1] * depths[slot];
    for (at += 2; at < end; at += depths[slot]) front.push(readTime(doubles, at, depths[slot]));
    visit(slot, front);
  }
}

/** So many batches of an edge were taken by the sender of this message. */
export function writeCredit(
  frame: FrameBuffer,
  dataflow: number,
  edge: number,
  count: number,
): void {
  frame.ensure(16);
  begin(frame, CREDIT, dataflow, edge);
  frame.words[3] = count;
  frame.length = 16;
}

/** Anything that JSON can say. */
export function writeNote(frame: FrameBuffer, dataflow: number, note: unknown): void {
  const text = new TextEncoder().encode(JSON.stringify(note));
  frame.ensure(16 + text.length);
  begin(frame, NOTE, dataflow, text.length);
  frame.bytes.set(text, 16);
  frame.length = 16 + text.length;
}

/** What `writeNote` wrote. */
export function readNote(frame: FrameBuffer): unknown {
  return JSON.parse(new TextDecoder().decode(frame.bytes.subarray(16, 16 + frame.words[2])));
}

function begin({ words }: FrameBuffer, kind: number, dataflow: number, third: number): void {
  words[0] = kind;
  words[1] = dataflow;
  words[2] = third;
}
