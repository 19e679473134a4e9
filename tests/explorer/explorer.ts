/**
 * Explores every interleaving of a small case of the progress protocol, with the production tracker: two
 * workers pass tokens through a loop and out of it, and tell the tracker in numbered batches. Deliberately
 * wrong variants of the protocol have to be found out.
 *
 * The graph, at the root with one coordinate: an input's capability (0), the loop's input (1) and output
 * (2), from where records go round at a later time or to the exit (3).
 * @module
 */

import { ChangeBatch, planTracker, Summary, Tracker } from "../../progress/mod.ts";

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
  readonly verdicts: ReadonlySet<Verdict>;
  /** For the first of each verdict, what was done until then. */
  readonly traces: ReadonlyMap<Verdict, readonly string[]>;
}

type Change = readonly [location: number, time: number, delta: number];
type Message = readonly [worker: number, location: number, time: number];

interface State {
  /** The time of the input's capability; −1 when it was dropped. Worker 0 holds it. */
  readonly input: number;
  /** Tokens that the input may still send. */
  readonly tokens: number;
  readonly messages: readonly Message[];
  /** By worker the batches under way to the tracker. */
  readonly channels: readonly (readonly (readonly Change[])[])[];
  /** What the tracker was told, summed up. */
  readonly view: ReadonlyMap<string, number>;
  /** Whether a batch has arrived twice. */
  readonly doubled: boolean;
}

const WORKERS = [0, 1];
const LAST_TIME = 1;
/** From and to: by how much times grow at least; only pairs that are reached are listed. */
const REACH: readonly (readonly [from: number, to: number, by: number])[] = [
  [0, 0, 0],
  [0, 1, 0],
  [0, 2, 0],
  [0, 3, 0],
  [1, 1, 0],
  [1, 2, 0],
  [1, 3, 0],
  [3, 3, 0],
];

const plan = planTracker({
  locations: ["input", "loop.in", "loop.out", "exit"].map((name) => ({
    name,
    depth: 1,
    watched: true,
  })),
  edges: [
    { from: 0, to: 1, summary: Summary.identity(1) },
    { from: 1, to: 2, summary: Summary.identity(1) },
    { from: 2, to: 1, summary: Summary.feedback(1) },
    { from: 2, to: 3, summary: Summary.identity(1) },
  ],
});

/** Explores all states that so many tokens can lead to; stops early when both verdicts are found. */
export function explore(tokens: number, variant: Variant): Exploration {
  const start: State = {
    input: 0,
    tokens,
    messages: [],
    channels: [[], []],
    view: new Map([["0,0", 1]]),
    doubled: false,
  };
  const seen = new Set([nameOf(start)]);
  const open: Step[] = [{ state: start, what: "", before: null }];
  const traces = new Map<Verdict, readonly string[]>();
  for (let at = open.pop(); at !== undefined && traces.size < 2; at = open.pop()) {
    const { state } = at;
    const next = [...actions(state, variant)];
    const verdict = judge(state, next.length === 0);
    if (verdict !== null && !traces.has(verdict)) traces.set(verdict, traceOf(at));
    for (const [what, reached] of next) {
      const name = nameOf(reached);
      if (seen.has(name)) continue;
      seen.add(name);
      open.push({ state: reached, what, before: at });
    }
  }
  return { states: seen.size, verdicts: new Set(traces.keys()), traces };
}

/** A state, and how it was reached. */
interface Step {
  readonly state: State;
  readonly what: string;
  readonly before: Step | null;
}

function traceOf(last: Step): string[] {
  const trace: string[] = [];
  for (let step = last; step.before !== null; step = step.before) trace.unshift(step.what);
  return trace;
}

function judge(state: State, isOver: boolean): Verdict | null {
  const tracker = new Tracker(plan);
  const changes = new ChangeBatch();
  for (const [place, count] of state.view) {
    const [location, time] = place.split(",").map(Number);
    changes.add(plan.slotOf[location], time, count);
  }
  tracker.apply(changes);
  tracker.propagate();
  const outstanding = state.messages.map(([, location, time]) => [location, time]);
  if (state.input >= 0) outstanding.push([0, state.input]);
  for (const [location, time] of outstanding) {
    for (const [from, to, by] of REACH) {
      if (from === location && tracker.isComplete(plan.slotOf[to], time + by)) return "early";
    }
  }
  return isOver && !tracker.allEmpty() ? "stuck" : null;
}

