/**
 * Reads tar archives of the plainest kind only: regular files and folders. Whatever else the format knows is
 * refused, since a plugin needs none of it and every reader takes it another way.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import { MOST_BYTES, type SourceTree, TreeBuilder } from "./paths.ts";

const BLOCK = 512;
const latin = new TextDecoder("latin1");

/** What other kinds of entries are, for people. */
const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
  "7": "a contiguous file",
  K: "a long link name",
  L: "a long name",
  S: "a sparse file",
  V: "a volume label",
  M: "a part of a file",
  D: "a dumped folder",
};

/** Keys of extended headers that change nothing of where a file goes and what is in it. */
const HARMLESS = ["atime", "comment", "ctime", "gid", "gname", "mtime", "uid", "uname"];

/**
 * The files of an archive, in memory; `where` names it in what is thrown.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_ARCHIVE` when anything in it is not plain.
 */
export function readTar(bytes: Uint8Array, where: string): SourceTree {
  const builder = new TreeBuilder(where);
  for (let at = 0;;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.length < BLOCK) throw archiveError(where, "it ends in the middle");
    if (isZero(header)) {
      const rest = bytes.subarray(at);
      if (rest.length < 2 * BLOCK) throw archiveError(where, "it ends in the middle");
      if (!isZero(rest)) throw archiveError(where, "there is something behind its end");
      return builder.tree;
    }
    const { path, size, kind } = readHeader(header, where);
    at += BLOCK;
    const data = bytes.subarray(at, at + size);
    if (data.length < size) throw archiveError(where, `it ends in the middle of ${show(path)}`);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (kind === "x" || kind === "g") checkExtended(data, where);
    else if (kind === "0" || kind === "\0") builder.file(path, data.slice());
    else if (kind !== "5") builder.refuse(path, `it is ${KINDS[kind] ?? `of kind ${show(kind)}`}`);
    else if (size > 0) builder.refuse(path, "it is a folder with bytes");
    else addFolder(builder, path);
  }
}

function addFolder(builder: TreeBuilder, path: string): void {
  const plain = path.endsWith("/") ? path.slice(0, -1) : path;
  // The folder that the archive was made of, as `tar -c .` writes it.
  if (plain !== ".") builder.folder(plain);
}

function readHeader(
  header: Uint8Array,
  where: string,
): { path: string; size: number; kind: string } {
  const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header.subarray(148, 156)) !== sum) {
    throw archiveError(where, "a checksum in it is wrong");
  }
  const magic = latin.decode(header.subarray(257, 265));
  const isGnu = magic === "ustar  \0";
  if (!isGnu && magic !== "ustar\x0000") throw archiveError(where, "it is no ustar archive");
  const name = field(header.subarray(0, 100), where);
  // In the old GNU form this is something else, which plain archives leave empty.
  const prefix = field(header.subarray(345, isGnu ? BLOCK : 500), where);
  if (isGnu && prefix !== "") throw archiveError(where, "a header in it has GNU fields");
  const size = octal(header.subarray(124, 136));
  if (size === undefined || size > MOST_BYTES) {
    throw archiveError(where, `the size of ${show(name)} in it is none, or too large`);
  }
  const path = prefix === "" ? name : `${prefix}/${name}`;
  const kind = String.fromCharCode(header[156]);
  // An entry that is a file, and whose link's name says something else to some readers.
  if (field(header.subarray(157, 257), where) !== "" && !(kind in KINDS)) {
    throw archiveError(where, `${show(path)} in it is a link as well`);
  }
  return { path: path.startsWith("./") ? path.slice(2) || "." : path, size, kind };
}

/** Text up to the first NUL, behind which there must be nothing that another reader would see. */
function field(bytes: Uint8Array, where: string): string {
  const end = bytes.indexOf(0);
  if (end < 0) return latin.decode(bytes);
  if (!isZero(bytes.subarray(end))) throw archiveError(where, "a name in it has a NUL");
  return latin.decode(bytes.subarray(0, end));
}

/** Octal digits and what ends them; no signs, no base 256. */
function octal(bytes: Uint8Array): number | undefined {
  const match = /^ *([0-7]{1,11})[ \0]*$/.exec(latin.decode(bytes));
  return match === null ? undefined : parseInt(match[1], 8);
}

/** Extended headers may say when and by whom, and nothing of names, sizes and links. */
function checkExtended(data: Uint8Array, where: string): void {
  let text = latin.decode(data);
  while (text !== "") {
    const match = /^([1-9]\d{0,6}) ([A-Za-z.]{1,100})=/.exec(text);
    const length = Number(match?.[1] ?? 0);
    const isWhole = match !== null && length >= match[0].length && length <= text.length &&
      text[length - 1] === "\n";
    if (!isWhole) throw archiveError(where, "an extended header in it is broken");
    if (!HARMLESS.includes(match[2])) {
      throw archiveError(where, `an extended header in it sets ${show(match[2])}`);
    }
    text = text.slice(length);
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** That an archive is not taken, and why. */
export function archiveError(where: string, why: string, cause?: unknown): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_ARCHIVE", `Cannot unpack ${show(where)}: ${why}`, {
    where,
    ...(cause === undefined ? {} : { cause }),
  });
}
