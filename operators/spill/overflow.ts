/**
 * What a spool does with batches that have no room in memory.
 *
 * @module
 */
import type { Data } from "../../batches/data.ts";
import { formatTime, type Time } from "../../progress/time.ts";
import { Batch } from "../contract/batch.ts";
import { MeanderError, show } from "../contract/fault.ts";
import { decodeBlock, encodeBlock } from "./block.ts";
import { type Block, BlockStore, type StoreSizes } from "./block_store.ts";
import { type SpillDirectory, SpillRefusal } from "./spill_file.ts";

/** Times that share a block: who reads one of them alone reads the others in vain. */
const MOST_SHARING = 64;

/** Batches of one time, in their order. */
export interface Group {
  readonly time: Time;
  readonly batches: readonly Batch[];
}

/** A block, and how many of its parts are not free. */
interface Shared {
  readonly block: Block;
  parts: number;
}

/** What a block has of one time. */
export interface Part {
  readonly shared: Shared;
  /** Which of its groups it is. */
  readonly index: number;
  readonly records: number;
  readonly batches: number;
  /** For the line that it belongs to: the part behind it there. */
  next: Part | null;
}

/** How full a block may be: its batches weigh at most so much together, or it has one. */
export interface Weights {
  readonly most: number;
  readonly weigh: (batch: Batch) => number;
}

/** Batches as blocks on disk. Everything that goes wrong is an error that names the vertex and the directory. */
export class Overflow {
  readonly #name: string;
  readonly #directory: string;
  readonly #weights: Weights;
  readonly #store: BlockStore;
  /** The block that was read last, as long as parts of it are not free: they are likely to be next. */
  #read: { readonly shared: Shared; readonly groups: Data<unknown>[][] } | null = null;
  #records = 0;
  #isOpen = true;

  /** For a vertex of this name. */
  constructor(name: string, directory: SpillDirectory, weights: Weights, sizes?: StoreSizes) {
    this.#name = name;
    this.#directory = directory.name;
    this.#weights = weights;
    this.#store = this.#asking("spill", undefined, () => new BlockStore(directory, sizes));
  }

  /** The records on disk. */
  get records(): number {
    return this.#records;
  }

  /** The bytes of the blocks that they are in. */
  get bytes(): number {
    return this.#store.bytes;
  }

  /** Writes groups of batches; for each the parts that it has become. */
  put(groups: readonly Group[]): Part[][] {
    const parts: Part[][] = groups.map(() => []);
    const { most, weigh } = this.#weights;
    let packed: Group[] = [];
    let owners: number[] = [];
    let weight = 0;
    const close = () => {
      this.#write(packed).forEach((part, i) => parts[owners[i]].push(part));
      packed = [];
      owners = [];
      weight = 0;
    };
    groups.forEach(({ time, batches }, owner) => {
      let from = 0;
      for (let to = 0; to < batches.length; to++) {
        const more = weigh(batches[to]);
        if (weight > 0 && weight + more > most) {
          if (to > from) add(time, batches.slice(from, to), owner);
          close();
          from = to;
        }
        weight += more;
      }
      if (batches.length > from) add(time, batches.slice(from), owner);
      if (packed.length >= MOST_SHARING) close();
    });
    if (packed.length > 0) close();
    return parts;

    function add(time: Time, batches: readonly Batch[], owner: number): void {
      packed.push({ time, batches });
      owners.push(owner);
    }
  }

  /** What is in a part, which stays. */
  read<T>({ shared, index }: Part, time: Time): Batch<T>[] {
    if (this.#read?.shared !== shared) {
      this.#read = this.#asking("read back", time, () => ({
        shared,
        groups: decodeBlock(this.#store.read(shared.block)),
      }));
    }
    return this.#read.groups[index].map((data) => new Batch<T>(time, data as Data<T>));
  }

  /** The part is not needed any more. */
  free({ shared, index, records }: Part, time: Time): void {
    if (!this.#isOpen) return;
    this.#records -= records;
    shared.parts--;
    const isRead = this.#read?.shared === shared;
    if (isRead) this.#read!.groups[index] = [];
    if (shared.parts > 0) return;
    if (isRead) this.#read = null;
    this.#asking("read back", time, () => this.#store.free(shared.block));
  }

  /** Lets go of all files. */
  close(): void {
    this.#isOpen = false;
    this.#read = null;
    this.#store.close();
    this.#records = 0;
  }

  /** Writes groups into one block. */
  #write(groups: readonly Group[]): Part[] {
    const bytes = this.#encoded(groups);
    const block = this.#asking("spill", groups[0].time, () => this.#store.put(bytes));
    const shared = { block, parts: groups.length };
    return groups.map(({ batches }, index) => {
      const records = batches.reduce((sum, { length }) => sum + length, 0);
      this.#records += records;
      return { shared, index, records, batches: batches.length, next: null };
    });
  }

  #encoded(groups: readonly Group[]): Uint8Array<ArrayBuffer> {
    try {
      return encodeBlock(groups.map(({ batches }) => batches));
    } catch (error) {
      // One of them by itself says whose record it was.
      for (const { time, batches } of groups) {
        this.#asking("spill", time, () => encodeBlock([batches]));
      }
      throw this.#error("spill", groups[0].time, error);
    }
  }

  #asking<R>(what: string, time: Time | undefined, ask: () => R): R {
    try {
      return ask();
    } catch (error) {
      throw this.#error(what, time, error);
    }
  }

  #error(what: string, time: Time | undefined, error: unknown): MeanderError {
    const at = time === undefined ? "" : ` at time ${formatTime(time)}`;
    const where = what === "spill" ? "to" : "from";
    const why = error instanceof Error
      ? error.message.replace(/^MEANDER_\w+ {2}/, "")
      : show(error);
    const hint = error instanceof SpillRefusal ? error.hint : undefined;
    return new MeanderError(
      "MEANDER_SPILL",
      `Cannot ${what} records of "${this.#name}"${at} ${where} directory "${this.#directory}": ${why}`,
      { where: this.#name, cause: error, ...(hint === undefined ? {} : { hint }) },
    );
  }
}
