/**
 * The real world, by node's modules.
 *
 * @module
 */
import { watch } from "node:fs/promises";
import { readFile as readWhole, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
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
    readText: (path) =>
      readWhole(path, "utf8").catch((error) => {
        throw fileError("read", path, error);
      }),
    writeNew,
    files,
    stdin: (signal) => ({ name: "standard input", size: undefined, chunks: readStdin(signal) }),
    stdout: () => new StdoutSink(),
    file: (path) => FileSink.open(path),
    importModule: (path) => import(pathToFileURL(resolve(path)).href),
    isWatched: stderr.isTTY === true,
    hasColours: stderr.isTTY === true && !noColours,
    columns: stderr.columns ?? 80,
    onSignal(signal, task) {
      process.on(signal, task);
      return () => void process.off(signal, task);
    },
    quiet: () => new Promise((resolve) => process.once("beforeExit", () => resolve())),
    every(ms, task) {
      const timer = setInterval(task, Math.min(ms, LONGEST_MS));
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

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return false;
    throw fileError("write", path, error);
  }
}

async function changed(paths: readonly string[], signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const ends = AbortSignal.any([signal, done.signal]);
  try {
    await Promise.race(paths.map(async (path) => {
      for await (const _change of watch(path, { signal: ends })) return;
    }));
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    done.abort();
  }
}
