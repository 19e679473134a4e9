/**
 * Writes tar archives that say nothing but names and bytes.
 *
 * @module
 */
import { pathProblem } from "./paths.ts";
import { archiveError } from "./tar.ts";

const BLOCK = 512;
/** 26 October 1985, as npm has it: a date that every reader takes. */
const WHEN = 499162500;

/** An archive of files, sorted by name. */
export function writeTar(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const size = sorted.reduce((all, [, { length }]) => all + BLOCK + padded(length), 2 * BLOCK);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const [path, data] of sorted) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw archiveError(path, problem);
    bytes.set(headerOf(path, data.length), at);
    bytes.set(data, at + BLOCK);
    at += BLOCK + padded(data.length);
  }
  return bytes;
}

function headerOf(path: string, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (text: string, at: number): void => {
    for (let i = 0; i < text.length; i++) header[at + i] = text.charCodeAt(i);
  };
  const [prefix, name] = splitName(path);
  put(name, 0);
  put("0000644\0", 100);
  put("0000000\0", 108);
  put("0000000\0", 116);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put(`${WHEN.toString(8).padStart(11, "0")}\0`, 136);
  put("        ", 148);
  put("0", 156);
  put("ustar\x0000", 257);
  put(prefix, 345);
  const sum = header.reduce((all, byte) => all + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** Names longer than 100 characters are split at a folder. */
function splitName(path: string): [string, string] {
  if (path.length <= 100) return ["", path];
  for (let cut = path.indexOf("/"); cut >= 0; cut = path.indexOf("/", cut + 1)) {
    if (cut <= 155 && path.length - cut - 1 <= 100) {
      return [path.slice(0, cut), path.slice(cut + 1)];
    }
  }
  throw archiveError(path, "its name is too long");
}

function padded(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}
