/**
 * Explores every interleaving of a small case of the progress protocol: two workers pass tokens through a
 * loop and out of it, and tell the tracker in numbered batches. Batches travel as the frames of production
 * and are taken by the tracker of production (`views.ts`). Deliberately wrong variants of the protocol have
 * to be found out. How an end is declared, and what becomes of news, is explored in `end_explorer.ts`.
 *
 * The graph, at the root with one coordinate: an input's capability (0), the loop's input (1) and output
 * (2), from where records go round at a later time or to the exit (3).
 * @module
 */

import { type Change, Frames, REACH, Views } from "./views.ts";

/** How a protocol may differ from the right one. */
export interface Variant {
  /** Whether a callback's changes go as one batch, or in two, and which half goes first. */
  readonly batches: "whole" | "decrements first" | "increments first";
  /** Whether a worker's batches arrive in the order in which they were sent. */
  readonly channel: "in order" | "in any order";
  /** Whether a count below zero is taken for zero. */
  readonly clamped: boolean;
  /** Whether one batch may arrive twice. */
  readonly doubled: boolean;
}

/** The protocol as it is. */
export const RIGHT: Variant = {
  batches: "whole",
  channel: "in order",
  clamped: false,
  doubled: false,
};

/** What can go wrong: a time is complete too early, or everything is done and the tracker does not know. */
export type Verdict = "early" | "stuck";

/** What an exploration found. */
export interface Exploration {
  readonly states: number;
  readonly steps: number;
  readonly verdicts: ReadonlySet<Verdict>;
  /** For the first of each verdict, what was done until then. */
  readonly traces: ReadonlyMap<Verdict, readonly string[]>;
}

interface Message {
  readonly worker: number;
  readonly location: number;
  readonly time: number;
}

interface State {
  /** The time of the input's capability; −1 when it was dropped. Worker 0 holds it. */
  readonly input: number;
  /** Tokens that the input may still send. */
  readonly tokens: number;
  /** In the order of their codes. */
  readonly messages: readonly Message[];
  /** By worker the batches under way to the tracker: frames, by number. */
  readonly channels: readonly (readonly number[])[];
  /** What the tracker was told, by number. */
  readonly view: number;
  /** Whether a batch has arrived twice. */
  readonly doubled: boolean;
}

const WORKERS = [0, 1];
const LAST_TIME = 1;

/** Explores all states that so many tokens can lead to; stops early when both verdicts are found. */
export function explore(tokens: number, variant: Variant): Exploration {
  return new Explorer(variant).explore(tokens);
}

/** A state, and how it was reached. */
interface Step {
  readonly state: State;
  readonly what: () => string;
  readonly before: Step | null;
}

/** What can be done next, put into words when somebody asks. */
type Action = readonly [what: () => string, reached: State];

class Explorer {
  readonly #variant: Variant;
  readonly #frames = new Frames();
  readonly #views: Views;

  constructor(variant: Variant) {
    this.#variant = variant;
    this.#views = new Views(this.#frames, variant.clamped);
  }

  explore(tokens: number): Exploration {
    const view = this.#views.of([[0, 0, 1]]);
    const start: State = {
      input: 0,
      tokens,
      messages: [],
      channels: [[], []],
      view,
      doubled: false,
    };
    const seen = new Set([nameOf(start)]);
    const open: Step[] = [{ state: start, what: () => "", before: null }];
    const traces = new Map<Verdict, readonly string[]>();
    let steps = 0;
    for (let at = open.pop(); at !== undefined && traces.size < 2; at = open.pop()) {
      const next = this.#actions(at.state);
      steps += next.length;
      const verdict = this.#judge(at.state, next.length === 0);
      if (verdict !== null && !traces.has(verdict)) traces.set(verdict, traceOf(at));
      for (const [what, state] of next) {
        const { size } = seen.add(nameOf(state));
        if (size > this.#size) open.push({ state, what, before: at });
        this.#size = size;
      }
    }
    return { states: seen.size, steps, verdicts: new Set(traces.keys()), traces };
  }

  // How many states were seen when somebody last looked; the first one is.
  #size = 1;

  #judge({ messages, input, view }: State, isOver: boolean): Verdict | null {
    const isEarly = (location: number, time: number) =>
      REACH.some(([from, to, by]) =>
        from === location && this.#views.isComplete(view, to, time + by)
      );
    if (input >= 0 && isEarly(0, input)) return "early";
    if (messages.some(({ location, time }) => isEarly(location, time))) return "early";
    return isOver && !this.#views.isEmpty(view) ? "stuck" : null;
  }

