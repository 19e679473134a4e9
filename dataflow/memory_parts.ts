/**
 * What is asked for the memory of a running dataflow.
 *
 * @module
 */
import type { MemoryAccount } from "../actors/memory_account.ts";
import type { MemoryThere } from "../actors/workers/memory_note.ts";
import type { SpreadEdge } from "../actors/workers/spread_edge.ts";

/** See the module. */
export interface MemoryParts {
  /** The first worker's account. */
  readonly here: MemoryAccount;
  /** What the others said last, by worker. */
  readonly there: ReadonlyMap<number, MemoryThere>;
  /** The first worker's ends of the edges whose records may go to others, by edge. */
  readonly edges: ReadonlyMap<number, SpreadEdge>;
  /** Frames of the first worker that wait because another one's side has no room; of all dataflows. */
  readonly frames: number;
}
