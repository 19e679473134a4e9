/**
 * A disk in memory for tests of what spills.
 * @module
 */
import {
  type SpillDirectory,
  type SpillFile,
  SpillRefusal,
} from "../../../operators/spill/spill_file.ts";

/** Counts what is open, takes and gives a few bytes at a time, and can be full or change what it was given. */
export class Disk implements SpillDirectory {
  readonly name = "/spill";
  readonly files = new Set<DiskFile>();
  opened = 0;
  /** How many bytes it has written in all. */
  written = 0;
  /** When it has written so many, it is full. */
  room = Infinity;

  /** It writes and reads at most so many bytes at once. */
  constructor(readonly most = Infinity) {}

  /** The bytes of all files that are open. */
  get size(): number {
    return [...this.files].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  open(): SpillFile {
    if (this.room === 0) throw new SpillRefusal("the disk is full", "Make room and run again");
    this.opened++;
    const file = new DiskFile(this);
    this.files.add(file);
    return file;
  }
}

class DiskFile implements SpillFile {
  bytes = new Uint8Array(0);
  readonly #disk: Disk;
  #memory = new Uint8Array(64);

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  write(bytes: Uint8Array, at: number): number {
    const disk = this.#mustBeOpen();
    if (at > this.bytes.length) throw new Error(`a hole before ${at}`);
    const length = Math.min(bytes.length, disk.most, disk.room - disk.written);
    if (length === 0) throw new SpillRefusal("the disk is full", "Make room and run again");
    const end = Math.max(this.bytes.length, at + length);
    if (end > this.#memory.length) {
      const grown = new Uint8Array(2 * end);
      grown.set(this.#memory);
      this.#memory = grown;
    }
    this.#memory.set(bytes.subarray(0, length), at);
    this.bytes = this.#memory.subarray(0, end);
    disk.written += length;
    return length;
  }

  read(into: Uint8Array, at: number): number {
    const { most } = this.#mustBeOpen();
    const found = this.bytes.subarray(at, at + Math.min(into.length, most));
    into.set(found);
    return found.length;
  }

  close(): void {
    this.#mustBeOpen().files.delete(this);
  }

  #mustBeOpen(): Disk {
    if (!this.#disk.files.has(this)) throw new Error("the file is closed");
    return this.#disk;
  }
}
