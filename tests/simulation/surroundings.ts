/**
 * What the operators of one run have in common, on all workers: they share this thread.
 * @module
 */

import type { Time } from "../../mod.ts";
import type { Account } from "./account.ts";
import { Spread } from "./spread.ts";

/** One worker's instance of a source, as it is told what to do from outside. */
export interface SourceThere {
  send(time: Time, records: number[]): void;
  advanceTo(time: Time): void;
  close(): void;
}

/** See the module. */
export class Surroundings {
  /** Work that was started outside, to be finished in any order. */
  readonly work: (() => void)[] = [];
  /** Broken promises of the engine. */
  readonly violations: string[] = [];
  /** For each shard of a watcher the requests that were not delivered. */
  readonly accounts: Account[] = [];
  /** For each input the instances of the source that takes its place; none where it is an input. */
  readonly sources: SourceThere[][];
  readonly spread: Spread;
  /** Whether the dataflow has failed or was cancelled: from then on no operator is called. */
  isOver: () => boolean = () => false;
  readonly #fuse: number;
  #calls = 0;

  /** With a fuse, that call of an operator throws. */
  constructor(inputs: number, spread: number | null = null, fuse = Infinity) {
    this.sources = Array.from({ length: inputs }, () => []);
    this.spread = new Spread(spread);
    this.#fuse = fuse;
  }

  /** An operator was called. */
  called(): void {
    if (this.isOver()) this.violations.push("an operator is called after the end");
    if (++this.#calls === this.#fuse) throw new Error("the fuse has blown");
  }
}
