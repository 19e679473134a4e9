/**
 * What the workers of a dataflow say to each other with: frames of bytes, from worker to worker.
 *
 * @module
 */
import type { FrameBuffer } from "./frame_buffer.ts";

/**
 * One worker's end of the network. Its laws, for every implementation (`tests/actors/workers/
 * transport_laws.ts` checks them):
 *
 * - **Order.** What one worker sends to another arrives in the order in which it was sent. Nothing is
 *   said about frames of different senders, or to different receivers.
 * - **Whole.** A frame arrives as one frame, with the bytes and the length that it had when `send` was
 *   called, however large it is.
 * - **Once.** No frame is lost and none arrives twice, as long as both threads live.
 * - **Never blocks.** No call waits for another thread. What has no room waits at the sender, and goes
 *   out with a later `send` or `flush`: a worker that has a `backlog` calls `flush` in every turn, and
 *   once more before it sleeps.
 * - **Fair.** After a frame from one worker the next look begins with the worker behind it, so that
 *   nobody is starved.
 * - **End.** `close` comes after everything that was sent before, a backlog included.
 */
export interface Transport {
  /** Which worker this is, from 0. */
  readonly index: number;
  /** How many workers there are. */
  readonly workers: number;
  /** Who sent what `receive` received last. */
  readonly from: number;
  /** What `receive` received last. It is the caller's, to read and to change, until the next `receive`. */
  readonly frame: FrameBuffer;
  /** How many frames wait here because their receiver's side has no room. */
  readonly backlog: number;

  /**
   * Sends the first `frame.length` bytes to another worker. They are copied before this returns.
   *
   * @throws {RangeError} `MEANDER_TRANSPORT` for an empty frame, for one that says to be longer than its
   * memory, and for a worker that does not exist or is this one.
   * @throws {Error} `MEANDER_TRANSPORT` after `close`.
   */
  send(to: number, frame: FrameBuffer): void;

  /** Receives the next frame of anybody into `from` and `frame`; false when there is none. */
  receive(): boolean;

  /** Sends what there is room for by now; true when nothing waits any more. */
  flush(): boolean;

  /** Says that this worker will send no more. What waits here still goes out, by `flush`. */
  close(): void;

  /**
   * Whether that worker has closed and everything that it sent to this one was received. Of this worker
   * itself: whether it has closed.
   */
  isClosed(from: number): boolean;
}

/** Throws what `send` throws. */
export function checkSend(
  { index, workers }: Transport,
  to: number,
  frame: FrameBuffer,
  isClosed: boolean,
): void {
  const { length } = frame;
  if (length > 0 && length <= frame.bytes.length && to !== index && !isClosed) {
    if (Number.isInteger(to) && to >= 0 && to < workers) return;
  }
  throw refusal(index, workers, to, frame, isClosed);
}

function refusal(
  index: number,
  workers: number,
  to: number,
  { length, bytes }: FrameBuffer,
  isClosed: boolean,
): Error {
  const what = `MEANDER_TRANSPORT  Cannot send from worker ${index} to ${to}: `;
  if (isClosed) return new Error(`${what}worker ${index} has closed its end`);
  if (to === index) return new RangeError(`${what}a worker sends nothing to itself`);
  if (!(Number.isInteger(to) && to >= 0 && to < workers)) {
    return new RangeError(`${what}the workers are 0 to ${workers - 1}`);
  }
  const why = length > bytes.length
    ? `the frame's length is ${length}, its memory ${bytes.length} bytes. Call ensure before writing`
    : `the frame's length is ${length}. An empty frame says nothing`;
  return new RangeError(what + why);
}
