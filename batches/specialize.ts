/**
 * Machine code of its own for each use of a loop.
 *
 * V8 collects type feedback per function, not per use. A loop that serves more than four user
 * functions therefore calls them instead of inlining them, at six times the cost. A second
 * instance with the same source text shares the feedback too; one with another text does not.
 * @module
 */

/** A function without free variables: its source text alone says all it does. */
// Any parameters will do; those of the loop are kept.
// deno-lint-ignore no-explicit-any
export type ClosedLoop = (...args: any[]) => unknown;

/** Records after which a use of a loop gets its own instance (one costs 8 to 17 µs). */
export const SPECIALIZE_AFTER = 4096;

let instances = 0;
let forbidden = false;

/**
 * A fresh instance of one of our own closed loops: same behaviour, own machine code.
 *
 * The loop must be a `function` without free variables: its source text alone is evaluated again,
 * and nothing of a user ever is; user functions come in as arguments. Where code generation is
 * forbidden (an EvalError, under a content security policy), the loop itself comes back.
 */
export function specialize<F extends ClosedLoop>(loop: F): F {
  if (forbidden) return loop;
  // The comment makes the text unique; without it V8's cache returns the same code.
  const source = `"use strict"; /* instance ${++instances} */ return (${loop.toString()});`;
  try {
    return new Function(source)() as F;
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    forbidden = true;
    return loop;
  }
}

/**
 * One use of a loop: the shared instance until some thousand records have gone through this use,
 * its own one from then on. A graph of 10,000 operators that hardly run so pays nothing at build.
 */
export class Specialized<F extends ClosedLoop> {
  #loop: F;
  #left: number;

  /** Takes the closed loop, and after how many records it gets its own instance. */
  constructor(loop: F, after: number = SPECIALIZE_AFTER) {
    this.#loop = loop;
    this.#left = after;
  }

  /** The instance with which to process that many records now. */
  for(records: number): F {
    if (this.#left >= 0) {
      this.#left -= records;
      if (this.#left < 0) this.#loop = specialize(this.#loop);
    }
    return this.#loop;
  }
}
