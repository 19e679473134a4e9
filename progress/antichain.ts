/**
 * Antichains: sets of elements of which none is at or before another. The frontier of a location is
 * an antichain of times, and the paths between two locations that matter are an antichain of
 * summaries.
 *
 * @module
 */

import type { Summary } from "./summary.ts";
import { lessEqual as timeLessEqual, type Time } from "./time.ts";

/**
 * The minimal elements of what was inserted, in a partial order given once.
 *
 * Laws: the result does not depend on the order of insertion; no element is at or before another;
 * for every inserted x some element is at or before x.
 *
 * @example
 * ```ts
 * import { Antichain } from "meander";
 * import { expect } from "vitest";
 *
 * const frontier = Antichain.ofTimes([[1, 5], [2, 0], [2, 7]]);
 * expect(frontier.elements).toEqual([[1, 5], [2, 0]]);
 * expect(frontier.lessEqual([3, 0])).toBe(true);
 * ```
 */
export class Antichain<T> {
  readonly #lessEqual: (a: T, b: T) => boolean;
  #elements: T[] = [];

  /** @param lessEqual A partial order: reflexive, transitive, and antisymmetric up to equality. */
  constructor(lessEqual: (a: T, b: T) => boolean, elements: Iterable<T> = []) {
    this.#lessEqual = lessEqual;
    for (const element of elements) this.insert(element);
  }

  /** The minimal times among these. */
  static ofTimes(times: Iterable<Time> = []): Antichain<Time> {
    return new Antichain<Time>(timeLessEqual, times);
  }

  /** The minimal summaries among these. */
  static ofSummaries(summaries: Iterable<Summary> = []): Antichain<Summary> {
    return new Antichain<Summary>((a, b) => a.lessEqual(b), summaries);
  }

  /** The elements, in the order they came in. The array is never changed after it was handed out. */
  get elements(): readonly T[] {
    return this.#elements;
  }

  /** Whether there is no element at all. */
  get isEmpty(): boolean {
    return this.#elements.length === 0;
  }

  /**
   * Adds an element unless one at or before it is there already; elements at or after it leave.
   *
   * @returns Whether anything changed.
   */
  insert(element: T): boolean {
    if (this.lessEqual(element)) return false;
    const staying = this.#elements.filter((other) => !this.#lessEqual(element, other));
    staying.push(element);
    this.#elements = staying;
    return true;
  }

  /** Whether some element is at or before this one. */
  lessEqual(element: T): boolean {
    for (const other of this.#elements) {
      if (this.#lessEqual(other, element)) return true;
    }
    return false;
  }

  /** Whether some element is strictly before this one. */
  lessThan(element: T): boolean {
    for (const other of this.#elements) {
      if (this.#lessEqual(other, element) && !this.#lessEqual(element, other)) return true;
    }
    return false;
  }

  /** Whether both contain the same elements, in any order. */
  equals(other: Antichain<T>): boolean {
    // Two antichains of one size are equal when every element of one lies at or after one of the
    // other and the other way round: within an antichain that leaves only equality.
    return this.#elements.length === other.#elements.length &&
      this.#elements.every((element) => other.lessEqual(element)) &&
      other.#elements.every((element) => this.lessEqual(element));
  }
}
