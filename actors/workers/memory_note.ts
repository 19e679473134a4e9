/**
 * What a worker tells the first one of the memory of a dataflow there.
 *
 * @module
 */
import type { MemoryAccount } from "../memory_account.ts";
import { Figures, type MemoryFigures } from "../memory_figures.ts";

/** Figures of one vertex on one worker. */
export interface VertexFigures {
  /** Its number in the graph. */
  readonly vertex: number;
  readonly now: MemoryFigures;
  readonly peak: MemoryFigures;
}

/** As a message; of the vertices those that have changed since the last one. */
export interface MemoryNote {
  readonly now: MemoryFigures;
  readonly peak: MemoryFigures;
  readonly peakBytes: number;
  readonly vertices: readonly VertexFigures[];
}

/** Less of a change is not worth a message. */
const LEAST = 16_384;

/** Says what has changed, when it is enough to matter: more than an eighth of what was said last. */
export class MemoryReporter {
  #bytes = 0;
  #peakBytes = -LEAST;
  readonly #said = new Map<number, [now: Figures, peak: Figures]>();

  /** The next message; `null` when too little has changed. The last one of all says whatever has. */
  note(account: MemoryAccount, isLast = false): MemoryNote | null {
    const { now, peak, peakBytes } = account;
    const isDue = isLast || differs(now.bytes, this.#bytes) || differs(peakBytes, this.#peakBytes);
    if (!isDue) return null;
    this.#bytes = now.bytes;
    this.#peakBytes = peakBytes;
    return { now: now.copy(), peak: peak.copy(), peakBytes, vertices: this.#changed(account) };
  }

  #changed(account: MemoryAccount): VertexFigures[] {
    const changed: VertexFigures[] = [];
    for (const { vertex, now, peak } of account.vertices()) {
      let said = this.#said.get(vertex);
      if (said === undefined) this.#said.set(vertex, said = [new Figures(), new Figures()]);
      if (said[0].equals(now) && said[1].equals(peak)) continue;
      said[0].assign(now);
      said[1].assign(peak);
      changed.push({ vertex, now: now.copy(), peak: peak.copy() });
    }
    return changed;
  }
}

function differs(now: number, before: number): boolean {
  return Math.abs(now - before) > Math.max(before / 8, LEAST - 1);
}

/** What the first worker knows of the memory on another one. */
export class MemoryThere {
  now: MemoryFigures = new Figures();
  peak: MemoryFigures = new Figures();
  peakBytes = 0;
  /** By vertex. */
  readonly vertices: Map<number, VertexFigures> = new Map();

  /** Takes a message. */
  take({ now, peak, peakBytes, vertices }: MemoryNote): void {
    this.now = now;
    this.peak = peak;
    this.peakBytes = peakBytes;
    for (const each of vertices) this.vertices.set(each.vertex, each);
  }
}
