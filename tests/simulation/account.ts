/**
 * What the engine has promised to one shard of a vertex, and whether it keeps it.
 * @module
 */

import { formatTime, lessEqual, type Time } from "../../progress/time.ts";

/** One watcher's account: S2, S3 and L1 of the model at its input. */
export class Account {
  readonly #name: string;
  readonly #violations: string[];
  readonly #isComplete: (time: Time) => boolean;
  readonly #open = new Map<string, { time: Time; rights: Set<string> }>();
  readonly #complete: Time[] = [];
  #frontier: readonly Time[] | null = null;

  constructor(name: string, violations: string[], isComplete: (time: Time) => boolean) {
    this.#name = name;
    this.#isComplete = isComplete;
    this.#violations = violations;
  }

  asked(time: Time, capability: Time | "none"): void {
    const name = formatTime(time);
    const open = this.#open.get(name) ?? { time, rights: new Set() };
    open.rights.add(String(capability));
    this.#open.set(name, open);
  }

  received(time: Time): void {
    if (this.#isComplete(time)) {
      this.#violated(`a batch at ${formatTime(time)} comes when it is complete`);
    }
    for (const done of this.#complete) {
      if (lessEqual(time, done)) {
        this.#violated(`a batch at ${formatTime(time)} comes after notify(${formatTime(done)})`);
      }
    }
  }

  notified(time: Time, capability: Time | "none"): void {
    const name = formatTime(time);
    if (!this.#isComplete(time)) this.#violated(`notify(${name}) comes before it is complete`);
    this.#complete.push(time);
    const open = this.#open.get(name);
    if (!open?.rights.delete(String(capability))) {
      this.#violated(`notify(${name}) with the right ${capability} answers no request`);
    }
    if (open?.rights.size === 0) this.#open.delete(name);
  }

  moved(frontier: readonly Time[]): void {
    const before = this.#frontier;
    this.#frontier = frontier;
    if (before === null) return;
    for (const element of frontier) {
      if (before.some((earlier) => lessEqual(earlier, element))) continue;
      this.#violated(`the frontier goes back to ${formatTime(element)}`);
    }
  }

  /** When nothing is left to do: a complete time was notified already. */
  idle(): void {
    for (const [name, { time }] of this.#open) {
      if (this.#isComplete(time)) this.#violated(`notify(${name}) is due and does not come`);
    }
  }

  /** At the end: what was asked for and never answered. */
  finish(): void {
    for (const name of this.#open.keys()) this.#violated(`notify(${name}) never comes`);
    if (this.#frontier !== null && this.#frontier.length > 0) {
      this.#violated(`its frontier was never told to be empty`);
    }
  }

  #violated(what: string): void {
    this.#violations.push(`${this.#name}: ${what}`);
  }
}
