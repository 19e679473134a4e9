/**
 * Bytes from files: whole ones, all that a pattern names, and those that still grow.
 *
 * @module
 */
import { open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MeanderError } from "../contract/fault.ts";

/** Large enough that asking for it costs little beside what is done with it. */
const CHUNK = 256 * 1024;
/** How often one looks whether a file has grown, in milliseconds. */
const LOOK_MS = 100;

/** A file that is there and can be read. */
export interface FoundFile {
  readonly path: string;
  /** In bytes; `undefined` for what is no regular file, such as a named pipe. */
  readonly size: number | undefined;
}

/**
 * The files that a path or pattern (`*`, `?`, `**`) names, in the order of their names.
 *
 * @throws {MeanderError} `MEANDER_FILE` when there is none, or it is a folder.
 */
export async function findFiles(pattern: string): Promise<FoundFile[]> {
  // A file may have such characters in its name.
  const isPattern = /[*?{[]/.test(pattern) && !await stat(pattern).then(() => true, () => false);
  if (!isPattern) return [await look(pattern)];
  const refused = (error: unknown): never => {
    throw MeanderError.is(error) ? error : fileError("read", pattern, error);
  };
  const paths = await matching(pattern).catch(refused);
  const files = await Promise.all(paths.map(async (path) => ({ path, at: await stat(path) })))
    .catch(refused);
  const found = files.filter(({ at }) => !at.isDirectory())
    .map(({ path, at }) => ({ path, size: at.isFile() ? at.size : undefined }));
  if (found.length > 0) return found;
  throw new MeanderError("MEANDER_FILE", `Cannot read "${pattern}": no file matches it`, {
    where: pattern,
  });
}

/** Loaded for a pattern only: most inputs are one file. */
async function matching(pattern: string): Promise<string[]> {
  const { default: picomatch } = await import("picomatch");
  const { base, glob } = picomatch.scan(pattern);
  const matches = picomatch(glob);
  const recursive = glob.includes("/") || glob.includes("**");
  const names = await readdir(base === "" ? "." : base, { recursive }).catch((error) => {
    throw fileError("read", base, error);
  });
  return names.filter((name) => matches(name)).sort().map((name) => join(base, name));
}

async function look(path: string): Promise<FoundFile> {
  const found = await stat(path).catch((error) => {
    throw fileError("read", path, error);
  });
  if (found.isDirectory()) {
    throw new MeanderError("MEANDER_FILE", `Cannot read "${path}": it is a folder`, {
      where: path,
      hint: `Name a file in it, or all with "${path.replace(/\/$/, "")}/*"`,
    });
  }
  return { path, size: found.isFile() ? found.size : undefined };
}

/**
 * The bytes of a file, in pieces that are overwritten by the next. With `follow` it does not end: what is
 * appended comes as well, until the signal is aborted.
 */
export async function* readFile(
  path: string,
  { signal, follow = false }: { readonly signal: AbortSignal; readonly follow?: boolean },
): AsyncGenerator<Uint8Array, void> {
  const file = await open(path, "r").catch((error) => {
    throw fileError("read", path, error);
  });
  const buffer = new Uint8Array(CHUNK);
  let at = 0;
  try {
    while (!signal.aborted) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead > 0) {
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      if (!follow) return;
      await pause(LOOK_MS, undefined, { signal }).catch(() => {});
      const found = await file.stat();
      // A pipe has no size, and one that is left ends here.
      if (signal.aborted || !found.isFile()) continue;
      const { size } = found;
      if (size < at) throw truncated(path, at, size);
    }
  } catch (error) {
    if (error instanceof MeanderError) throw error;
    throw fileError("read", path, error);
  } finally {
    await file.close();
  }
}

function truncated(path: string, read: number, size: number): MeanderError {
  return new MeanderError(
    "MEANDER_FILE",
    `Cannot follow "${path}": it had ${read} bytes and now has ${size}, so that records may be lost`,
    { where: path, hint: "Follow a file that only grows" },
  );
}

/**
 * What the system says, as a sentence; `what` is "read" or "write". Codes are `MEANDER_FILE` for what cannot be
 * read, and `MEANDER_WRITE`.
 */
export function fileError(what: "read" | "write", path: string, error: unknown): MeanderError {
  const [why, hint] = reasonOf(what, path, error);
  return new MeanderError(
    what === "read" ? "MEANDER_FILE" : "MEANDER_WRITE",
    `Cannot ${what} ${/^standard /.test(path) ? path : `"${path}"`}: ${why}`,
    { where: path, cause: error, ...(hint === undefined ? {} : { hint }) },
  );
}

/** Why the system refuses to read or write a file, and where there is something to do, what. */
export function reasonOf(what: string, path: string, error: unknown): readonly [string, string?] {
  const { code, name, message } = (error ?? {}) as {
    code?: unknown;
    name?: string;
    message?: string;
  };
  if (name === "NotCapable") {
    return [`Deno was not given the right to ${what} it`, `Start with --allow-${what}=${path}`];
  }
  if (what === "write" && (code === "ENOENT" || name === "NotFound")) {
    return [`there is no folder "${dirname(path)}"`, "Make it first"];
  }
  const number = /\(os error (\d+)\)/.exec(String(message))?.[1];
  const known = REASONS[String(code)] ?? REASONS[NUMBERS[String(number)]];
  return known ?? [message ?? String(error)];
}

/** Where the runtime gives no code, its message has the number (Linux and macOS). */
const NUMBERS: Readonly<Record<string, string>> = { "28": "ENOSPC", "2": "ENOENT", "13": "EACCES" };

const REASONS: Readonly<Record<string, readonly [why: string, hint?: string]>> = {
  ENOENT: ["there is no such file"],
  ENOTDIR: ["a part of its path is no folder"],
  EACCES: ["the system does not allow it", "Look at its owner and mode"],
  EPERM: ["the system does not allow it"],
  EISDIR: ["it is a folder"],
  ENOSPC: ["the disk is full", "Make room and run again"],
  EROFS: ["the disk can only be read"],
  ELOOP: ["links lead in a circle"],
  EMFILE: ["too many files are open"],
};
