/**
 * Files and pipes for a running spec.
 *
 * @module
 */
import type { ByteSource, SpecIo, TextSink } from "../specs/io.ts";
import { besideSpec } from "../specs/beside.ts";
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
  readonly #beforeWrite: () => void;
  readonly #letters = new Map<string, Promise<TextSink>>();
  // Several outputs may share standard output, and each hands over whole lines.
  #stdout: TextSink | undefined;

  /** By that wiring; told before something is written to standard output, which may be the same screen. */
  constructor(world: World, wiring: Wiring, beforeWrite: () => void = () => {}) {
    this.#world = world;
    this.#beforeWrite = beforeWrite;
    this.#wiring = wiring;
  }

  async *sources(input: string, signal: AbortSignal): AsyncGenerator<ByteSource> {
    const { file, follow } = this.#wiring.inputs.get(input)!;
    if (file === "-") yield this.#world.stdin(signal);
    else yield* this.#world.files(file, signal, follow);
  }

  async sink(output: string): Promise<TextSink> {
    const file = this.#wiring.outputs.get(output)!;
    if (file === "-") return this.#stdout ??= this.#announced(this.#world.stdout());
    return await this.#world.file(file);
  }

  #announced(sink: TextSink): TextSink {
    return {
      name: sink.name,
      write: (text) => {
        this.#beforeWrite();
        return sink.write(text);
      },
      finish: () => sink.finish(),
      abandon: () => sink.abandon(),
    };
  }

  /** One sink for one file, by whatever path it is named. */
  async deadLetters(file: string): Promise<TextSink> {
    const path = besideSpec(this.#wiring.spec, file);
    const identity = await this.#world.identity(path);
    const sink = this.#letters.get(identity) ?? this.#world.file(path);
    this.#letters.set(identity, sink);
    return await sink;
  }

  quiet(signal: AbortSignal): Promise<void> {
    return this.#world.quiet(signal);
  }

  every(ms: number, task: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const off = this.#world.every(ms, task);
    signal.addEventListener("abort", off, { once: true });
  }
}
