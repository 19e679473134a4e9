/**
 * A turn as it comes from a process, with its records: read and checked before anything of it is used.
 *
 * @module
 */
import { type Data, dataLength } from "../../batches/data.ts";
import { decodeFrame } from "../../batches/frame.ts";
import { plainValues } from "../../batches/plain_values.ts";
import type { Message } from "./messages.ts";
import type { RecordCheck } from "./record_check.ts";
import { isTurnMeta, MOST_RECORDS, MOST_TURN_BYTES, type TurnMeta } from "./turn_meta.ts";

/** With the records of its batches. */
export interface WholeTurn {
  readonly meta: TurnMeta;
  readonly data: readonly Data<unknown>[];
}

/** More than as many as a callback stages at most. */
const MOST_IN_TURN = 4 * MOST_RECORDS;

/**
 * The turn of a message. `checks` look at the records of each output.
 *
 * @throws {Error} when it is none, or has records that its output does not send.
 */
export function turnOf({ meta, blobs }: Message, checks: readonly RecordCheck[]): WholeTurn {
  if (!isTurnMeta(meta)) throw new Error("it told a turn that has not the form of one");
  const sends = meta.s ?? [];
  const bytes = blobs.reduce((sum, { length }) => sum + length, 0);
  if (bytes > 2 * MOST_TURN_BYTES) throw new Error(`it told ${bytes} bytes of records in one turn`);
  if (sends.length !== blobs.length) throw new Error("it told a turn whose batches are missing");
  let total = 0;
  for (const [, , records] of sends) total += records;
  if (total > MOST_IN_TURN) throw new Error(`it told ${total} records in one turn`);
  const data = sends.map(([output, , records], i) => {
    const check = checks[output];
    if (check === undefined) throw new Error(`it sent to output ${output}, which is not there`);
    const rows = decodeFrame(blobs[i], plainValues);
    const length = dataLength(rows);
    if (length !== records || length === 0) {
      throw new Error(`it sent ${length} records and said ${records}`);
    }
    const problem = check(rows, length);
    if (problem !== null) throw new Error(problem);
    return rows;
  });
  return { meta, data };
}
