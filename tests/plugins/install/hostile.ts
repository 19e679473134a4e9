/**
 * Archives, paths, sources and patterns of somebody who wants out, each made in memory. Every one has to be
 * refused, for the reason that is given.
 */
import { concat, type Entry, gzip, header, latin, MANIFEST, pax, tar, tgz } from "./archives.ts";

/** What is refused, and what the refusal says. */
export interface Hostile<T> {
  readonly what: string;
  readonly value: T;
  readonly says: string;
}

const deep = Array.from({ length: 20 }, () => "d").join("/");

/** Paths that no file may have, wherever they come from. */
export const hostilePaths: readonly (readonly [path: string, says: string])[] = [
  ["", "no name"],
  ["/etc/passwd", "absolute"],
  ["//host/share", "absolute"],
  ["..", '".."'],
  ["../x.ts", '".."'],
  ["a/../../x.ts", '".."'],
  ["a/..", '".."'],
  ["./x.ts", '"."'],
  ["a/./x.ts", '"."'],
  ["a//x.ts", "empty"],
  ["a/x.ts/", "empty"],
  ["..\\x.ts", "characters"],
  ["a\\..\\x.ts", "characters"],
  ["C:/x.ts", "characters"],
  ["C:x.ts", "characters"],
  ["x.ts:stream", "characters"],
  ["%2e%2e/x.ts", "characters"],
  ["a/%2e%2e%2fx.ts", "characters"],
  ["a\0.ts", "characters"],
  ["a\n.ts", "characters"],
  ["a\x1b[2J.ts", "characters"],
  ["a\u202E.ts", "characters"],
  ["é.ts", "characters"],
  ["e\u0301.ts", "characters"],
  ["．．/x.ts", "characters"],
  ["a?b=1.ts", "characters"],
  ["a*.ts", "characters"],
  ["a|b.ts", "characters"],
  ["a<b.ts", "characters"],
  ['a".ts', "characters"],
  ["a`id`.ts", "characters"],
  ["x.ts.", "ends in"],
  ["x.ts ", "ends in"],
  [" x.ts", "ends in"],
  ["a./x.ts", "ends in"],
  [".../x.ts", "ends in"],
  ["con", "device"],
  ["NUL.ts", "device"],
  ["a/Aux.json", "device"],
  ["com1.ts", "device"],
  ["lpt9", "device"],
  [`${"a".repeat(121)}.ts`, "more than 120"],
  [`${"a/".repeat(121)}a`, "more than 240"],
  [`${deep}/x.ts`, "folders deep"],
];

const symlink: Entry = { name: "package/l", kind: "2", link: "/etc" };

