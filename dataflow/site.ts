/**
 * Where something was written: the first place on the stack outside of Meander itself.
 *
 * @module
 */

const HOME = new URL("../", import.meta.url).href;
const OWN_ROOMS = ["dataflow/", "operators/", "actors/", "mod.ts"].map((room) => HOME + room);

/** Captured when a vertex is made; the stack is only read, and only turned into text, for an error. */
export class Site {
  readonly #stack: Error;
  #text: string | undefined;

  /** Remembers the place that calls. */
  constructor() {
    this.#stack = new Error();
  }

  /** `file.ts:line:column` with the last folder, or `unknown place`. */
  toString(): string {
    return this.#text ??= read(this.#stack.stack ?? "");
  }
}

function read(stack: string): string {
  for (const line of stack.split("\n").slice(1)) {
    const match = /((?:file|https?):\/\/[^\s()]+?):(\d+):(\d+)\)?$/.exec(line.trim());
    if (match === null || OWN_ROOMS.some((room) => match[1].startsWith(room))) continue;
    const path = match[1].split("/").slice(-2).join("/");
    return `${path}:${match[2]}:${match[3]}`;
  }
  return "unknown place";
}
