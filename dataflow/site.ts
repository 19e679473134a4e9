/**
 * Where something was written: the first place on the stack outside of Meander itself.
 *
 * @module
 */

const HOME = new URL("../", import.meta.url);
const OWN_ROOMS = ["dataflow/", "operators/", "actors/", "mod.ts"];
// Stacks name files by URL or, where code was bundled or loaded as CommonJS, by path.
const OWN_PLACES = [HOME.href, decodeURIComponent(HOME.pathname)].flatMap((home) =>
  OWN_ROOMS.map((room) => home + room)
);
const PLACE = /(?:\(|at (?:async )?)((?:[a-z]+:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/;

/** Captured when a vertex is made; the stack is only read, and only turned into text, for an error. */
export class Site {
  readonly #stack: Error;
  #text: string | undefined;

  /** The lines and columns from here out, as long as they are in one file: the same on every thread. */
  get chain(): string {
    const places = (this.#stack.stack ?? "").split("\n").map((line) => PLACE.exec(line.trim()))
      .filter((match) => match !== null && !OWN_PLACES.some((own) => match[1].startsWith(own)));
    const end = places.findIndex((place) => place![1] !== places[0]![1]);
    return places.slice(0, end < 0 ? undefined : end).map((at) => `${at![2]}:${at![3]}`).join(" ");
  }

  /** The URL of the module, or `undefined` when the stack does not tell. */
  get module(): string | undefined {
    const place = placeIn(this.#stack.stack ?? "");
    if (place === undefined) return undefined;
    return URL.canParse(place[1]) ? place[1] : new URL(`file://${place[1]}`).href;
  }

  /** Remembers the place that calls; or is told where it was, which need not be in code. */
  constructor(text?: string) {
    this.#stack = new Error();
    this.#text = text;
  }

  /** `file.ts:line:column` with the last folder, or `unknown place`. */
  toString(): string {
    return this.#text ??= read(this.#stack.stack ?? "");
  }
}

function read(stack: string): string {
  const place = placeIn(stack);
  if (place === undefined) return "unknown place";
  return `${place[1].split(/[\\/]/).slice(-2).join("/")}:${place[2]}:${place[3]}`;
}

/** File, line and column of the first place on the stack that is not Meander's own. */
function placeIn(stack: string): RegExpExecArray | undefined {
  for (const line of stack.split("\n").slice(1)) {
    const match = PLACE.exec(line.trim());
    if (match !== null && !OWN_PLACES.some((place) => match[1].startsWith(place))) return match;
  }
  return undefined;
}