/** Single entries beside a manifest. */
const entries: readonly (readonly [what: string, says: string, ...entries: readonly Entry[]])[] = [
  ["a symbolic link out", "a symbolic link", { ...symlink }],
  ["a symbolic link inside", "a symbolic link", { ...symlink, link: "plugin.json" }],
  ["a link and a file through it", "a symbolic link", symlink, { name: "package/l/x.ts" }],
  ["a hard link", "a hard link", { kind: "1", link: "/etc/passwd" }],
  ["a character device", "a device", { kind: "3" }],
  ["a block device", "a device", { kind: "4" }],
  ["a pipe", "a pipe", { kind: "6" }],
  ["a contiguous file", "a contiguous", { kind: "7", data: "x" }],
  ["a long name of GNU", "a long name", { kind: "L", data: "../../x\0" }],
  ["a long link of GNU", "a long link", { kind: "K", data: "/etc\0" }],
  ["a sparse file", "a sparse", { kind: "S", data: "x" }],
  ["a volume label", "a volume", { kind: "V" }],
  ["a continued file", "a part of", { kind: "M", data: "x" }],
  ["a dumped folder", "a dumped", { kind: "D", data: "x" }],
  ["a kind that nobody knows", "of kind", { kind: "Z" }],
  ["a path set by an extended header", '"path"', { kind: "x", data: pax("path", "../x") }, {}],
  ["a link set by one", '"linkpath"', { kind: "x", data: pax("linkpath", "/etc") }, {}],
  ["a size set by one", '"size"', { kind: "x", data: pax("size", "9999") }, {}],
  ["a path for all set by one", '"path"', { kind: "g", data: pax("path", "../x") }, {}],
  ["a sparse file by one", "GNU.sparse", { kind: "x", data: pax("GNU.sparse.name", "../x") }, {}],
  ["a path behind something harmless", '"path"', {
    kind: "x",
    data: pax("mtime", "1") + pax("path", "../x"),
  }, {}],
  ["an extended header of a wrong length", "broken", { kind: "x", data: "99 mtime=1\n" }, {}],
  ["an extended header of no length", "broken", { kind: "x", data: "0 mtime=1\n" }, {}],
  ["an extended header without an end", "broken", { kind: "x", data: "10 mtime=11" }, {}],
  ["an extended header of a NUL", "broken", { kind: "x", data: "\0" }, {}],
  ["a file twice", "twice", { data: "1" }, { data: "2" }],
  ["the manifest twice", "twice", { name: "package/plugin.json", data: "{}" }],
  ["a file in other capitals", "capitals only", { data: "1" }, { name: "package/A.ts" }],
  ["a manifest in other capitals", "capitals only", { name: "package/PLUGIN.json" }],
  ["folders in other capitals", "capitals only", { name: "package/a/x" }, { name: "package/A/y" }],
  ["a file that is a folder", "a file as well", { data: "1" }, { name: "package/a.ts/b.ts" }],
  ["a folder that is a file", "twice", { name: "package/a/b.ts" }, { name: "package/a" }],
  ["a folder entry over a file", "a file as well", {}, { name: "package/a.ts/", kind: "5" }],
  ["a folder with bytes", "a folder with bytes", { name: "package/d/", kind: "5", data: "x" }],
  ["a folder out", '".."', { name: "package/../../d/", kind: "5" }],
  ["a file with a link's name", "a link as well", { link: "/etc/passwd" }],
  ["a name with something behind its NUL", "has a NUL", { name: "package/a.ts\0/../../x" }],
  ["a prefix out", '".."', { prefix: "../..", name: "x.ts" }],
  ["a prefix with a root", "absolute", { prefix: "/etc", name: "x.ts" }],
  ["GNU fields where a prefix is", "GNU fields", { magic: "ustar  \0", prefix: "../.." }],
  ["a header without a magic", "no ustar", { magic: "\0\0\0\0\0\0\0\0" }],
  ["a header of another version", "no ustar", { magic: "ustar\x0011" }],
  ["a wrong checksum", "checksum", { sum: "000001\0 " }],
  ["no checksum", "checksum", { sum: "        " }],
  ["a checksum below zero", "checksum", { sum: "-00001\0 " }],
  ["a size of base 256", "size", { size: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) }],
  ["a size below zero", "size", { size: "-0000000001\0" }],
  ["a size that is none", "size", { size: "0000000009x\0" }],
  ["a size in hexadecimal", "size", { size: "0x000000001\0" }],
  ["a size of gigabytes", "size", { size: "77777777777\0" }],
  ["a size beyond its end", "in the middle of", { size: "00000100000\0" }],
  ["more than 2,000 files", "more than 2000 files", ...many(2001)],
];

function many(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => ({ name: `package/f${i}.ts` }));
}

const plain = tar([{ name: "package/plugin.json", data: MANIFEST }]);

/** Archives that are wrong as a whole. */
const whole: readonly Hostile<Uint8Array>[] = [
  { what: "nothing", value: new Uint8Array(), says: "no gzip" },
  { what: "no gzip", value: latin("PK\x03\x04 a zip"), says: "no gzip" },
  { what: "half a gzip", value: gzip(plain).slice(0, 40), says: "no gzip" },
  { what: "an empty gzip", value: gzip(new Uint8Array()), says: "ends in the middle" },
  { what: "a gzip of text", value: gzip(latin("x".repeat(512))), says: "checksum" },
  { what: "no end", value: gzip(plain.slice(0, -1024)), says: "ends in the middle" },
  { what: "half an end", value: gzip(plain.slice(0, -512)), says: "ends in the middle" },
  {
    what: "a file behind the end",
    value: gzip(concat([plain, header({ name: "x.ts" }, 0)])),
    says: "something behind its end",
  },
  {
    what: "a second archive behind the first",
    value: concat([gzip(plain), gzip(plain)]),
    says: "something behind its end",
  },
  { what: "a bomb", value: bomb(80), says: "unpacks to more than" },
  { what: "a bomb in pieces", value: concat([bomb(40), bomb(40)]), says: "unpacks to more than" },
  { what: "too much, packed", value: new Uint8Array(16 * 2 ** 20 + 1), says: "more than 16777216" },
];

