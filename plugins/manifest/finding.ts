/**
 * What is wrong with a manifest, and where: texts of people whom nobody knows, shown so that they do no harm.
 *
 * @module
 */

/** The way to a part of the manifest: names and indices from the root. */
export type Path = readonly (string | number)[];

/** Takes what is wrong at a place. */
export type Report = (path: Path, message: string) => void;

/** More problems than these help nobody. */
const MOST = 50;

/** JSON pointer (RFC 6901); long names are cut, control characters written as JSON does. */
export function pointerOf(path: Path): string {
  if (path.length === 0) return "/";
  return path.map((part) => {
    const name = typeof part === "number" ? String(part) : part.slice(0, 80);
    const text = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"');
    return `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }).join("");
}

/** Collects problems as sentences, each of them once. */
export class Findings {
  readonly #problems = new Set<string>();
  #more = 0;

  /** Takes one. */
  readonly report: Report = (path, message) => {
    if (this.#problems.size < MOST) this.#problems.add(shown(`${pointerOf(path)}: ${message}`));
    else this.#more++;
  };

  /** All of them, or the first and how many more there are. */
  get problems(): readonly string[] {
    return this.#more === 0 ? [...this.#problems] : [...this.#problems, `and ${this.#more} more`];
  }
}

/** What a terminal obeys is written as JSON does: JSON itself leaves most of it as it is. */
function shown(text: string): string {
  return text.replace(
    HIDDEN,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

// deno-lint-ignore no-control-regex
const HIDDEN = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
