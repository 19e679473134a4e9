/**
 * A store's files in memory, which can be made to fail, and to be left as a machine leaves them that stops in
 * the middle of a write.
 */
import { MeanderError } from "../../../operators/contract/fault.ts";
import { PARTIAL, type StoreFiles } from "../../../plugins/store/files.ts";

/** Thrown where the machine stops. */
export class PowerCut extends Error {}

export class MemoryFiles implements StoreFiles {
  readonly where = "store";
  readonly disk: Map<string, Uint8Array<ArrayBuffer>>;
  /** After so many steps the machine stops; a write has four: nothing, a half, all of the temporary file, done. */
  stepsLeft = Infinity;
  #isHeld = false;

  constructor(disk: Iterable<readonly [string, Uint8Array<ArrayBuffer>]> = []) {
    this.disk = new Map(disk);
  }

  read(path: string, most: number): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.disk.get(path);
    if (bytes !== undefined && bytes.length > most) {
      throw new MeanderError("MEANDER_PLUGIN_STORE", `Cannot read ${path}: too large`);
    }
    return bytes?.slice();
  }

  write(path: string, bytes: Uint8Array): void {
    this.#step();
    this.disk.set(path + PARTIAL, bytes.slice(0, bytes.length >> 1));
    this.#step();
    this.disk.set(path + PARTIAL, bytes.slice());
    this.#step();
    this.disk.set(path, bytes.slice());
    this.disk.delete(path + PARTIAL);
    this.#step();
  }

  list(folder: string): readonly string[] {
    return [...this.disk.keys()].filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
  }

  remove(path: string): void {
    this.#step();
    this.disk.delete(path);
  }

  exclusively<T>(task: () => T): T {
    if (this.#isHeld) {
      throw new MeanderError("MEANDER_PLUGIN_STORE", "Cannot change the store: another does");
    }
    this.#isHeld = true;
    try {
      return task();
    } finally {
      this.#isHeld = false;
    }
  }

  /** As text. */
  text(path: string): string {
    return new TextDecoder().decode(this.disk.get(path));
  }

  /** Puts a text there, as somebody with an editor. */
  put(path: string, text: string): void {
    this.disk.set(path, new TextEncoder().encode(text));
  }

  #step(): void {
    if (this.stepsLeft-- <= 0) throw new PowerCut("the machine stops");
  }
}
