/**
 * The world as commands see it: files, pipes, signals and time. Tests put another one in its place.
 *
 * @module
 */
import type { ByteSource, TextSink } from "../specs/io.ts";

/** What commands ask of the world. */
export interface World {
  /** The text of a file. */
  readText(path: string): Promise<string>;
  /** Writes a new file; false when there is one of that name already. */
  writeNew(path: string, text: string): Promise<boolean>;
  /** The files that a path or pattern names, to be read one after the other. */
  files(pattern: string, signal: AbortSignal, follow: boolean): AsyncIterable<ByteSource>;
  /** The paths that a path or pattern names, none when there is none. */
  expand(pattern: string): Promise<readonly string[]>;
  /** Whether there is a folder of that name, as far as one may look. */
  isFolder(path: string): Promise<boolean>;
  /** The same text for the same file, by whatever path it is named; it need not be there. */
  identity(path: string): Promise<string>;
  /** What is piped or typed in. */
  stdin(signal: AbortSignal): ByteSource;
  /** Where results go when nothing else is said. */
  stdout(): TextSink;
  /** A file that gets its name when it is whole. */
  file(path: string): Promise<TextSink>;
  /** What a module exports that lies within a folder, wherever links lead. */
  importModule(path: string, within: string): Promise<Readonly<Record<string, unknown>>>;
  /** Whether a person looks at standard error. */
  readonly isWatched: boolean;
  /** Whether colours are wanted there. */
  readonly hasColours: boolean;
  /** How many characters fit in a line. */
  readonly columns: number;
  /** Calls back at a signal; returns what ends that. */
  onSignal(signal: "SIGINT" | "SIGTERM" | "SIGQUIT", task: () => void): () => void;
  /** Resolves when nothing can happen in this process any more, unless the signal is aborted before. */
  quiet(signal: AbortSignal): Promise<void>;
  /** Calls back again and again; returns what ends that. */
  every(ms: number, task: () => void): () => void;
  /** Milliseconds since some moment. */
  now(): number;
  /** Memory of the process in bytes, as the system counts it. */
  memory(): number;
  /** Resolves when one of the files has changed. */
  changed(paths: readonly string[], signal: AbortSignal): Promise<void>;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** Waits for something, but not longer than so many milliseconds. */
export async function atMost(done: Promise<void>, ms: number, world: World): Promise<void> {
  let off = (): void => {};
  const tooLong = new Promise<void>((resolve) => off = world.every(ms, resolve));
  try {
    await Promise.race([done, tooLong]);
  } finally {
    off();
  }
}
