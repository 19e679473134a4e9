/**
 * Explores how two workers learn of completion, in every interleaving: records go through the loop of
 * `explorer.ts`, every record at the exit asks for a notification of its time on the worker that it came
 * to, news of the frontier travel to the other worker and its reports back. The first worker has the
 * tracker's actor of production, the other the outbox's; both keep their own time (`parts.ts`).
 * @module
 */

import type { FrameBuffer } from "../../actors/workers/frame_buffer.ts";
import {
  type EndVariant,
  Home,
  type Order,
  type Outcome,
  type PartState,
  RIGHT_END,
  There,
} from "./parts.ts";
import { type Change, REACH } from "./views.ts";

export { RIGHT_END } from "./parts.ts";

/** What can go wrong. */
export type EndVerdict = "notified early" | "ended early" | "never ended";

/** What an exploration found. */
export interface EndExploration {
  readonly states: number;
  readonly steps: number;
  /** For the first of each verdict, what was done until then. */
  readonly traces: ReadonlyMap<EndVerdict, readonly string[]>;
}

interface Message {
  readonly worker: number;
  readonly location: number;
  readonly time: number;
}

interface State {
  /** The time of the input's capability, which the first worker holds; −1 when it was dropped. */
  readonly input: number;
  readonly tokens: number;
  readonly messages: readonly Message[];
  /** By worker the state of its part, by number. */
  readonly parts: readonly [number, number];
  /** By receiver the frames under way, by number. */
  readonly channels: readonly [readonly number[], readonly number[]];
  readonly hasEnded: boolean;
}

interface Step {
  readonly state: State;
  readonly what: string;
  readonly before: Step | null;
}

type Action = readonly [what: string, reached: State];

const LAST_TIME = 1;

/** Explores all states that so many tokens can lead to, or as many as it takes to find a verdict. */
export function exploreEnd(
  tokens: number,
  variant: EndVariant = RIGHT_END,
  until: EndVerdict | null = null,
): EndExploration {
  const explorer = new EndExplorer(variant);
  const start = explorer.start(tokens);
  const seen = new Set([nameOf(start)]);
  const open: Step[] = [{ state: start, what: "", before: null }];
  const traces = new Map<EndVerdict, readonly string[]>();
  let steps = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const next = explorer.actions(at.state);
    steps += next.length;
    const verdict = explorer.judge(at.state, next.length === 0);
    if (verdict !== null && !traces.has(verdict)) traces.set(verdict, traceOf(at));
    if (verdict !== null && verdict === until) break;
    for (const [what, state] of next) {
      const { size } = seen;
      if (seen.add(nameOf(state)).size > size) open.push({ state, what, before: at });
    }
  }
  return { states: seen.size, steps, traces };
}

/** Things that are told apart by a number. */
class Numbered<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();

  of(key: string, item: T): number {
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, number = this.items.push(item) - 1);
    return number;
  }
}

/** What comes of an order, all in numbers. */
interface Result {
  readonly part: number;
  readonly sent: readonly number[];
  readonly hasEnded: boolean;
}

class EndExplorer {
  readonly #variant: EndVariant;
  readonly #parts = new Numbered<PartState>();
  readonly #frames = new Numbered<FrameBuffer>();
  readonly #results = new Map<string, Result>();

  constructor(variant: EndVariant) {
    this.#variant = variant;
  }

  start(tokens: number): State {
    const home = this.#resultOf(Home.start());
    const there = this.#partOf(There.start());
    const channels: State["channels"] = [[], home.sent];
    const parts: State["parts"] = [home.part, there];
    return { input: 0, tokens, messages: [], parts, channels, hasEnded: false };
  }

  judge({ input, messages, parts, hasEnded }: State, isOver: boolean): EndVerdict | null {
    const asked = parts.some((part) => {
      const { waiting, due } = this.#parts.items[part];
      return waiting.length + due.length > 0;
    });
    if (hasEnded) return input >= 0 || messages.length > 0 || asked ? "ended early" : null;
    for (const part of parts) {
      for (const time of this.#parts.items[part].due) {
        const isBefore = (from: number, at: number) =>
          REACH.some(([here, to, by]) => here === from && to === 3 && at + by <= time);
        const isEarly = (input >= 0 && isBefore(0, input)) ||
          messages.some(({ location, time: at }) => isBefore(location, at));
        if (isEarly) return "notified early";
      }
    }
    return isOver ? "never ended" : null;
  }

