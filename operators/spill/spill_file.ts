/**
 * Where records go that have no room in memory: what a spool needs of a disk, and no more.
 *
 * @module
 */

/** A file that belongs to one spool alone. What its methods throw is a {@linkcode SpillRefusal} or a fault. */
export interface SpillFile {
  /** Writes some of the bytes, from the first on, at a place; returns how many. */
  write(bytes: Uint8Array, at: number): number;
  /** Reads some bytes from a place on; returns how many, 0 where the file ends. */
  read(into: Uint8Array, at: number): number;
  /** Lets go of the file and of what is in it. */
  close(): void;
}

/** Where such files are made. */
export interface SpillDirectory {
  /** For messages. */
  readonly name: string;
  /** Makes a new, empty file. */
  open(): SpillFile;
}

/** Why a file cannot be made, written or read, and what to do about it. */
export class SpillRefusal extends Error {
  /** What to do, as an imperative without a final period. */
  readonly hint: string | undefined;

  /** `why` follows a colon: it begins in lower case and has no final period. */
  constructor(why: string, hint?: string, cause?: unknown) {
    super(why, { cause });
    this.hint = hint;
  }
}
