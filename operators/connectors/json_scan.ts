/**
 * A second look at a line of JSON, taken only where the runtime's parser has failed or could have lost
 * something: it says what is wrong, and at which character.
 *
 * @module
 */
import { show } from "../contract/fault.ts";
import { ANY, type RecordType } from "../contract/record_type.ts";
import { formatPath } from "./raw.ts";

/** What is wrong with a text. */
export interface JsonFault {
  /** Index into the text. */
  readonly at: number;
  readonly why: string;
  readonly hint?: string;
}

/** A way to a part of a value. */
export type JsonPath = readonly (string | number)[];

/**
 * The first fault of a text: where it is no JSON, and numbers that a double would change beyond what is
 * usual, which are integers beyond 2^53 and whatever would be infinite. Numbers in fields that the type
 * does not have are not looked at, since nobody will read them.
 */
export function findFault(text: string, type: RecordType = ANY): JsonFault | undefined {
  try {
    new JsonScan(text).run(type);
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.fault;
    throw error;
  }
}

/** Where a part of a value begins in its valid text; 0 when it has no such part. */
export function locate(text: string, path: JsonPath): number {
  const scan = new JsonScan(text, path);
  scan.run(undefined);
  return scan.found;
}

/** Ends the scan from anywhere in it. */
class Found extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault.why);
    this.fault = fault;
  }
}

/** An object or list that has begun and not ended. */
interface Open {
  readonly isList: boolean;
  readonly type: RecordType | undefined;
  key: string | number;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[\p{L}\p{N}_$.+-]+/uy;
// deno-lint-ignore no-control-regex -- JSON does not allow these in strings
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const ONE_LINE =
  "Write one whole value on each line, as `jq -c .` does (`jq -c '.[]'` for one list of records)";
const NUMBERS = "Write a number as 12, -0.5 or 1e6, and other values as strings";
const BIG = "Write it as a string and declare it so";

// What other languages print in place of JSON.
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["NaN", "Write null where there is no number"],
  ["nan", "Write null where there is no number"],
  ["Infinity", "Write null where there is no number"],
  ["-Infinity", "Write null where there is no number"],
  ["True", "Write true"],
  ["False", "Write false"],
  ["None", "Write null"],
  ["undefined", "Write null"],
]);

// No recursion: a line of a million brackets must not overflow the stack.
class JsonScan {
  /** Where the value at the wanted path begins. */
  found = 0;
  readonly #text: string;
  readonly #target: JsonPath | undefined;
  readonly #open: Open[] = [];
  #at = 0;

  constructor(text: string, target?: JsonPath) {
    this.#text = text;
    this.#target = target;
  }

  run(type: RecordType | undefined): void {
    let next = type;
    for (;;) {
      this.#skip(SPACE);
      this.#look();
      if (this.#value(next)) {
        next = this.#part(this.#open.at(-1)!, true);
        continue;
      }
      const open = this.#close();
      if (open === undefined) return;
      next = this.#part(open, false);
    }
  }

  /** Keeps the place of the value that begins here when it is the wanted one. */
  #look(): void {
    const target = this.#target;
    if (target === undefined || target.length !== this.#open.length) return;
    if (this.#open.every(({ key }, depth) => key === target[depth])) this.found = this.#at;
  }

  /** Reads a value, of an object or list only the beginning: then it returns true. */
  #value(type: RecordType | undefined): boolean {
    const char = this.#text[this.#at];
    if (char === "{" || char === "[") {
      const isList = char === "[";
      this.#at++;
      this.#skip(SPACE);
      if (this.#text[this.#at] === (isList ? "]" : "}")) {
        this.#at++;
        return false;
      }
      this.#open.push({ isList, type: plain(type), key: -1 });
      return true;
    }
    if (char === '"') this.#string("the string");
    else if (char !== undefined && /[-0-9]/.test(char)) this.#number(type);
    else this.#word();
    return false;
  }

