/**
 * Records that came out of a dataflow and wait for their times to be complete.
 *
 * @module
 */
import { compareTimes, lessEqual, type Time } from "../progress/time.ts";
import { TimeMap } from "../operators/contract/time_map.ts";

/** Records of one time. */
interface TimedRecords<T> {
  readonly time: Time;
  readonly records: readonly T[];
}

/** See the module. Times usually come in order, and are then added and taken at the ends of a list. */
export class PendingTimes<T> {
  readonly #records = new TimeMap<T[]>();
  /** In the order of `compareTimes`; from `#head` on. */
  #times: Time[] = [];
  #head = 0;

  /** Adds records to those of their time. */
  add({ time, records }: TimedRecords<T>): void {
    let list = this.#records.get(time);
    if (list === undefined) {
      this.#records.set(time, list = []);
      this.#insert(time);
    }
    for (const record of records) list.push(record);
  }

  /** Takes out the times that are complete at a frontier, earlier ones first. */
  *takeComplete(frontier: readonly Time[]): Generator<TimedRecords<T>> {
    const isComplete = (time: Time) => !frontier.some((element) => lessEqual(element, time));
    // With one coordinate what holds back a time holds back all later ones.
    while (this.#head < this.#times.length && isComplete(this.#times[this.#head])) {
      const time = this.#times[this.#head++];
      yield { time, records: this.#records.take(time)! };
    }
    this.#compact();
    if (this.#times.length === 0 || typeof this.#times[0] === "number") return;
    const ready = this.#times.filter(isComplete);
    if (ready.length === 0) return;
    this.#times = this.#times.filter((time) => !isComplete(time));
    for (const time of ready) yield { time, records: this.#records.take(time)! };
  }

  #compact(): void {
    if (this.#head < this.#times.length && this.#head < 1024) {
      if (typeof this.#times[this.#head] === "number") return;
    }
    this.#times.splice(0, this.#head);
    this.#head = 0;
  }

  #insert(time: Time): void {
    const times = this.#times;
    let low = this.#head;
    let high = times.length;
    if (high === low || compareTimes(times[high - 1], time) < 0) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTimes(times[middle], time) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === times.length) times.push(time);
    else times.splice(low, 0, time);
  }
}
