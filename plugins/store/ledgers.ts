/**
 * The small files beside the contents, as maps: which bytes a version is, what the owner decided, who uses what,
 * and what may be installed. Whatever is in them is checked; what is not in order is named.
 *
 * @module
 */
import * as z from "zod";
import { MeanderError, show } from "../../operators/contract/fault.ts";
import type { Permissions } from "../manifest/manifest.ts";
import type { StoreFiles } from "./files.ts";
import { parseIdentity } from "./identity.ts";

const MOST_BYTES = 16 * 2 ** 20;

/** What the owner of a store knows and decided about a plugin version. */
export interface OwnerEntry {
  /** The content that was installed: the same as in the lock, or neither is believed. */
  readonly sha256: string;
  /** Where it came from. */
  readonly source: string;
  /** When, as ISO 8601. */
  readonly installed: string;
  /** The hash that the owner trusts; another content of that version is not trusted by it. */
  readonly trusted?: string | undefined;
  /** What it may do. */
  readonly granted: Permissions;
}

/** A file that holds texts by key. */
interface Ledger<V> {
  readonly path: string;
  readonly isKey: (key: string) => boolean;
  readonly value: z.ZodType<V>;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const texts = z.array(z.string().min(1).max(1000)).max(1000).optional();
const isIdentity = (key: string): boolean => parseIdentity(key) !== undefined;

/** The lock: `name@version` to the hash of its content. It only grows. */
export const LOCK: Ledger<string> = { path: "lock.json", isKey: isIdentity, value: sha256 };

/** What is installed, by `name@version`. */
export const OWNER: Ledger<OwnerEntry> = {
  path: "owner.json",
  isKey: isIdentity,
  value: z.strictObject({
    sha256,
    source: z.string().max(4000),
    installed: z.string().max(40),
    trusted: sha256.optional(),
    granted: z.strictObject({ net: texts, read: texts, write: texts, env: texts }),
  }) as unknown as z.ZodType<OwnerEntry>,
};

/** The specs that were locked, by path, each with the `name@version sha256` that it uses. */
export const USES: Ledger<readonly string[]> = {
  path: "uses.json",
  isKey: (key) => key.length > 0 && key.length <= 4000,
  value: z.array(z.string().refine((text) => parseUse(text) !== undefined)).max(10_000),
};

/** Patterns of sources, each with nothing but `true`. */
export const ALLOW: Ledger<true> = {
  path: "allow.json",
  isKey: (key) => key.length > 0 && key.length <= 4000,
  value: z.literal(true),
};

/** A `name@version sha256` taken apart. */
export function parseUse(text: string): { identity: string; sha256: string } | undefined {
  const [identity, hash, more] = text.split(" ");
  if (more !== undefined || !isIdentity(identity) || !sha256.safeParse(hash).success) {
    return undefined;
  }
  return { identity, sha256: hash };
}

/** What a ledger says: entries in order, and the keys of those that are not. */
export interface Entries<V> {
  readonly entries: ReadonlyMap<string, V>;
  /** What is wrong with entries, which are then left out. */
  readonly problems: readonly string[];
}

/**
 * Reads a ledger; without a file it is empty.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when it is torn: no entry of it can be believed then.
 */
export function readLedger<V>(files: StoreFiles, { path, isKey, value }: Ledger<V>): Entries<V> {
  const bytes = files.read(path, MOST_BYTES);
  if (bytes === undefined) return { entries: new Map(), problems: [] };
  const all = entriesOf(bytes);
  if (all === undefined) {
    throw new MeanderError(
      "MEANDER_PLUGIN_STORE",
      `Cannot read ${show(path)} of the store at ${show(files.where)}: it is damaged`,
      {
        where: path,
        hint: "Put it back from a backup, or begin a new store and add the plugins again",
      },
    );
  }
  const entries = new Map<string, V>();
  const problems: string[] = [];
  for (const [key, each] of Object.entries(all)) {
    const parsed = value.safeParse(each);
    if (isKey(key) && parsed.success) entries.set(key, parsed.data);
    else problems.push(`${path} has an entry that is none: ${show(key)}`);
  }
  return { entries, problems };
}

/**
 * All of a ledger, for who would otherwise take an entry that is not in order for none.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when something in it is not in order.
 */
export function readWhole<V>(files: StoreFiles, ledger: Ledger<V>): ReadonlyMap<string, V> {
  const { entries, problems } = readLedger(files, ledger);
  if (problems.length > 0) {
    throw new MeanderError(
      "MEANDER_PLUGIN_STORE",
      `Cannot change ${show(ledger.path)} of the store at ${show(files.where)}`,
      { where: ledger.path, hint: "Take these entries out of it", problems },
    );
  }
  return entries;
}

/**
 * Changes a ledger.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when something in it is not in order: writing would lose it.
 */
export function changeLedger<V>(
  files: StoreFiles,
  ledger: Ledger<V>,
  change: (entries: Map<string, V>) => void,
): void {
  const changed = new Map(readWhole(files, ledger));
  change(changed);
  const sorted = [...changed].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const text = `${JSON.stringify({ meander: 1, entries: Object.fromEntries(sorted) }, null, 2)}\n`;
  files.write(ledger.path, new TextEncoder().encode(text));
}

const file = z.strictObject({ meander: z.literal(1), entries: z.looseObject({}) });

function entriesOf(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    // The library copies objects; what was read is taken instead, whose keys are its own, whatever they are called.
    return file.safeParse(json).success
      ? (json as { entries: Record<string, unknown> }).entries
      : undefined;
  } catch {
    return undefined;
  }
}
