/**
 * Maps and sets whose keys compare by value.
 * @module
 */

import { hashKey, keyEquals } from "./keys.ts";

/** Settings of a key map, for tests. */
export interface KeyMapOptions {
  /** The hash of structural keys; `hashKey` unless given. Equal keys must have equal hashes. */
  readonly hash?: (key: unknown) => number;
}

/**
 * A map by key value, iterated in the order of insertion. Primitives live in a native Map, whose
 * rule (-0 equals 0, NaN equals NaN) is the rule of keys; an array or object is stored under the
 * first one inserted of its value, which is found by hash, with equality always checked.
 *
 * Keys must not be changed while they are in the map (records are immutable). Every method that
 * takes a key throws the TypeError of `assertKey` for what cannot be a key.
 */
export class KeyMap<V, K = unknown> {
  // One Map for both sorts of keys gives them one order of insertion.
  readonly #entries = new Map<K, V>();
  /** The stored structural keys by hash: a single one as it is, several in a list. */
  readonly #structural = new Map<number, object | Bucket>();
  readonly #hash: (key: unknown) => number;

  /** Makes an empty map. */
  constructor(options: KeyMapOptions = {}) {
    this.#hash = options.hash ?? hashKey;
  }

  /** A map of entries, as iterating another one gives them. */
  static from<V, K = unknown>(entries: Iterable<readonly [K, V]>): KeyMap<V, K> {
    const map = new KeyMap<V, K>();
    for (const [key, value] of entries) map.set(key, value);
    return map;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under a key, or undefined. */
  get(key: K): V | undefined {
    if (isPrimitive(key)) return this.#entries.get(key);
    const stored = this.#find(key, this.#hash(key));
    return stored === undefined ? undefined : this.#entries.get(stored);
  }

  /** Whether there is a value under a key. */
  has(key: K): boolean {
    if (isPrimitive(key)) return this.#entries.has(key);
    return this.#find(key, this.#hash(key)) !== undefined;
  }

  /** Puts a value under a key. A key that is there keeps its place and its first object. */
  set(key: K, value: V): this {
    this.#entries.set(isPrimitive(key) ? key : this.#findOrAdd(key, this.#hash(key)), value);
    return this;
  }

  /** The value under a key; when there is none, the one that `make` returns, which is put there. */
  getOrInsert(key: K, make: (key: K) => V): V {
    const found = this.get(key);
    if (found !== undefined || this.has(key)) return found as V;
    const made = make(key);
    this.set(key, made);
    return made;
  }

  /** Removes an entry; true when there was one. */
  delete(key: K): boolean {
    if (isPrimitive(key)) return this.#entries.delete(key);
    const hash = this.#hash(key);
    const stored = this.#find(key, hash);
    if (stored === undefined) return false;
    const bucket = this.#structural.get(hash);
    if (bucket instanceof Bucket && bucket.keys.length > 1) {
      bucket.keys.splice(bucket.keys.indexOf(stored as object), 1);
    } else {
      this.#structural.delete(hash);
    }
    return this.#entries.delete(stored);
  }

  /** Removes all entries. */
  clear(): void {
    this.#entries.clear();
    this.#structural.clear();
  }

  /** The keys as they were first inserted, in the order of insertion. */
  keys(): MapIterator<K> {
    return this.#entries.keys();
  }

  /** The values, in the order of insertion of their keys. */
  values(): MapIterator<V> {
    return this.#entries.values();
  }

  /** The entries as `[key, value]`, in the order of insertion. */
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#entries.entries();
  }

  #find(key: K, hash: number): K | undefined {
    const bucket = this.#structural.get(hash);
    if (bucket === undefined) return undefined;
    if (!(bucket instanceof Bucket)) return keyEquals(bucket, key) ? bucket as K : undefined;
    for (const stored of bucket.keys) {
      if (keyEquals(stored, key)) return stored as K;
    }
    return undefined;
  }

  #findOrAdd(key: K, hash: number): K {
    const stored = this.#find(key, hash);
    if (stored !== undefined) return stored;
    const bucket = this.#structural.get(hash);
    if (bucket === undefined) this.#structural.set(hash, key as object);
    else if (bucket instanceof Bucket) bucket.keys.push(key as object);
    else this.#structural.set(hash, new Bucket(bucket, key as object));
    return key;
  }
}

/** Unequal keys with one hash. Its own class, for a list could be taken for a key. */
class Bucket {
  readonly keys: object[];

  constructor(first: object, second: object) {
    this.keys = [first, second];
  }
}

/** Whether a native Map compares this key by value; functions and symbols are for `hash` to refuse. */
function isPrimitive(key: unknown): boolean {
  return key === null ||
    (typeof key !== "object" && typeof key !== "function" && typeof key !== "symbol");
}

/** A set by key value, iterated in the order of insertion. The rules are those of KeyMap. */
export class KeySet<K = unknown> {
  readonly #map: KeyMap<true, K>;

  /** Makes an empty set. */
  constructor(options: KeyMapOptions = {}) {
    this.#map = new KeyMap(options);
  }

  /** A set of keys, as iterating another one gives them. */
  static from<K>(keys: Iterable<K>): KeySet<K> {
    const set = new KeySet<K>();
    for (const key of keys) set.add(key);
    return set;
  }

  /** Number of keys. */
  get size(): number {
    return this.#map.size;
  }

  /** Whether the key is in the set. */
  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** Adds a key; true when it was not there. */
  add(key: K): boolean {
    const before = this.#map.size;
    this.#map.set(key, true);
    return this.#map.size > before;
  }

  /** Removes a key; true when it was there. */
  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** Removes all keys. */
  clear(): void {
    this.#map.clear();
  }

  /** The keys as they were first added, in the order of insertion. */
  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  /** The same as `keys`: a set's values are its keys. */
  values(): MapIterator<K> {
    return this.#map.keys();
  }

  /** The keys, in the order of insertion. */
  [Symbol.iterator](): MapIterator<K> {
    return this.#map.keys();
  }
}
