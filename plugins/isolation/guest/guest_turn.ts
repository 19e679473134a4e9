/**
 * The turn of a callback in a plugin's process, and how it is told to the engine.
 *
 * @module
 */
import type { Time } from "../../../progress/time.ts";
import { frameParts } from "../../../batches/frame.ts";
import { plainValues } from "../../../batches/plain_values.ts";
import { valuesOf } from "../../../batches/data.ts";
import type { Batch } from "../../../operators/contract/batch.ts";
import type { OutputPort } from "../../../operators/contract/output_port.ts";
import { type Request, Turn } from "../../../operators/contract/turn.ts";
import { type Blob, encodeMessage, TURN } from "../messages.ts";
import { MOST_RECORDS, MOST_TURN_BYTES, type TurnMeta } from "../turn_meta.ts";

/** As many batches, or records in them, as a callback may have staged before it waits for the engine. */
const MOST_STAGED = 64;

/** A turn that a callback cannot fill without end. */
export class GuestTurn extends Turn {
  /** Called in the middle of a callback that has staged much; it takes what is staged. */
  overflow: (() => void) | null = null;
  #records = 0;

  override send(port: OutputPort, batch: Batch): void {
    super.send(port, batch);
    this.#records += batch.length;
    if (this.sends < MOST_STAGED && this.#records < MOST_RECORDS) return;
    this.overflow?.();
  }

  /** Everything of it was taken. */
  taken(): void {
    for (let i = 0; i < this.sends; i++) this.batches[i].release();
    this.sends = this.holds = this.requested = 0;
    this.#records = 0;
  }

  override discard(): void {
    super.discard();
    this.#records = 0;
  }
}

/** What a turn has besides what is staged in it. */
export interface TurnFacts {
  readonly vertex: number;
  /** Whether the callback goes on. */
  readonly more: boolean;
  readonly isTask: boolean;
  /** Names of state of which a prefix is to be dropped when it is complete. */
  readonly stateOf: (request: Request) => number;
  readonly dropped: readonly (readonly [records: number, reason: string])[];
  readonly holdsBack: boolean | undefined;
  /** What the first turn of a vertex says besides. */
  readonly extra?: object;
}

/** The messages that tell a turn: mostly one, several where one would be too long. */
export function turnMessages(turn: Turn, facts: TurnFacts): Uint8Array<ArrayBuffer>[] {
  const messages: Uint8Array<ArrayBuffer>[] = [];
  let sends: [number, Time, number][] = [];
  let blobs: Blob[] = [];
  let bytes = 0;
  const { vertex } = facts;
  for (const { port, time, length, blob } of framesOf(turn)) {
    const size = sizeOf(blob);
    if (bytes > 0 && bytes + size > MOST_TURN_BYTES) {
      messages.push(encodeMessage(TURN, vertex, { s: sends, m: 1, ...taskOf(facts) }, blobs));
      sends = [];
      blobs = [];
      bytes = 0;
    }
    sends.push([port, time, length]);
    blobs.push(blob);
    bytes += size;
  }
  messages.push(encodeMessage(TURN, vertex, lastMeta(turn, facts, sends), blobs));
  return messages;
}

function lastMeta(turn: Turn, facts: TurnFacts, sends: TurnMeta["s"] & object): TurnMeta {
  const { more, dropped, holdsBack, stateOf, extra = {} } = facts;
  const requests = turn.requests.slice(0, turn.requested);
  const asked = requests.filter(({ cleanUp }) => cleanUp === null);
  const states = requests.filter(({ cleanUp }) => cleanUp !== null);
  return {
    ...(sends.length > 0 ? { s: sends } : {}),
    ...(turn.holds > 0 ? { h: holdsOf(turn) } : {}),
    ...(asked.length > 0
      ? {
        q: asked.map((
          { time, capability, inputs, outputs },
        ) => [time, capability, inputs, outputs]),
      }
      : {}),
    ...(states.length > 0 ? { c: states.map((each) => [stateOf(each), each.time]) } : {}),
    ...(dropped.length > 0 ? { d: dropped } : {}),
    ...(more ? { m: 1 } : {}),
    ...taskOf(facts),
    ...extra,
    ...(holdsBack === undefined ? {} : { b: holdsBack ? 1 : 0 }),
  };
}

function taskOf({ isTask }: TurnFacts): { t?: 1 } {
  return isTask ? { t: 1 } : {};
}

function holdsOf(turn: Turn): [number, Time, number][] {
  return Array.from({ length: turn.holds }, (_unused, i) => {
    return [turn.holdPorts[i].index, turn.holdTimes[i], turn.holdDeltas[i]];
  });
}

interface Piece {
  readonly port: number;
  readonly time: Time;
  readonly data: Batch["data"];
  readonly length: number;
}

/** Batches as they are; longer ones in parts. */
function* piecesOf(turn: Turn): Iterable<Piece> {
  for (let i = 0; i < turn.sends; i++) {
    const { time, data, length } = turn.batches[i];
    const port = turn.ports[i].index;
    if (length <= PART) {
      yield { port, time, data, length };
      continue;
    }
    const values = valuesOf(data);
    for (let from = 0; from < length; from += PART) {
      const part = Math.min(PART, length - from);
      const rows = Array.from({ length: part }, (_unused, j) => values[from + j]);
      yield { port, time, data: rows, length: part };
    }
  }
}

/** Records of a batch above which it is told in parts. */
const PART = 16_384;

interface Frame extends Piece {
  readonly blob: readonly Uint8Array[];
}

function* framesOf(turn: Turn): Iterable<Frame> {
  for (const piece of piecesOf(turn)) yield* framesOfPiece(piece);
}

/** Halves, and halves of halves, of what would be too long for one turn. */
function* framesOfPiece(piece: Piece): Iterable<Frame> {
  const { data, length } = piece;
  const blob = frameParts(data, length, plainValues);
  if (length === 1 || sizeOf(blob) <= MOST_TURN_BYTES) return yield { ...piece, blob };
  const values = valuesOf(data);
  const middle = length >> 1;
  for (const [from, to] of [[0, middle], [middle, length]]) {
    const rows = Array.from({ length: to - from }, (_unused, i) => values[from + i]);
    yield* framesOfPiece({ ...piece, data: rows, length: rows.length });
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