function bomb(megabytes: number): Uint8Array {
  return gzip(new Uint8Array(megabytes * 2 ** 20));
}

/** Archives, each to be refused. */
export const hostileArchives: readonly Hostile<Uint8Array>[] = [
  ...whole,
  ...entries.map(([what, says, ...all]) => ({ what, says, value: tgz(...all) })),
  // A name that a header cannot hold, or ends at, is another case above.
  ...hostilePaths.filter(([path]) => /^[^\0\u0100-\uffff]{1,88}$/.test(path) && !/\/$/.test(path))
    .filter(([path]) => path !== "./x.ts")
    .map(([path, says]) => ({
      what: `a file ${JSON.stringify(path)}`,
      says,
      value: gzip(tar([{ name: "plugin.json", data: MANIFEST }, { name: path, data: "x" }])),
    })),
];

/** Sources that are none, or could be another plugin tomorrow. */
export const hostileSources: readonly (readonly [source: string, says: string])[] = [
  ["", "no path"],
  ["folder:", "no path"],
  ["a\0b", "no path"],
  ["npm:", "no name"],
  ["npm:@1.0.0", "no name"],
  ["npm:x", "no version"],
  ["npm:x@latest", "no exact version"],
  ["npm:x@^1.0.0", "no exact version"],
  ["npm:x@1", "no exact version"],
  ["npm:x@v1.0.0", "no exact version"],
  ["npm:x@1.0.0/../y", "no exact version"],
  ["npm:../x@1.0.0", "no name"],
  ["npm:@../x@1.0.0", "no name"],
  ["npm:@a/../b@1.0.0", "no name"],
  ["npm:X@1.0.0", "no name"],
  ["npm:.x@1.0.0", "no name"],
  ["npm:a%2fb@1.0.0", "no name"],
  ["http://a.example/x.tgz", "no kind"],
  ["ftp://a.example/x.tgz", "no kind"],
  ["git+ssh://a.example/x", "no kind"],
  ["jsr:@a/b@1.0.0", "no kind"],
  ["data:text/plain,x", "no kind"],
  ["javascript:alert(1)", "no kind"],
  ["https://a.example/x.tgz", "hash is missing"],
  ["https://a.example/x.tgz#sha256-12", "hash is missing"],
  [`https://a.example/x.tgz#sha1-${"0".repeat(64)}`, "hash is missing"],
  [`https://u:p@a.example/x.tgz#sha256-${"0".repeat(64)}`, "password"],
  [`https://a.example/a%2f..%2fx.tgz#sha256-${"0".repeat(64)}`, "hides a separator"],
  [`https://a.example/a%5cx.tgz#sha256-${"0".repeat(64)}`, "hides a separator"],
  ["https://", "no address"],
];

/** Patterns that are none, or would allow more than anybody means. */
export const hostilePatterns: readonly (readonly [pattern: string, says: string])[] = [
  ["*", "no kind"],
  ["**", "no kind"],
  ["", "no kind"],
  ["npm:*", "no name"],
  ["npm:@*/x", "no name"],
  ["npm:@a/*x", "no name"],
  ["npm:a*", "no name"],
  ["npm:", "no name"],
  ["folder:", "it is a path"],
  ["folder:/**", "every folder"],
  ["folder:/a/../**", "every folder"],
  ["folder:/a/*/b", "it is a path"],
  ["folder:/a*", "it is a path"],
  ["file:/**", "every folder"],
  ["http://a.example/*", "no kind"],
  ["https://*", "written out"],
  ["https://*.example/x", "written out"],
  ["https://a.example/*/x", "at the end only"],
  ["https://a.example/x*", "at the end only"],
  ["https://a.example/a%2e/*", "hides a separator"],
  ["https://a.example/a%2fb/*", "hides a separator"],
  ["https://u:p@a.example/*", "password"],
  ["https://a.example/*#x", "belongs to a source"],
  ["jsr:@a/*", "no kind"],
];
