/**
 * Times of which some are there several times, and whether one of them allows another time. A stranger says which,
 * so that no question may take longer the more of them there are.
 *
 * @module
 */
import { lessEqual, type Time } from "../../progress/time.ts";

/** More that cannot be compared with each other are not taken: every question looks at them all. */
const MOST_LEAST = 4096;

/** Rights at one output. */
export class TimeBag {
  readonly #counts = new Map<string, { readonly time: Time; count: number }>();
  /** The minimal ones; `null` when they have to be found anew. */
  #least: Time[] | null = [];

  /** One more; false when there are too many. */
  add(time: Time): boolean {
    const known = this.#counts.get(String(time));
    if (known !== undefined) {
      known.count++;
      return true;
    }
    this.#counts.set(String(time), { time, count: 1 });
    if (this.#least !== null) insert(this.#least, time);
    return this.least.length <= MOST_LEAST;
  }

  /** One less. */
  remove(time: Time): void {
    const key = String(time);
    const known = this.#counts.get(key);
    if (known === undefined || --known.count > 0) return;
    this.#counts.delete(key);
    if (this.#least?.some((each) => String(each) === key)) this.#least = null;
  }

  /** Whether one of them allows that. `isPlain` when what is earlier in every coordinate allows more. */
  allows(time: Time, allows: (right: Time, time: Time) => boolean, isPlain: boolean): boolean {
    if (isPlain) return this.least.some((each) => allows(each, time));
    for (const each of this.#counts.values()) if (allows(each.time, time)) return true;
    return false;
  }

  /** The minimal ones. */
  get least(): readonly Time[] {
    if (this.#least !== null) return this.#least;
    const least: Time[] = [];
    for (const { time } of this.#counts.values()) insert(least, time);
    return this.#least = least;
  }
}

function insert(least: Time[], time: Time): void {
  if (least.some((each) => lessEqual(each, time))) return;
  let kept = 0;
  for (const each of least) if (!lessEqual(time, each)) least[kept++] = each;
  least.length = kept;
  least.push(time);
}
