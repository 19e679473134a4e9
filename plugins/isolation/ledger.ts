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
import type { TurnMeta } from "./turn_meta.ts";

/** By output, what a callback may send at; `null` for nothing. */
export type Rights = readonly (Time | null)[];

interface Asked {
  readonly time: Time;
  readonly capability: Time | null;
  readonly outputs: readonly number[] | null;
}

/** Of one vertex. */
export class Ledger {
  readonly #context: VertexContext;
  /** What it retained, by output and time: the engine's capabilities for it. */
  readonly #units = new Map<string, { readonly port: number; readonly held: Capability[] }>();
  /** Requests that keep a right, and others, by what they say. */
  readonly #asked = new Map<string, Asked>();
  readonly #cleanUps = new Map<number, { drop(time: Time): void }>();
  readonly #cleaned: (state: number, time: Time) => void;

  /** `cleaned` is told of prefixes that are complete. */
  constructor(context: VertexContext, cleaned: (state: number, time: Time) => void) {
    this.#context = context;
    this.#cleaned = cleaned;
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
      this.#context.turn.request(new Request(last, null, null, null, this.#cleanUp(state)));
    }
  }

  /** Gives up what the turn says. */
  settle({ h = [] }: TurnMeta): void {
    for (const [port, time, delta] of h) {
      if (delta > 0) continue;
      const key = keyOf(port, time);
      const held = this.#units.get(key)?.held;
      held?.pop()?.drop();
      if (held?.length === 0) this.#units.delete(key);
    }
  }

  /** A notification is delivered: what kept its right is the callback's from now on. */
  delivered(time: Time, rights: Rights): void {
    const at = String(time);
    for (const [form, asked] of this.#asked) {
      if (String(asked.time) !== at) continue;
      const isIt = rights.every((right, port) => {
        const keeps = asked.outputs === null || asked.outputs.includes(port);
        return String(right) === String(keeps ? asked.capability : null);
      });
      if (isIt) return void this.#asked.delete(form);
    }
  }

  #refusal({ s = [], h = [], q = [], c = [] }: TurnMeta, rights: Rights): string | null {
    const { outputs, inputs, options } = this.#context;
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
    for (const [, time] of c) {
      const depth = Array.isArray(time) ? time.length : 1;
      if (depth !== options.inputDepth) return `it has no state at a time of ${depth} coordinates`;
    }
    return null;
  }

  #allows(port: number, time: Time, rights: Rights): boolean {
    const { allows } = this.#context.outputs[port];
    const right = rights[port] ?? null;
    if (right !== null && allows(right, time)) return true;
    for (const unit of this.#units.values()) {
      const [held] = unit.held;
      if (unit.port === port && held !== undefined && allows(held.time, time)) return true;
    }
    for (const { capability, outputs } of this.#asked.values()) {
      const keeps = capability !== null && (outputs === null || outputs.includes(port));
      if (keeps && allows(capability, time)) return true;
    }
    return false;
  }

  #without(what: string, port: number, time: Time, rights: Rights): string {
    const { name } = this.#context.outputs[port];
    const held = [...this.#units.values()].flatMap((unit) =>
      unit.port === port && unit.held.length > 0 ? [unit.held[0].time] : []
    );
    const right = rights[port] ?? null;
    const all = [...(right === null ? [] : [right]), ...held].slice(0, 5).map(formatTime);
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
  }

  #ask(
    time: Time,
    capability: Time | null,
    inputs: readonly number[] | null,
    outputs: readonly number[] | null,
  ): void {
    const form = `${time}|${capability}|${inputs}|${outputs}`;
    if (this.#asked.has(form)) return;
    this.#asked.set(form, { time, capability, outputs });
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
    const made = { drop: (time: Time) => this.#cleaned(state, time) };
    this.#cleanUps.set(state, made);
    return made;
  }
}

function keyOf(port: number, time: Time): string {
  return `${port}|${time}`;
}

/** Coordinates without an end have no JSON. */
function infinite(time: Time): Time {
  const open = (each: number | null) => each === null ? Infinity : each;
  return Array.isArray(time) ? time.map(open) : open(time as number | null);
}