/** Everything that can happen next. */
function* actions(state: State, variant: Variant): Generator<[what: string, reached: State]> {
  yield* inputActions(state, variant);
  for (const [i, [worker, location, time]] of state.messages.entries()) {
    const rest = { ...state, messages: state.messages.filter((_message, j) => j !== i) };
    const consumed: Change = [location, time, -1];
    const what = `worker ${worker} takes ${time} at ${location}`;
    yield [what, send(rest, worker, [consumed], variant)];
    if (location !== 1) continue;
    yield [`${what}, out`, sending(rest, worker, [worker, 3, time], consumed, variant)];
    if (time === LAST_TIME) continue;
    const other = 1 - worker;
    yield [`${what}, round`, sending(rest, worker, [other, 1, time + 1], consumed, variant)];
  }
  yield* arrivals(state, variant);
}

function* inputActions(state: State, variant: Variant): Generator<[string, State]> {
  const { input } = state;
  if (input < 0) return;
  for (const worker of state.tokens > 0 ? WORKERS : []) {
    const fewer = { ...state, tokens: state.tokens - 1 };
    yield [`the input sends to ${worker}`, sending(fewer, 0, [worker, 1, input], null, variant)];
  }
  yield ["the input closes", send({ ...state, input: -1 }, 0, [[0, input, -1]], variant)];
  if (input === LAST_TIME) return;
  const moved: Change[] = [[0, input + 1, 1], [0, input, -1]];
  yield ["the input advances", send({ ...state, input: input + 1 }, 0, moved, variant)];
}

function* arrivals(state: State, variant: Variant): Generator<[string, State]> {
  for (const worker of WORKERS) {
    const channel = state.channels[worker];
    const reachable = variant.channel === "in order" ? channel.slice(0, 1) : channel;
    for (const [i, batch] of reachable.entries()) {
      const channels = state.channels.map((other, w) =>
        w === worker ? other.filter((_batch, j) => j !== i) : other
      );
      const arrived = { ...state, channels, view: applied(state.view, batch, variant) };
      yield [`batch [${batch.join(" | ")}] of ${worker} arrives`, arrived];
      if (!variant.doubled || state.doubled) continue;
      const view = applied(arrived.view, batch, variant);
      yield [`… and once more`, { ...arrived, view, doubled: true }];
    }
  }
}

function sending(
  state: State,
  worker: number,
  message: Message,
  consumed: Change | null,
  variant: Variant,
): State {
  const [, location, time] = message;
  const sent: Change = [location, time, 1];
  const messages = [...state.messages, message];
  return send(
    { ...state, messages },
    worker,
    consumed === null ? [sent] : [sent, consumed],
    variant,
  );
}

function send(state: State, worker: number, batch: Change[], { batches }: Variant): State {
  const plus = batch.filter(([, , delta]) => delta > 0);
  const minus = batch.filter(([, , delta]) => delta < 0);
  const parts = batches === "whole"
    ? [batch]
    : batches === "decrements first"
    ? [minus, plus]
    : [plus, minus];
  const added = parts.filter((part) => part.length > 0);
  const channels = state.channels.map((channel, w) =>
    w === worker ? [...channel, ...added] : channel
  );
  return { ...state, channels };
}

function applied(
  view: ReadonlyMap<string, number>,
  batch: readonly Change[],
  { clamped }: Variant,
): Map<string, number> {
  const after = new Map(view);
  for (const [location, time, delta] of batch) {
    const place = `${location},${time}`;
    const sum = (after.get(place) ?? 0) + delta;
    const count = clamped ? Math.max(0, sum) : sum;
    if (count === 0) after.delete(place);
    else after.set(place, count);
  }
  return after;
}

/** Equal states have equal names: messages and counts are sets. */
function nameOf({ input, tokens, messages, channels, view, doubled }: State): string {
  return JSON.stringify([
    input,
    tokens,
    messages.map(String).sort(),
    channels,
    [...view].map(String).sort(),
    doubled,
  ]);
}
