/** Archives made by hand: every field of a header can be set to what no honest writer sets it to. */
import { gzipSync } from "node:zlib";

/** An entry; what is left out is as in a plain file. */
export interface Entry {
  readonly name?: string;
  readonly data?: string | Uint8Array;
  readonly kind?: string;
  readonly link?: string;
  readonly prefix?: string;
  readonly magic?: string;
  /** The text of the size field; of the data when left out. */
  readonly size?: string | Uint8Array;
  readonly sum?: string;
  /** Bytes put over the header before its checksum is made, by where they begin. */
  readonly over?: readonly (readonly [at: number, text: string])[];
}

const BLOCK = 512;

/** The manifest that all of them have, so that nothing else is the reason. */
export const MANIFEST = '{"name":"x"}';

export function header(entry: Entry, length: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const put = (at: number, text: string | Uint8Array): void => {
    bytes.set(typeof text === "string" ? latin(text) : text, at);
  };
  put(0, entry.name ?? "package/a.ts");
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, entry.size ?? `${length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, entry.kind ?? "0");
  put(157, entry.link ?? "");
  put(257, entry.magic ?? "ustar\x0000");
  put(345, entry.prefix ?? "");
  for (const [at, text] of entry.over ?? []) put(at, text);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  put(148, entry.sum ?? `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Entries, one behind the other, and what ends an archive. */
export function tar(
  entries: readonly Entry[],
  end: Uint8Array = new Uint8Array(2 * BLOCK),
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const { data = "" } = entry;
    const bytes = typeof data === "string" ? latin(data) : data;
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
    padded.set(bytes);
    parts.push(header(entry, bytes.length), padded);
  }
  return concat([...parts, end]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A gzipped archive of a manifest and these. */
export function tgz(...entries: readonly Entry[]): Uint8Array {
  return gzip(tar([{ name: "package/plugin.json", data: MANIFEST }, ...entries]));
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes, { level: 1 }));
}

/** A record of an extended header. */
export function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return `${length}${rest}`;
}