  /** Goes on to the next value of an object or list, and returns its type; undefined if not read. */
  #part(open: Open, isFirst: boolean): RecordType | undefined {
    this.#skip(SPACE);
    const char = this.#text[this.#at];
    if (!isFirst && char === (open.isList ? "]" : "}")) {
      this.#fail(`nothing follows the comma before this "${char}"`, "Remove the comma");
    }
    const { type } = open;
    if (open.isList) {
      open.key = Number(open.key) + 1;
      return type?.kind === "list" ? type.of : type && ANY;
    }
    if (char !== '"') {
      if (char === undefined) this.#ends();
      this.#fail(
        `${this.#here()} stands where a key is expected`,
        "Put keys in double quotes",
      );
    }
    const start = this.#at;
    this.#string("the key");
    open.key = JSON.parse(this.#text.slice(start, this.#at)) as string;
    this.#skip(SPACE);
    if (this.#text[this.#at] !== ":") {
      if (this.#text[this.#at] === undefined) this.#ends();
      this.#fail(`a colon is missing after the key ${show(open.key)}`);
    }
    this.#at++;
    if (type?.kind === "object") return type.fields.get(open.key);
    return type?.kind === "map" ? type.of : type && ANY;
  }

  /** Ends what ends after a value. Returns what goes on after a comma, undefined at the very end. */
  #close(): Open | undefined {
    for (;;) {
      this.#skip(SPACE);
      const char = this.#text[this.#at];
      const open = this.#open.at(-1);
      if (open === undefined) {
        if (char === undefined) return undefined;
        this.#fail(`${this.#here()} follows after the end of the value`, ONE_LINE);
      }
      if (char === undefined) this.#ends();
      this.#at++;
      if (char === ",") return open;
      const close = open.isList ? "]" : "}";
      if (char !== close) {
        this.#at--;
        this.#fail(`a comma or "${close}" is missing before ${this.#here()}`);
      }
      this.#open.pop();
    }
  }

  #string(what: string): void {
    const start = this.#at++;
    for (;;) {
      this.#skip(PLAIN);
      const char = this.#text[this.#at];
      if (char === '"') {
        this.#at++;
        return;
      }
      if (char === undefined) {
        this.#at = start;
        this.#fail(`${what} that begins here has no closing quote`, ONE_LINE);
      }
      if (char !== "\\") {
        this.#fail(
          `${what} contains ${this.#here()}, which has to be escaped`,
          `Write ${JSON.stringify(char).slice(1, -1)} instead`,
        );
      }
      if (this.#skip(ESCAPE) === "") {
        const shown = this.#text.slice(this.#at, this.#at + 2);
        this.#fail(`${what} contains ${shown}, which is no escape`, 'Write a backslash as "\\\\"');
      }
    }
  }

  #number(type: RecordType | undefined): void {
    const start = this.#at;
    const digits = this.#skip(NUMBER);
    const end = this.#at;
    this.#at = start;
    const word = this.#skip(WORD);
    this.#at = start;
    if (digits !== word) {
      const hint = FOREIGN.get(word) ??
        (/^[-+]?0\d/.test(word) ? "Write numbers without leading zeros" : NUMBERS);
      this.#fail(`${show(word).slice(1, -1)} is no number`, hint);
    }
    const value = Number(digits);
    const isWhole = !/[.eE]/.test(digits);
    if (type !== undefined && isWhole && !Number.isSafeInteger(value)) {
      const why = `${this.#place()} is ${
        short(digits)
      }, an integer beyond 2^53 that would be rounded`;
      throw new Found({ at: start, why, hint: BIG });
    }
    if (type !== undefined && !Number.isFinite(value)) {
      const why = `${this.#place()} is ${short(digits)}, which is too large for a number`;
      throw new Found({ at: start, why, hint: BIG });
    }
    this.#at = end;
  }

  #word(): void {
    const start = this.#at;
    const word = this.#skip(WORD);
    if (word === "true" || word === "false" || word === "null") return;
    this.#at = start;
    if (word === "" && this.#text[start] === undefined) this.#ends();
    if (word === "") {
      this.#fail(
        `${this.#here()} stands where a value is expected`,
        this.#open.length === 0 ? ONE_LINE : "Put strings and keys in double quotes",
      );
    }
    const isNumeric = /^[-+.]*\d/.test(word);
    this.#fail(
      `${show(word).slice(1, -1)} is no ${isNumeric ? "number" : "value"}`,
      FOREIGN.get(word) ?? (isNumeric ? NUMBERS : "Put strings in double quotes"),
    );
  }

  /** The name of the place that the scan is at, as one part of a sentence. */
  #place(): string {
    return this.#open.length === 0 ? "the value" : formatPath(this.#open.map(({ key }) => key));
  }

  /** The character that the scan is at, in a form that can be seen. */
  #here(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(char)) return char === '"' ? "a quote" : `"${char}"`;
    const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return `the character U+${code}`;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [""];
    this.#at += found.length;
    return found;
  }

  #ends(): never {
    const open = this.#open.at(-1);
    const what = open === undefined ? "value" : `"${open.isList ? "]" : "}"}"`;
    this.#fail(`the line ends where a ${what} is still missing`, ONE_LINE);
  }

  #fail(why: string, hint?: string): never {
    throw new Found({
      at: this.#at,
      why: `is no JSON: ${why}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** Without the layer that allows null. */
function plain(type: RecordType | undefined): RecordType | undefined {
  return type?.kind === "optional" ? plain(type.of) : type;
}

function short(digits: string): string {
  return digits.length <= 40 ? digits : `${digits.slice(0, 39)}…`;
}
