/**
 * Batches as bytes. A block has groups of batches: how many groups and how many batches there are (u32), how
 * many batches each group has, how many records each batch has, padded to 8 bytes, and all records as one
 * frame: records of small batches are written down together.
 *
 * @module
 */
import type { Data } from "../../batches/data.ts";
import { decodeFrame, encodeFrame } from "../../batches/platform_frame.ts";
import { joined } from "../../batches/joined.ts";
import type { Batch } from "../contract/batch.ts";

/**
 * Their bytes, in memory of their own; as many as a multiple of 8.
 *
 * @throws {TypeError} `MEANDER_FRAME` for a record that cannot be written down.
 */
export function encodeBlock(groups: readonly (readonly Batch[])[]): Uint8Array<ArrayBuffer> {
  const batches = groups.flat();
  const head = new Uint32Array((2 + groups.length + batches.length + 1) & ~1);
  head.set([groups.length, batches.length, ...groups.map(({ length }) => length)]);
  head.set(batches.map(({ length }) => length), 2 + groups.length);
  const [{ data, length }] = batches;
  const frame = batches.length === 1 ? encodeFrame(data, length) : encodeRows(batches);
  return joined([new Uint8Array(head.buffer), frame]);
}

function encodeRows(batches: readonly Batch[]): Uint8Array<ArrayBuffer> {
  const rows: unknown[] = [];
  for (const batch of batches) {
    const values = batch.values();
    for (let i = 0; i < batch.length; i++) rows.push(values[i]);
  }
  return encodeFrame(rows, rows.length);
}

/** The records of each batch of each group. They share nothing with the bytes, nor with each other. */
export function decodeBlock(bytes: Uint8Array): Data<unknown>[][] {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const [groups, batches] = words;
  const lengths = words.subarray(2 + groups, 2 + groups + batches);
  const all = decodeFrame(bytes.subarray(4 * ((2 + groups + batches + 1) & ~1))) as
    | unknown[]
    | Int32Array
    | Float64Array;
  if (batches === 1) return [[all as Data<unknown>]];
  let at = 0;
  let batch = 0;
  return Array.from(words.subarray(2, 2 + groups), (count) =>
    Array.from({ length: count }, () => {
      const from = at;
      at += lengths[batch++];
      return all.slice(from, at) as Data<unknown>;
    }));
}