  /** Everything that can happen next. */
  actions(state: State): Action[] {
    if (state.hasEnded) return [];
    const actions: Action[] = [];
    this.#feed(state, actions);
    this.#work(state, actions);
    state.parts.forEach((part, worker) => {
      const { isQueued, due } = this.#parts.items[part];
      if (isQueued) {
        actions.push([`turn of ${worker}`, this.#order(state, worker, { kind: "turn" })]);
      }
      for (const time of due) {
        const what = `${worker} is notified of ${time}`;
        actions.push([what, this.#order(state, worker, { kind: "notified", time })]);
      }
      this.#arrive(state, worker, actions);
    });
    return actions;
  }

  #arrive(state: State, worker: number, actions: Action[]): void {
    const channel = state.channels[worker];
    const reachable = this.#variant.inOrder ? channel.slice(0, 1) : channel;
    reachable.forEach((number, i) => {
      const rest = channel.filter((_frame, j) => j !== i);
      const [toHome, toThere] = state.channels;
      const channels: State["channels"] = worker === 0 ? [rest, toThere] : [toHome, rest];
      const received = { ...state, channels };
      const order: Order = { kind: "receive", frame: this.#frames.items[number] };
      const after = this.#order(received, worker, order, `frame ${number}`);
      actions.push([`a frame comes to ${worker}`, after]);
    });
  }

  #feed(state: State, actions: Action[]): void {
    const { input, tokens } = state;
    if (input < 0) return;
    for (const worker of tokens > 0 ? [0, 1] : []) {
      const sent = this.#report({ ...state, tokens: tokens - 1 }, 0, [], {
        worker,
        location: 1,
        time: input,
      });
      actions.push([`the input sends to ${worker}`, sent]);
    }
    const closed = this.#report({ ...state, input: -1 }, 0, [[0, input, -1]]);
    actions.push(["the input closes", closed]);
    if (input === LAST_TIME) return;
    const moved: Change[] = [[0, input + 1, 1], [0, input, -1]];
    actions.push(["the input advances", this.#report({ ...state, input: input + 1 }, 0, moved)]);
  }

  #work(state: State, actions: Action[]): void {
    state.messages.forEach(({ worker, location, time }, i) => {
      const rest = { ...state, messages: state.messages.filter((_message, j) => j !== i) };
      const taken: Change[] = [[location, time, -1]];
      const what = `${worker} takes ${time} at ${location}`;
      if (location === 3) {
        actions.push([`${what}, asks`, this.#report(rest, worker, taken, null, time)]);
        return;
      }
      const out = (to: number) =>
        this.#report(rest, worker, taken, { worker: to, location: 3, time });
      actions.push([what, this.#report(rest, worker, taken)]);
      actions.push([`${what}, out here`, out(worker)], [`${what}, out there`, out(1 - worker)]);
      if (time === LAST_TIME) return;
      const round = { worker: 1 - worker, location: 1, time: time + 1 };
      actions.push([`${what}, round`, this.#report(rest, worker, taken, round)]);
    });
  }

  /** What a callback did: it consumed, sent and asked. */
  #report(
    state: State,
    worker: number,
    taken: readonly Change[],
    sent: Message | null = null,
    ask: number | null = null,
  ): State {
    const changes: Change[] = sent === null
      ? [...taken]
      : [[sent.location, sent.time, 1], ...taken];
    const messages = sent === null ? state.messages : [...state.messages, sent];
    const ordered = [...messages].sort((a, b) => codeOf(a) - codeOf(b));
    return this.#order({ ...state, messages: ordered }, worker, { kind: "report", changes, ask });
  }

  /** One part does something; what comes of an order in a state is worked out once. */
  #order(state: State, worker: number, order: Order, name = JSON.stringify(order)): State {
    const part = state.parts[worker];
    const key = `${worker} ${part} ${name}`;
    let result = this.#results.get(key);
    if (result === undefined) {
      const before = this.#parts.items[part];
      const made = worker === 0
        ? new Home(before, this.#variant)
        : new There(before, this.#variant);
      this.#results.set(key, result = this.#resultOf(made.obey(order)));
    }
    const { parts: [home, there], channels: [toHome, toThere] } = state;
    return {
      ...state,
      parts: worker === 0 ? [result.part, there] : [home, result.part],
      channels: worker === 0
        ? [toHome, [...toThere, ...result.sent]]
        : [[...toHome, ...result.sent], toThere],
      hasEnded: result.hasEnded,
    };
  }

  #resultOf({ state, sent, hasEnded }: Outcome): Result {
    const frames = sent.map((frame) =>
      this.#frames.of(frame.bytes.subarray(0, frame.length).join(), frame)
    );
    return { part: this.#partOf(state), sent: frames, hasEnded };
  }

  #partOf(state: PartState): number {
    return this.#parts.of(JSON.stringify(state), state);
  }
}

function traceOf(last: Step): string[] {
  const trace: string[] = [];
  for (let step = last; step.before !== null; step = step.before) trace.unshift(step.what);
  return trace;
}

/** Below 16. */
function codeOf({ worker, location, time }: Message): number {
  return location * 4 + time * 2 + worker;
}

/** Equal states have equal names. */
function nameOf({ input, tokens, messages, parts, channels, hasEnded }: State): string {
  const numbers = [input + 1 + 4 * tokens + (hasEnded ? 64 : 0), ...parts, messages.length];
  for (const message of messages) numbers.push(codeOf(message));
  for (const channel of channels) numbers.push(channel.length, ...channel);
  return String.fromCharCode(...numbers);
}
