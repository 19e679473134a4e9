/**
 * Operators of random programs that pass everything on at its own time, each in a way that strains the
 * contract: held capabilities, work outside, requests of every form. `watch` also keeps an account.
 * @module
 */

import { type Batch, type Capability, type Stream, type Time, TimeMap } from "../../mod.ts";
import { type Plain, unaryOperator } from "../../operators/generic.ts";
import { formatTime, lessEqual } from "../../progress/time.ts";
import { Random } from "../oracle/random.ts";
import type { Per } from "./program.ts";

/** What operators of one run have in common. */
export class Surroundings {
  /** Work that was started outside, to be finished in any order. */
  readonly work: (() => void)[] = [];
  /** Broken promises of the engine. */
  readonly violations: string[] = [];
  /** For each watcher the requests that were not delivered. */
  readonly accounts: Account[] = [];
}

/** Keeps batches for a while under retained capabilities; the rest goes when the time is complete. */
export function hold(name: string): Plain<number, number> {
  return unaryOperator<number, number>(name, { interest: "notifications" }, (context) => {
    const kept: { right: Capability; records: number[] }[] = [];
    let received = 0;
    const sendFirst = () => {
      const { right, records } = kept.shift()!;
      context.out.out.send(right.time, records);
      right.drop();
    };
    return {
      receive(batch) {
        const right = context.retain();
        kept.push({ right, records: [...batch] });
        // It has a right of its own and asks without: the guarantee alone must be enough.
        context.notifyAt(batch.time, { capability: "none" });
        if (++received % 3 === 0) sendFirst();
      },
      notify(time) {
        for (let i = kept.findIndex(at(time)); i >= 0; i = kept.findIndex(at(time))) {
          kept.unshift(...kept.splice(i, 1));
          sendFirst();
        }
      },
    };
  });
}

function at(time: Time): (kept: { right: Capability }) => boolean {
  return ({ right }) => String(right.time) === String(time);
}

/** Sends what it gets when somebody outside says so. */
export function outside(name: string, around: Surroundings): Plain<number, number> {
  return unaryOperator<number, number>(name, {}, ({ out, retain, later }) => ({
    receive(batch) {
      using first = retain();
      const right = first.delayed();
      const records = [...batch];
      around.work.push(() =>
        later(() => {
          out.out.send(right.time, records);
          right.drop();
        })
      );
    },
  }));
}

/**
 * Keeps records in a state and asks twice: on its first notification it asks once more for the time that
 * is complete already, and the state has to be there still when that comes.
 */
export function recall(name: string, per: Per): Plain<number, number> {
  return unaryOperator<number, number>(name, { interest: "notifications" }, (context) => {
    const states = context.state<TimeMap<{ records: number[]; asked: boolean }>>({
      per,
      create: () => new TimeMap(),
    });
    return {
      receive(batch) {
        const { time } = batch;
        const entry = () => ({ records: [], asked: false });
        states.at(time).getOrInsert(time, entry).records.push(...batch);
        context.notifyAt(time);
      },
      notify(time) {
        const kept = states.at(time).get(time)!;
        if (kept.asked) return void context.out.out.send(time, states.at(time).take(time)!.records);
        kept.asked = true;
        context.notifyAt(time);
      },
    };
  });
}

/** Each side waits for its own input only. */
export function apart(
  left: Stream<number>,
  right: Stream<number>,
  name: string,
): Stream<number> {
  return left.binary<number, number>(right, name, { interest: "notifications" }, (context) => {
    const kept = { left: new TimeMap<number[]>(), right: new TimeMap<number[]>() };
    const receive = (side: "left" | "right") => (batch: Batch<number>) => {
      kept[side].getOrInsert(batch.time, () => []).push(...batch);
      context.notifyAt(batch.time, { inputs: [side] });
    };
    return {
      receive: { left: receive("left"), right: receive("right") },
      notify(time) {
        for (const side of ["left", "right"] as const) {
          if (!context.isComplete(side, time)) continue;
          context.out.out.send(time, kept[side].take(time) ?? []);
        }
      },
    };
  });
}

/** Passes batches on, asks for notifications at random, and holds the engine to its promises. */
export function watch(name: string, seed: number, around: Surroundings): Plain<number, number> {
  return unaryOperator<number, number>(name, { interest: "always" }, (context) => {
    const account = new Account(name, around.violations, (time) => context.isComplete("in", time));
    around.accounts.push(account);
    const random = new Random(seed);
    const ask = (from: Time) => {
      const time = raised(from, random);
      const held = random.below(3);
      const capability = held === 0 ? "none" : held === 1 ? raised(time, random) : time;
      context.notifyAt(time, held === 2 ? {} : { capability });
      account.asked(time, capability);
    };
    return {
      receive(batch) {
        account.received(batch.time);
        if (random.chance(0.4)) ask(batch.time);
        context.out.out.forward(batch);
      },
      notify(time) {
        const { right } = context.out.out;
        account.notified(time, right ?? "none");
        if (right !== null && random.chance(0.3)) ask(raised(right, random));
      },
      frontier() {
        account.moved(context.frontier("in"));
      },
    };
  });
}

function raised(time: Time, random: Random): Time {
  if (typeof time === "number") return time + random.below(3);
  return time.map((c) => random.chance(0.7) ? c : c + random.between(1, 2));
}

/** One watcher's account: S2, S3 and L1 of the model at its input. */
class Account {
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
