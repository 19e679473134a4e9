/**
 * The real world, by node's modules.
 *
 * @module
 */
import { watch } from "node:fs/promises";
import { realpath, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { FileSink } from "../operators/connectors/file_sink.ts";
import { fileError, findFiles, readFile } from "../operators/connectors/file_source.ts";
import type { ByteSource } from "../specs/io.ts";
import { readStdin, StdoutSink } from "./pipes.ts";
import type { World } from "./world.ts";

/** Timers of the runtime are 32 bits: beyond it they would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Makes the world of this process. Colours are left out where the environment asks for that. */
export function systemWorld(noColours: boolean): World {
  const { stderr } = process;
  return {
    readText,
    writeNew,
    expand: (pattern) => findFiles(pattern).then((all) => all.map(({ path }) => path), () => []),
    isFolder: (path) => stat(path).then((found) => found.isDirectory(), () => false),
    identity,
    files,
    stdin: (signal) => ({ name: "standard input", size: undefined, chunks: readStdin(signal) }),
    stdout: () => new StdoutSink(),
    file: (path) => FileSink.open(path),
    importModule,
    isWatched: stderr.isTTY === true,
    hasColours: stderr.isTTY === true && !noColours,
    columns: stderr.columns ?? 80,
    onSignal(signal, task) {
      process.on(signal, task);
      return () => void process.off(signal, task);
    },
    quiet: (signal) =>
      new Promise((resolve) => {
        const listener = () => resolve();
        process.once("beforeExit", listener);
        signal.addEventListener("abort", () => void process.off("beforeExit", listener));
      }),
    every(ms, task) {
      const timer = setInterval(task, Math.min(ms, LONGEST_MS));
      // What is only looked at from time to time keeps nothing alive: input and work do.
      Deno.unrefTimer(timer);
      return () => clearInterval(timer);
    },
    now: () => performance.now(),
    memory: () => process.memoryUsage().rss,
    changed,
    exit: (code) => process.exit(code),
  };
}

async function* files(
  pattern: string,
  signal: AbortSignal,
  follow: boolean,
): AsyncGenerator<ByteSource> {
  for (const { path, size } of await findFiles(pattern)) {
    yield {
      name: path,
      size: follow ? undefined : size,
      chunks: readFile(path, { signal, follow }),
    };
  }
}

/** Imports a module that lies within a folder; a link may not lead out of it. */
export async function importModule(
  path: string,
  within: string,
): Promise<Readonly<Record<string, unknown>>> {
  const [file, folder] = await Promise.all([realpath(path), realpath(within)]);
  if (!file.startsWith(folder + sep)) throw new Error(`a link leads to ${file}`);
  return await import(pathToFileURL(file).href);
}

/** The text of a file that people write; whatever gives more, such as a device, is none. */
async function readText(path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of readFile(path, { signal: new AbortController().signal })) {
    length += piece.length;
    if (length > MOST_TEXT) {
      throw fileError("read", path, new Error("it is too large to be a spec"));
    }
    pieces.push(piece.slice());
  }
  return new TextDecoder().decode(await new Blob(pieces as BlobPart[]).arrayBuffer());
}

const MOST_TEXT = 8 * 2 ** 20;

/** Device and number of what is there; the folder's path, links followed, and the name of what is not. */
async function identity(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return `${found.dev}:${found.ino}`;
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return join(folder, basename(path));
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return false;
    throw fileError("write", path, error);
  }
}

/**
 * Folders are watched and not files: a file may be missing, be replaced, or be named by a pattern. What a run
 * itself writes (`.partial`) is no change.
 */
async function changed(paths: readonly string[], signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const ends = AbortSignal.any([signal, done.signal]);
  try {
    await Promise.race(paths.map(async (path) => {
      const isPattern = /[*?{[]/.test(path);
      const folder = await existing(isPattern ? path.split(/[*?{[]/)[0] : dirname(path));
      for await (const { filename } of watch(folder, { signal: ends })) {
        const name = String(filename);
        if (isPattern ? !name.endsWith(".partial") : name === basename(path)) return;
      }
    }));
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    done.abort();
  }
}

/** The folder, or the nearest one around it that is there. */
async function existing(folder: string): Promise<string> {
  const path = folder.endsWith(sep) ? folder : folder === "" ? "." : folder;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  return dirname(path) === path ? path : await existing(dirname(path));
}
