/**
 * The JavaScript of one function while it is written, as statements. Statements rather than one nested
 * expression keep loops free of closures, and the nesting of the code as flat as its control flow.
 *
 * @module
 */

/** Where a {@linkcode Body} keeps what all its blocks share. */
interface Shared {
  names: number;
  readonly helpers: Set<string>;
}

/** Longer pieces of code get a name, so that a deep row of operators does not nest. */
const longest = 1500;

/** A list of statements that can be written to. */
export class Body {
  readonly #lines: string[] = [];
  readonly #shared: Shared;

  constructor(shared: Shared = { names: 0, helpers: new Set() }) {
    this.#shared = shared;
  }

  /** The helpers that the code calls. */
  get helpers(): ReadonlySet<string> {
    return this.#shared.helpers;
  }

  /** Whether nothing was written. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** All statements, as text. */
  get text(): string {
    return this.#lines.join("\n");
  }

  /** A name that occurs nowhere else in the function. */
  fresh(): string {
    return `t${this.#shared.names++}`;
  }

  /** The name under which the code calls a helper of the runtime. */
  helper(name: string): string {
    this.#shared.helpers.add(name);
    return `h_${name}`;
  }

  /** Adds one statement, or several. */
  line(text: string): void {
    this.#lines.push(text);
  }

  /** An empty block of the same function. */
  block(): Body {
    return new Body(this.#shared);
  }

  /** The same value as something that may be read any number of times. */
  hold(code: string): string {
    if (/^(?:-?[\w$.]{1,40}|\(-[\d.e+-]+\))$/.test(code)) return code;
    const name = this.fresh();
    this.line(`const ${name} = ${code};`);
    return name;
  }

  /** The code itself, or a name for it where it grew too long to be nested further. */
  shorten(code: string): string {
    return code.length > longest ? this.hold(code) : code;
  }
}