  /** Everything that can happen next. */
  #actions(state: State): Action[] {
    const actions: Action[] = [];
    this.#feed(state, actions);
    state.messages.forEach((message, i) => {
      if (i > 0 && codeOf(message) === codeOf(state.messages[i - 1])) return;
      const { worker, location, time } = message;
      const rest = { ...state, messages: state.messages.filter((_message, j) => j !== i) };
      const consumed: Change = [location, time, -1];
      const what = () => `worker ${worker} takes ${time} at ${location}`;
      actions.push([what, this.#send(rest, worker, [consumed])]);
      if (location !== 1) return;
      const out = this.#sending(rest, worker, { worker, location: 3, time }, consumed);
      actions.push([() => `${what()}, out`, out]);
      if (time === LAST_TIME) return;
      const next = { worker: 1 - worker, location: 1, time: time + 1 };
      actions.push([() => `${what()}, round`, this.#sending(rest, worker, next, consumed)]);
    });
    this.#arrive(state, actions);
    return actions;
  }

  #feed(state: State, actions: Action[]): void {
    const { input, tokens } = state;
    if (input < 0) return;
    for (const worker of tokens > 0 ? WORKERS : []) {
      const fewer = { ...state, tokens: tokens - 1 };
      const sent = this.#sending(fewer, 0, { worker, location: 1, time: input }, null);
      actions.push([() => `the input sends to ${worker}`, sent]);
    }
    const closed = this.#send({ ...state, input: -1 }, 0, [[0, input, -1]]);
    actions.push([() => "the input closes", closed]);
    if (input === LAST_TIME) return;
    const moved: Change[] = [[0, input + 1, 1], [0, input, -1]];
    const advanced = this.#send({ ...state, input: input + 1 }, 0, moved);
    actions.push([() => "the input advances", advanced]);
  }

  #arrive(state: State, actions: Action[]): void {
    const { channel: order, doubled } = this.#variant;
    for (const worker of WORKERS) {
      const channel = state.channels[worker];
      const reachable = order === "in order" ? channel.slice(0, 1) : channel;
      reachable.forEach((frame, i) => {
        const channels = state.channels.map((other, w) =>
          w === worker ? other.filter((_batch, j) => j !== i) : other
        );
        const view = this.#views.after(state.view, frame);
        const what = () => `batch ${this.#frames.show(frame)} of ${worker} arrives`;
        actions.push([what, { ...state, channels, view }]);
        if (!doubled || state.doubled) return;
        const twice = { ...state, channels, view: this.#views.after(view, frame), doubled: true };
        actions.push([() => `${what()} twice`, twice]);
      });
    }
  }

  #sending(state: State, worker: number, message: Message, consumed: Change | null): State {
    const sent: Change = [message.location, message.time, 1];
    const messages = [...state.messages, message].sort((a, b) => codeOf(a) - codeOf(b));
    return this.#send(
      { ...state, messages },
      worker,
      consumed === null ? [sent] : [sent, consumed],
    );
  }

  #send(state: State, worker: number, batch: readonly Change[]): State {
    const { batches } = this.#variant;
    const plus = batch.filter(([, , delta]) => delta > 0);
    const minus = batch.filter(([, , delta]) => delta < 0);
    const parts = batches === "whole"
      ? [batch]
      : batches === "decrements first"
      ? [minus, plus]
      : [plus, minus];
    const frames = parts.filter((part) => part.length > 0).map((part) => this.#frames.of(part));
    const channels = state.channels.map((channel, w) =>
      w === worker ? [...channel, ...frames] : channel
    );
    return { ...state, channels };
  }
}

function traceOf(last: Step): string[] {
  const trace: string[] = [];
  for (let step = last; step.before !== null; step = step.before) trace.unshift(step.what());
  return trace;
}

/** Below 16. */
function codeOf({ worker, location, time }: Message): number {
  return location * 4 + time * 2 + worker;
}

/** Equal states have equal names, a few characters long: a million of them have to be kept. */
function nameOf({ input, tokens, messages, channels, view, doubled }: State): string {
  let name = String.fromCharCode(input + 1 + 4 * tokens + (doubled ? 64 : 0), messages.length);
  for (let i = 0; i < messages.length; i++) name += String.fromCharCode(codeOf(messages[i]));
  for (const channel of channels) {
    name += String.fromCharCode(channel.length);
    for (let i = 0; i < channel.length; i++) name += String.fromCharCode(channel[i]);
  }
  return name + String.fromCharCode(view & 255, view >> 8);
}
