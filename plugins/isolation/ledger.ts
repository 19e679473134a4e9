/**
 * The engine's own account of the rights that a vertex in another process has. What the process says is held
 * against it, whole turn by whole turn, before anything of it is done.
 *
 * @module
 */
import { checkTime, formatTime, type Time } from "../../progress/time.ts";
import type { VertexContext } from "../../operators/contract/context.ts";
import type { Capability } from "../../operators/contract/definition.ts";
import { HELD } from "../../operators/contract/context.ts";
import { Request } from "../../operators/contract/turn.ts";
import { TimeBag } from "./time_bag.ts";
import type { TurnMeta } from "./turn_meta.ts";

/** By output, what a callback may send at; `null` for nothing. */
export type Rights = readonly (Time | null)[];

interface Asked {
  readonly time: Time;
  readonly capability: Time | null;
  readonly outputs: readonly number[] | null;
}

/** More rights, requests and prefixes of state than these of each are not taken at once from one vertex. */
const MOST = 20_000;
/** An operator has a few states, and each of them many prefixes. */
const MOST_STATES = 64;

/** Of one vertex. */
export class Ledger {
  readonly #context: VertexContext;
  /** What it retained, by output and time: the engine's capabilities for it. */
  readonly #units = new Map<string, { readonly port: number; readonly held: Capability[] }>();
  #held = 0;
  /** Requests that were not delivered, by their time and then by what they say. */
  readonly #asked = new Map<string, Map<string, Asked>>();
  #asks = 0;
  /** What may be sent at because of both, by output. */
  readonly #rights: readonly TimeBag[];
  /** Prefixes of state that are not complete. */
  readonly #prefixes = new Set<string>();
  readonly #cleanUps = new Map<number, { drop(time: Time): void }>();
  readonly #cleaned: (state: number, time: Time) => void;

  /** `cleaned` is told of prefixes that are complete. */
  constructor(context: VertexContext, cleaned: (state: number, time: Time) => void) {
    this.#context = context;
    this.#cleaned = cleaned;
    this.#rights = context.outputs.map(() => new TimeBag());
  }

  /** Why a turn of a callback with those rights cannot be taken, `null` when it can. */
  refusal(turn: TurnMeta, rights: Rights): string | null {
    try {
      return this.#refusal(turn, rights);
    } catch (error) {
      // A time that is none.
      return error instanceof Error ? error.message.replace(/^MEANDER_\w+ {2}/, "") : String(error);
    }
  }

