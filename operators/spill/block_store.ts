/**
 * Blocks of bytes on disk.
 *
 * @module
 */
import { checksumOf } from "./checksum.ts";
import { type SpillDirectory, type SpillFile, SpillRefusal } from "./spill_file.ts";

/** How large things are. */
export interface StoreSizes {
  /** A segment is closed when it has so many bytes, and removed when all of its blocks are free. */
  readonly segment: number;
  /** Blocks are written together, about so many bytes at once. */
  readonly buffer: number;
}

const SIZES: StoreSizes = { segment: 16 * 2 ** 20, buffer: 256 * 2 ** 10 };
/** Disk may be used up to so many times the bytes of all blocks, … */
const SLACK = 4;
/** … and so many segments more, before blocks are moved together. */
const SPARE = 4;

/** One file, and the blocks in it that are not free. */
interface Segment {
  readonly file: SpillFile;
  readonly blocks: Set<Block>;
  /** The bytes of these. */
  live: number;
  /** Where the next block goes: the size of the file, with what was not written yet. */
  end: number;
}

/**
 * A block, as long as it is not free. Its checksum is kept in memory, so that bytes of another block, or of an
 * earlier one in the same place, are not taken for its own.
 */
export class Block {
  /** How many bytes it has. */
  readonly length: number;
  /** Of its bytes. */
  readonly checksum: number;
  /** The file it is in; changes when blocks are moved together. */
  segment: Segment;
  /** Where it begins there. */
  at: number;

  /** Made by the store. */
  constructor(bytes: Uint8Array, segment: Segment) {
    this.length = bytes.length;
    this.checksum = checksumOf(bytes);
    this.segment = segment;
    this.at = segment.end;
  }
}

/**
 * Writes blocks one behind the other and reads them in any order. Disk is given back segment by segment, and
 * a few blocks that stay do not hold much of it: they are moved to the end.
 */
export class BlockStore {
  readonly #directory: SpillDirectory;
  readonly #sizes: StoreSizes;
  readonly #full = new Set<Segment>();
  /** The segment that is written to. */
  #current: Segment;
  /** What was not written yet: the end of the current segment. */
  #buffer: Uint8Array;
  #buffered = 0;
  #bytes = 0;
  #space = 0;
  #isOpen = true;

  /** Makes its first file at once: a directory that cannot be used shows before anything depends on it. */
  constructor(directory: SpillDirectory, sizes: StoreSizes = SIZES) {
    this.#directory = directory;
    this.#sizes = sizes;
    this.#buffer = new Uint8Array(0);
    this.#current = this.#opened();
  }

  /** The bytes of all blocks that are not free. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The bytes of all files. */
  get space(): number {
    return this.#space;
  }

  /** Keeps bytes, which have memory of their own and whose number is a multiple of 4. */
  put(bytes: Uint8Array): Block {
    this.#make();
    const block = new Block(bytes, this.#current);
    this.#append(block, bytes);
    this.#bytes += block.length;
    return block;
  }

  /**
   * The bytes of a block.
   *
   * @throws {SpillRefusal} when they are not those that were put.
   */
  read(block: Block): Uint8Array {
    const bytes = new Uint8Array(block.length);
    const { segment, at } = block;
    const written = segment.end - this.#buffered;
    if (segment === this.#current && at >= written) {
      bytes.set(this.#buffer.subarray(at - written, at - written + block.length));
    } else {
      readAll(segment.file, bytes, at);
    }
    if (checksumOf(bytes) === block.checksum) return bytes;
    throw new SpillRefusal(
      `${block.length} bytes came back changed`,
      "Look for a fault of the disk; the directory has to belong to this program alone",
    );
  }

  /** The block is not needed any more. */
  free(block: Block): void {
    this.#bytes -= block.length;
    this.#leave(block);
    // Without the current segment that is more than all blocks have: some segment is partly free.
    while (this.#space > SLACK * this.#bytes + SPARE * this.#sizes.segment) this.#compact();
  }

  /** Closes all files. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // All of them, whatever one of them says.
    const faults: unknown[] = [];
    for (const { file } of [...this.#full, this.#current]) {
      try {
        file.close();
      } catch (error) {
        faults.push(error);
      }
    }
    this.#full.clear();
    this.#buffer = new Uint8Array(0);
    this.#bytes = 0;
    this.#space = 0;
    if (faults.length > 0) throw faults[0];
  }

  #opened(): Segment {
    return { file: this.#directory.open(), blocks: new Set(), live: 0, end: 0 };
  }

  /** Sees to a current segment that is not full. */
  #make(): void {
    if (this.#current.end < this.#sizes.segment) return;
    this.#flush();
    const next = this.#opened();
    this.#full.add(this.#current);
    this.#current = next;
  }

  #append(block: Block, bytes: Uint8Array): void {
    const { buffer } = this.#sizes;
    if (this.#buffered + bytes.length > buffer) this.#flush();
    if (bytes.length > buffer) {
      writeAll(this.#current.file, bytes, this.#current.end);
    } else {
      if (this.#buffer.length === 0) this.#buffer = new Uint8Array(buffer);
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
    block.segment = this.#current;
    block.at = this.#current.end;
    this.#current.blocks.add(block);
    this.#current.live += bytes.length;
    this.#current.end += bytes.length;
    this.#space += bytes.length;
  }

  #flush(): void {
    const at = this.#current.end - this.#buffered;
    writeAll(this.#current.file, this.#buffer.subarray(0, this.#buffered), at);
    this.#buffered = 0;
  }

  /** Takes a block out of its segment; an empty one is closed, or begun anew. */
  #leave(block: Block): void {
    const { segment } = block;
    segment.blocks.delete(block);
    segment.live -= block.length;
    if (segment.blocks.size > 0) return;
    this.#space -= segment.end;
    if (segment !== this.#current) {
      this.#full.delete(segment);
      segment.file.close();
      return;
    }
    const { end } = segment;
    segment.end = 0;
    this.#buffered = 0;
    // The next blocks go over the old bytes; what one large block has needed is not kept for that.
    if (end <= this.#sizes.segment + this.#sizes.buffer) return;
    this.#current = this.#opened();
    segment.file.close();
  }

  /** Moves the blocks of the segment in which most is free behind all others. There is one: see `free`. */
  #compact(): void {
    this.#make();
    let sparsest: Segment | undefined;
    for (const segment of this.#full) {
      if (sparsest !== undefined && wasteOf(segment) <= wasteOf(sparsest)) continue;
      sparsest = segment;
    }
    for (const block of [...sparsest!.blocks]) {
      const bytes = this.read(block);
      this.#make();
      this.#leave(block);
      this.#append(block, bytes);
    }
  }
}

function wasteOf({ end, live }: Segment): number {
  return end - live;
}

function writeAll(file: SpillFile, bytes: Uint8Array, at: number): void {
  let written = 0;
  while (written < bytes.length) {
    const more = file.write(bytes.subarray(written), at + written);
    if (more <= 0) throw new SpillRefusal("it takes no more bytes", "Make room and run again");
    written += more;
  }
}

function readAll(file: SpillFile, bytes: Uint8Array, at: number): void {
  let read = 0;
  while (read < bytes.length) {
    const more = file.read(bytes.subarray(read), at + read);
    if (more <= 0) {
      throw new SpillRefusal(
        `of ${bytes.length} bytes only ${read} came back`,
        "Look for a fault of the disk; the directory has to belong to this program alone",
      );
    }
    read += more;
  }
}
