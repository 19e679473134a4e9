/**
 * Why records go no further, in so many words that counting them by their reason takes bounded memory.
 *
 * @module
 */
import { MeanderError, reasonOf, show } from "./fault.ts";

/** Different reasons of one vertex that are told apart. */
const MOST = 10;
/** Longer ones say the rest to nobody. */
const LONGEST = 1000;

/** Some reasons have a record's values in them: the first ones stand for the others. */
export class Reasons {
  readonly #known = new Set<string>();
  readonly #others: string;

  /** `others` is said in place of those that are too many. */
  constructor(others: string) {
    this.#others = others;
  }

  /** The reason, or what stands for it. */
  bounded(reason: string): string {
    if (this.#known.has(reason)) return reason;
    if (this.#known.size >= MOST) return this.#others;
    this.#known.add(reason);
    return reason;
  }
}

/** What was thrown as a reason; never throws, since what was thrown may be hostile. */
export function reasonFor(thrown: unknown): string {
  try {
    const text = MeanderError.is(thrown) ? reasonOf(thrown) : show(thrown, LONGEST);
    return String(text).slice(0, LONGEST);
  } catch {
    return "it threw what cannot be shown";
  }
}