  /** Retains and asks for what the turn says; what it gives up is given up by `settle`, after its sends. */
  take({ h = [], q = [], c = [] }: TurnMeta): void {
    for (const [port, time, delta] of h) if (delta > 0) this.#retain(port, time);
    for (const [time, capability, inputs, outputs] of q) {
      this.#ask(time, capability, inputs, outputs);
    }
    for (const [state, time] of c) {
      const last = infinite(time);
      const prefix = `${state}|${last}`;
      if (this.#prefixes.has(prefix)) continue;
      this.#prefixes.add(prefix);
      this.#context.turn.request(new Request(last, null, null, null, this.#cleanUp(state)));
    }
  }

  /** Gives up what the turn says. */
  settle({ h = [] }: TurnMeta): void {
    for (const [port, time, delta] of h) {
      if (delta > 0) continue;
      const key = keyOf(port, time);
      const held = this.#units.get(key)?.held;
      const capability = held?.pop();
      if (capability === undefined) continue;
      capability.drop();
      this.#held--;
      this.#rights[port].remove(time);
      if (held!.length === 0) this.#units.delete(key);
    }
  }

  /** A notification is delivered: what kept its right is the callback's from now on. */
  delivered(time: Time, rights: Rights): void {
    const at = String(time);
    const same = this.#asked.get(at);
    for (const [form, asked] of same ?? []) {
      const isIt = rights.every((right, port) => {
        return String(right) === String(keepsAt(asked, port) ? asked.capability : null);
      });
      if (!isIt) continue;
      same!.delete(form);
      if (same!.size === 0) this.#asked.delete(at);
      this.#asks--;
      return this.#eachRight(asked, (bag, time) => bag.remove(time));
    }
  }

  #refusal({ s = [], h = [], q = [], c = [] }: TurnMeta, rights: Rights): string | null {
    const { outputs, inputs, options } = this.#context;
    const most = Math.max(
      this.#held + h.length,
      this.#asks + q.length,
      this.#prefixes.size + c.length,
    );
    if (most > MOST) return `it would keep ${most} rights, requests or states open at once`;
    const added = new Map<string, number>();
    for (const [port, time, delta] of h) {
      if (port >= outputs.length) return `there is no output ${port}`;
      const checked = checkTime(time, outputs[port].depth);
      const key = keyOf(port, checked);
      const has = (this.#units.get(key)?.held.length ?? 0) + (added.get(key) ?? 0);
      if (delta > 0 && !this.#allows(port, checked, rights)) {
        return this.#without("retain a right", port, checked, rights);
      }
      if (delta < 0 && has === 0) {
        return `it gives up a right at ${formatTime(checked)} that it does not hold`;
      }
      added.set(key, (added.get(key) ?? 0) + delta);
    }
    for (const [port, time] of s) {
      if (port >= outputs.length || outputs[port].name === HELD) {
        return `there is no output ${port}`;
      }
      const checked = checkTime(time, outputs[port].depth);
      if (!this.#allows(port, checked, rights)) return this.#without("send", port, checked, rights);
    }
    for (const [time, capability, named, ports] of q) {
      checkTime(time, options.inputDepth);
      if (named?.some((input) => input >= inputs.length)) {
        return "it asks for an input that is not there";
      }
      if (ports?.some((port) => port >= outputs.length)) {
        return "it asks for an output that is not there";
      }
      if (capability === null) continue;
      for (const { index, depth } of outputs) {
        if (ports !== null && !ports.includes(index)) continue;
        if (this.#allows(index, checkTime(capability, depth), rights)) continue;
        return this.#without("ask for a notification", index, capability, rights);
      }
    }
    for (const [state, time] of c) {
      if (state >= MOST_STATES) return `it has more than ${MOST_STATES} states`;
      const depth = Array.isArray(time) ? time.length : 1;
      if (depth !== options.inputDepth) return `it has no state at a time of ${depth} coordinates`;
    }
    return null;
  }

  #allows(port: number, time: Time, rights: Rights): boolean {
    const { allows } = this.#context.outputs[port];
    const right = rights[port] ?? null;
    if (right !== null && allows(right, time)) return true;
    const isPlain = (this.#context.options.fixed ?? []).length === 0;
    return this.#rights[port].allows(time, allows, isPlain);
  }

  #without(what: string, port: number, time: Time, rights: Rights): string {
    const { name } = this.#context.outputs[port];
    const right = rights[port] ?? null;
    const all = [...(right === null ? [] : [right]), ...this.#rights[port].least]
      .slice(0, 5).map(formatTime);
    const holds = all.length === 0 ? "no right" : `${all.join(", ")} or later`;
    return `it would ${what} at ${formatTime(time)} on output "${name}" and holds ${holds}`;
  }

  #retain(port: number, time: Time): void {
    const key = keyOf(port, time);
    const unit = this.#units.get(key) ?? { port, held: [] };
    this.#units.set(key, unit);
    const { outputs } = this.#context;
    const names = outputs[port].name === HELD ? undefined : [outputs[port].name];
    unit.held.push(this.#context.retain(time, names));
    this.#held++;
    this.#add(port, time);
  }

  #add(port: number, time: Time): void {
    if (this.#rights[port].add(time)) return;
    throw new Error("it keeps too many rights that cannot be compared with each other");
  }

  #eachRight(asked: Asked, change: (bag: TimeBag, time: Time, port: number) => void): void {
    this.#rights.forEach((bag, port) => {
      if (keepsAt(asked, port)) change(bag, asked.capability!, port);
    });
  }

  #ask(
    time: Time,
    capability: Time | null,
    inputs: readonly number[] | null,
    outputs: readonly number[] | null,
  ): void {
    const form = `${time}|${capability}|${inputs}|${outputs}`;
    const at = String(time);
    const same = this.#asked.get(at) ?? new Map<string, Asked>();
    if (same.has(form)) return;
    const asked = { time, capability, outputs };
    this.#asked.set(at, same.set(form, asked));
    this.#asks++;
    this.#eachRight(asked, (_bag, time, port) => this.#add(port, time));
    const context = this.#context;
    const named = outputs?.map((port) => context.outputs[port].name);
    context.notifyAt(time, {
      capability: capability ?? "none",
      ...(inputs === null ? {} : { inputs: inputs.map((input) => context.inputs[input]) }),
      ...(named === undefined || named.includes(HELD) ? {} : { outputs: named }),
    });
  }

  #cleanUp(state: number): { drop(time: Time): void } {
    const known = this.#cleanUps.get(state);
    if (known !== undefined) return known;
    const made = {
      drop: (time: Time) => {
        this.#prefixes.delete(`${state}|${time}`);
        this.#cleaned(state, time);
      },
    };
    this.#cleanUps.set(state, made);
    return made;
  }
}

function keepsAt({ capability, outputs }: Asked, port: number): boolean {
  return capability !== null && (outputs === null || outputs.includes(port));
}

function keyOf(port: number, time: Time): string {
  return `${port}|${time}`;
}

/** Coordinates without an end have no JSON. */
function infinite(time: Time): Time {
  const open = (each: number | null) => each === null ? Infinity : each;
  return Array.isArray(time) ? time.map(open) : open(time as number | null);
}
