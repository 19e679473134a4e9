/**
 * What reaches a shard from other workers, wherever the shard is.
 *
 * @module
 */
import type { FrameBuffer } from "../actors/workers/frame_buffer.ts";
import { CREDIT, DATA, kindOf } from "../actors/workers/messages.ts";
import type { Shard } from "./shard.ts";

/** Takes a frame that is about an edge; false for any other. */
export function takeFrame({ edges, progress }: Shard, frame: FrameBuffer, from: number): boolean {
  const kind = kindOf(frame);
  if (kind !== DATA && kind !== CREDIT) return false;
  if (progress.isDead) return true;
  const edge = edges.get(frame.words[2])!;
  if (kind === DATA) edge.received(frame, from);
  else edge.credited(from, frame.words[3]);
  return true;
}
