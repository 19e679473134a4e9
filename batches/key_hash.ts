/**
 * Hashes of keys, stable across processes, runs, machines and releases.
 *
 * They decide which worker holds a key and are part of saved state, so the algorithm must not
 * change; the tests hold it to recorded values. All arithmetic is on 32-bit integers.
 *
 * - `mix(h, x)`: x·0xcc9e2d51, rotated left by 15, ·0x1b873593, xored into h; h rotated left by
 *   13, ·5 + 0xe6546b64. This is a round of MurmurHash3 (x86, 32 bits).
 * - `finish(h)`: h ^= h>>>16; h·0x85ebca6b; h ^= h>>>13; h·0xc2b2ae35; h ^= h>>>16. The end of
 *   MurmurHash3: every bit of h decides over every bit of the result.
 * - Numbers: a 32-bit integer (-0 is 0) is finish(n ^ 0x9e3779b9), the rest finish(mix(mix(1, low),
 *   high)) of the IEEE 754 words; every NaN has the words of 0x7ff8000000000000.
 * - Strings: h = 2, h = (h ^ unit)·0x01000193 for each UTF-16 unit (FNV-1a), finish(mix(h, length)).
 * - null, undefined, false, true: finish(3), finish(4), finish(5), finish(6).
 * - bigint: finish(mix(7, hash of its decimal digits as a string)).
 * - Date: finish(mix(8, hash of its milliseconds as a number)).
 * - Arrays: h = 9, mixed with the hash of each entry, then with the length; finish.
 * - Objects: the sum of finish(mix(hash of name, hash of value)) over the properties, which makes
 *   their order irrelevant; finish(mix(mix(10, sum), count)).
 * - Typed arrays: h = mix(11, hash of the kind's name), mixed with the hash of each entry as a
 *   number or bigint, then with the length; finish.
 * @module
 */

import { assertKey, kindOf, MAX_KEY_DEPTH, type Numbers } from "./key_kind.ts";

/**
 * The hash of a key, a 32-bit signed integer. Equal keys have equal hashes; unequal ones may have,
 * so equality has to be checked. Throws the TypeError of `assertKey` for what cannot be a key.
 */
export function hashKey(key: unknown): number {
  if (typeof key === "number") return hashNumber(key);
  if (typeof key === "string") return hashString(key);
  return hashPart(key, key, 0);
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const words = new DataView(new ArrayBuffer(8));

function hashNumber(value: number): number {
  const int = value | 0;
  if (int === value) return finish(int ^ 0x9e3779b9);
  if (Number.isNaN(value)) return finish(mix(mix(1, 0), 0x7ff80000));
  // A DataView fixes the order of the bytes on every machine.
  words.setFloat64(0, value, true);
  return finish(mix(mix(1, words.getInt32(0, true)), words.getInt32(4, true)));
}

function hashString(text: string): number {
  let h = 2;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return finish(mix(h, text.length));
}

function hashPart(part: unknown, key: unknown, depth: number): number {
  switch (typeof part) {
    case "number":
      return hashNumber(part);
    case "string":
      return hashString(part);
    case "boolean":
      return finish(part ? 6 : 5);
    case "undefined":
      return finish(4);
    case "bigint":
      return finish(mix(7, hashString(part.toString())));
    case "object":
      return part === null ? finish(3) : hashObject(part, key, depth);
    default:
      throw refusal(key);
  }
}

function hashObject(part: object, key: unknown, depth: number): number {
  if (depth >= MAX_KEY_DEPTH) throw refusal(key);
  switch (kindOf(part)) {
    case "array": {
      const items = part as readonly unknown[];
      let h = 9;
      for (let i = 0; i < items.length; i++) h = mix(h, hashPart(items[i], key, depth + 1));
      return finish(mix(h, items.length));
    }
    case "record": {
      if (Object.getOwnPropertySymbols(part).length > 0) throw refusal(key);
      const names = Object.keys(part);
      let sum = 0;
      for (const name of names) {
        const value = hashPart((part as Record<string, unknown>)[name], key, depth + 1);
        sum = (sum + finish(mix(hashString(name), value))) | 0;
      }
      return finish(mix(mix(10, sum), names.length));
    }
    case "date":
      return finish(mix(8, hashNumber((part as Date).getTime())));
    case "numbers":
      return hashNumbers(part as Numbers);
    case "refused":
      throw refusal(key);
  }
}

function hashNumbers(numbers: Numbers): number {
  let h = mix(11, hashString(numbers[Symbol.toStringTag]));
  for (let i = 0; i < numbers.length; i++) {
    const entry = numbers[i];
    h = mix(h, typeof entry === "number" ? hashNumber(entry) : hashPart(entry, entry, 0));
  }
  return finish(mix(h, numbers.length));
}

/** The error of `assertKey`, which looks for the path only now that there is something to say. */
function refusal(key: unknown): unknown {
  try {
    assertKey(key);
  } catch (error) {
    return error;
  }
  return new TypeError(
    "MEANDER_KEY  Cannot hash a key: it changed while it was read. Use plain data without getters",
  );
}
