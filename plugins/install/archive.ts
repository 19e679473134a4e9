/**
 * A plugin's archive: a gzipped tar whose files lie in one folder, as npm writes it, or at its top.
 *
 * @module
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { MOST_BYTES, MOST_FILES, type SourceTree } from "./paths.ts";
import { archiveError, readTar } from "./tar.ts";
import { writeTar } from "./tar_writer.ts";

/** Packed. */
export const MOST_PACKED: number = 16 * 2 ** 20;
/** Unpacked, with headers and what fills up blocks. */
const MOST_TAR = MOST_BYTES + MOST_FILES * 1024;

/**
 * Unpacks an archive in memory.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_ARCHIVE` when it is too large, or anything in it is not plain.
 */
export function unpack(packed: Uint8Array, where: string): SourceTree {
  if (packed.length > MOST_PACKED) {
    throw archiveError(where, `it has ${packed.length} bytes, more than ${MOST_PACKED}`);
  }
  return withoutTop(readTar(gunzip(packed, where), where));
}

/** An archive of these files below `package/`: the same bytes for the same files, whenever and by whom. */
export function pack(files: SourceTree): Uint8Array<ArrayBuffer> {
  const named = [...files].map(([path, bytes]): [string, Uint8Array] => [`package/${path}`, bytes]);
  const packed = new Uint8Array(gzipSync(writeTar(named), { level: 9 }));
  // The one byte of the header that says on which system it was made: unknown.
  packed[9] = 255;
  return packed;
}

/** Stops as soon as it is too much, whatever the archive says of its size. */
function gunzip(packed: Uint8Array, where: string): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(packed, { maxOutputLength: MOST_TAR }));
  } catch (error) {
    const isLarge = (error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    throw archiveError(
      where,
      isLarge ? `it unpacks to more than ${MOST_TAR} bytes` : "it is no gzip",
      error,
    );
  }
}

function withoutTop(tree: SourceTree): SourceTree {
  const tops = new Set([...tree.keys()].map((path) => path.split("/")[0]));
  const [top] = tops;
  if (tops.size !== 1 || tree.has(top)) return tree;
  return new Map([...tree].map(([path, bytes]) => [path.slice(top.length + 1), bytes]));
}
