/**
 * Frames to send, and what was received, as plain bytes; and a worker that sends back what it receives.
 * @module
 */

import { FrameBuffer } from "../../../actors/workers/frame_buffer.ts";
import type { Transport } from "../../../actors/workers/transport.ts";

/** Bytes that differ from seed to seed and from place to place. */
export function bytesOf(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_unused, i) => seed * 31 + i);
}

/** Overwrites a buffer with these bytes; what lies behind them is rubbish. */
export function fill(frame: FrameBuffer, bytes: Uint8Array): FrameBuffer {
  frame.ensure(bytes.length);
  frame.bytes.fill(0xee);
  frame.bytes.set(bytes);
  frame.length = bytes.length;
  return frame;
}

/** A frame of its own with these bytes. */
export function frameOf(bytes: Uint8Array): FrameBuffer {
  return fill(new FrameBuffer(), bytes);
}

/** A copy of the frame's bytes. */
export function bytesIn(frame: FrameBuffer): Uint8Array<ArrayBuffer> {
  return frame.bytes.slice(0, frame.length);
}

/** Sends back everything that has come, each byte one more; whether there was anything to do. */
export function echo(end: Transport): boolean {
  const before = end.backlog;
  end.flush();
  let hasDone = end.backlog < before;
  while (end.receive()) {
    const { bytes, length } = end.frame;
    for (let i = 0; i < length; i++) bytes[i]++;
    end.send(end.from, end.frame);
    hasDone = true;
  }
  return hasDone;
}
