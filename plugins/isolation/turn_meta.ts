/**
 * What a turn says, in the letters that go over the pipe, and how much it may say at once.
 *
 * @module
 */
import type { Time } from "../../progress/time.ts";
import type { Opened } from "./open_meta.ts";

/** More bytes of records than these are told in several turns. */
export const MOST_TURN_BYTES = 4 * 1024 * 1024;
/** More records than these are in no turn. */
export const MOST_RECORDS = 65_536;
/** More holds, requests and other small things than these are in no turn. */
const MOST_CHANGES = 20_000;

/** A turn of a vertex in a plugin's process; what is left out is none. */
export interface TurnMeta {
  /** Batches: output, time, number of records. A blob for each. */
  readonly s?: readonly (readonly [output: number, time: Time, records: number])[];
  /** Changed counts of retained rights: output, time, by how much. */
  readonly h?: readonly (readonly [output: number, time: Time, delta: number])[];
  /** Requests for notifications. */
  readonly q?: readonly (readonly [
    time: Time,
    capability: Time | null,
    inputs: readonly number[] | null,
    outputs: readonly number[] | null,
  ])[];
  /** State of which a prefix is to be dropped once it is complete; infinite coordinates are `null`. */
  readonly c?: readonly (readonly [state: number, time: Time])[];
  /** Records that go no further, with the reason. */
  readonly d?: readonly (readonly [records: number, reason: string])[];
  /** The callback has more to do, and waits for the engine's word. */
  readonly m?: 1;
  /** It is a task's turn: nobody asked for it. */
  readonly t?: 1;
  /** Whether it holds back those who send to it, from now on. */
  readonly b?: 0 | 1;
  /** What it says of itself once it is made. */
  readonly o?: Opened;
}

/** Whether it has the form of one. Times are checked when they are used. */
export function isTurnMeta(meta: unknown): meta is TurnMeta {
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return false;
  const { s, h, q, c, d, m, t, b, o, ...others } = meta as Record<string, unknown>;
  return Object.keys(others).length === 0 &&
    isList(
      s,
      3,
      ([output, time, records]) => isCount(output) && isTime(time) && isCount(records),
    ) &&
    isList(
      h,
      3,
      ([output, time, by]) => isCount(output) && isTime(time) && (by === 1 || by === -1),
    ) &&
    isList(
      q,
      4,
      ([time, capability, inputs, outputs]) =>
        isTime(time) && (capability === null || isTime(capability)) && areCounts(inputs) &&
        areCounts(outputs),
    ) &&
    isList(c, 2, ([state, time]) => isCount(state) && isPrefix(time)) &&
    isList(
      d,
      2,
      ([records, reason]) =>
        isCount(records) && typeof reason === "string" && reason.length <= 1000,
    ) &&
    [undefined, 1].includes(m as undefined) && [undefined, 1].includes(t as undefined) &&
    [undefined, 0, 1].includes(b as undefined) && (o === undefined || isOpened(o));
}

function isOpened(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { snapshots, transform } = value as Record<string, unknown>;
  return typeof snapshots === "boolean" && typeof transform === "boolean";
}

function isList(list: unknown, width: number, isItem: (item: unknown[]) => boolean): boolean {
  if (list === undefined) return true;
  return Array.isArray(list) && list.length <= MOST_CHANGES &&
    list.every((item) => Array.isArray(item) && item.length === width && isItem(item));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areCounts(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length <= 64 && value.every(isCount));
}

function isTime(value: unknown): boolean {
  return isCount(value) ||
    (Array.isArray(value) && value.length <= 64 && value.every(isCount));
}

function isPrefix(value: unknown): boolean {
  return value === null || isCount(value) ||
    (Array.isArray(value) && value.length <= 64 &&
      value.every((each) => each === null || isCount(each)));
}
