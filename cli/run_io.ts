/**
 * Files and pipes for a running spec.
 *
 * @module
 */
import type { ByteSource, SpecIo, TextSink } from "../specs/io.ts";
import { besideSpec } from "./load.ts";
import type { World } from "./world.ts";

/** Where inputs are read and outputs written; `-` is standard input or output. */
export interface Wiring {
  readonly inputs: Map<string, { readonly file: string; readonly follow: boolean }>;
  readonly outputs: Map<string, string>;
  /** The spec's file. */
  readonly spec: string;
}

/** The world as a running spec sees it. */
export class RunIo implements SpecIo {
  readonly #world: World;
  readonly #wiring: Wiring;
  // Several outputs may share standard output, and each hands over whole lines.
  #stdout: TextSink | undefined;

  /** By that wiring. */
  constructor(world: World, wiring: Wiring) {
    this.#world = world;
    this.#wiring = wiring;
  }

  async *sources(input: string, signal: AbortSignal): AsyncGenerator<ByteSource> {
    const { file, follow } = this.#wiring.inputs.get(input)!;
    if (file === "-") yield this.#world.stdin(signal);
    else yield* this.#world.files(file, signal, follow);
  }

  async sink(output: string): Promise<TextSink> {
    const file = this.#wiring.outputs.get(output)!;
    if (file === "-") return this.#stdout ??= this.#world.stdout();
    return await this.#world.file(file);
  }

  deadLetters(file: string): Promise<TextSink> {
    return this.#world.file(besideSpec(this.#wiring.spec, file));
  }

  quiet(): Promise<void> {
    return this.#world.quiet();
  }

  every(ms: number, task: () => void, signal: AbortSignal): void {
    const off = this.#world.every(ms, task);
    signal.addEventListener("abort", off, { once: true });
  }
}
