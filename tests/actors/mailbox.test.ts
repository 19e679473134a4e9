import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Inlet } from "../../actors/inlet.ts";
import { DownstreamFirst, EntryRing, FirstInFirstOut, type Mailbox } from "../../actors/mailbox.ts";
import { RandomOrder } from "../../actors/random_order.ts";
import type { Batch } from "../../operators/contract/batch.ts";
import { Request } from "../../operators/contract/turn.ts";
import {
  batchOf,
  drain,
  entriesOf,
  type Entry,
  inletOf,
  recordsIn,
  resumeOf,
  type Send,
  takeFrom,
  turnOf,
} from "./entries.ts";

describe("EntryRing", () => {
  it("is an array with push and shift, across growth and wraparound", () => {
    const step = fc.record({ pushes: fc.nat(90), shifts: fc.nat(90) });
    fc.assert(fc.property(fc.array(step, { maxLength: 12, size: "max" }), (steps) => {
      const ring = new EntryRing();
      const model: Entry[] = [];
      let made = 0;
      for (const { pushes, shifts } of steps) {
        for (let i = 0; i < pushes; i++) {
          const entry: Entry = [inletOf(made), made++];
          ring.push(...entry);
          model.push(entry);
        }
        for (let i = 0; i < shifts && model.length > 0; i++) {
          expect([ring.inlet, ring.payload]).toEqual(model[0]);
          ring.shift();
          model.shift();
        }
        const visited: Entry[] = [];
        ring.forEach((inlet, payload) => visited.push([inlet, payload]));
        expect(visited).toEqual(model);
        expect(ring.size).toBe(model.length);
      }
    }));
  });

  it("grows when its oldest entry lies in the middle", () => {
    const ring = new EntryRing();
    const inlet = inletOf(0);
    for (let i = 0; i < 64; i++) ring.push(inlet, i);
    for (let i = 0; i < 40; i++) ring.shift();
    for (let i = 64; i < 200; i++) ring.push(inlet, i);
    const left: unknown[] = [];
    for (; ring.size > 0; ring.shift()) left.push(ring.payload);
    expect(left).toEqual(Array.from({ length: 160 }, (_unused, i) => 40 + i));
  });

  it("keeps no payload alive that was taken", () => {
    const ring = new EntryRing();
    // Once round, so that the oldest place is looked at again.
    for (let i = 0; i < 64; i++) {
      ring.push(inletOf(0), "x");
      ring.shift();
    }
    expect([ring.size, ring.payload]).toEqual([0, null]);
  });
});

const [a, b, c] = [inletOf(0), inletOf(1), inletOf(2)];
const [back, further] = [inletOf(3, true), inletOf(4, true)];
const resume = resumeOf(5);
const dueAt = (time: number) => new Request(time, null, null, null, null);
const sending = (...sends: [record: string, ...targets: Inlet[]][]): Send[] =>
  sends.map(([record, ...targets]) => ({ targets, batch: batchOf(record) }));

describe("DownstreamFirst (downstream first, older times first)", () => {
  it("takes the first batch of a turn first, target by target", () => {
    const mailbox = new DownstreamFirst();
    const sends = sending(["one", a, b], ["two", a], ["three", c, a]);
    mailbox.post(turnOf(sends), null);
    expect(drain(mailbox)).toEqual(entriesOf(sends));
    expect(mailbox.take()).toBe(false);
  });

  it("carries a batch through everything downstream before the next is touched", () => {
    const mailbox = new DownstreamFirst();
    mailbox.post(turnOf(sending(["1", a], ["2", a])), null);
    const order: unknown[] = [];
    for (let entry = takeFrom(mailbox); entry !== null; entry = takeFrom(mailbox)) {
      const record = recordsIn([entry])[0] as string;
      order.push(record);
      const next = entry[0] === a ? b : entry[0] === b ? c : null;
      if (next === null) continue;
      mailbox.post(turnOf(sending([`${record}.1`, next], [`${record}.2`, next])), null);
    }
    // A walk through the tree of what was made, parents first.
    expect(order).toEqual([...order].sort());
    expect(order.length).toBe(2 + 4 + 8);
  });

  it("puts the continuation of a vertex below its own output, above what waited before", () => {
    const mailbox = new DownstreamFirst();
    mailbox.post(turnOf(sending(["before", c])), null);
    mailbox.post(turnOf(sending(["one", a], ["two", a])), resume);
    expect(recordsIn(drain(mailbox))).toEqual(["one", "two", "resume", "before"]);
  });

  it("takes what goes to a feedback last, in the order in which it was sent", () => {
    const mailbox = new DownstreamFirst();
    mailbox.post(turnOf(sending(["one", back, a, further], ["two", back])), resume);
    mailbox.postOne([b, back], batchOf("three"));
    mailbox.put(c, batchOf("four"));
    expect(drain(mailbox).map(([inlet, payload]) => [inlet, recordsIn([[inlet, payload]])[0]]))
      .toEqual([
        [b, "three"],
        [a, "one"],
        [resume, "resume"],
        [c, "four"],
        [back, "one"],
        [further, "one"],
        [back, "two"],
        [back, "three"],
      ]);
  });

  it("takes what was put off in its order, when nothing waits downstream", () => {
    const mailbox = new DownstreamFirst();
    mailbox.put(a, batchOf("task 1"));
    mailbox.post(turnOf(sending(["sent", c])), resume);
    mailbox.put(b, batchOf("task 2"));
    expect(recordsIn(drain(mailbox))).toEqual(["sent", "resume", "task 1", "task 2"]);
  });

  it("takes notifications after news, earlier times first although they became due later", () => {
    const mailbox = new DownstreamFirst();
    mailbox.post(turnOf(sending(["round", back])), null);
    mailbox.putDue([a, b], [dueAt(2), dueAt(5)]);
    mailbox.putDue([c, a], [dueAt(3), dueAt(5)]);
    mailbox.put(b, batchOf("news"));
    const taken = drain(mailbox).map(([inlet, payload]) => [
      inlet,
      payload instanceof Request ? payload.time : "no time",
    ]);
    expect(taken).toEqual([[b, "no time"], [a, 2], [c, 3], [b, 5], [a, 5], [back, "no time"]]);
  });

  it("takes what was put back before anything else", () => {
    const mailbox = new DownstreamFirst();
    mailbox.post(turnOf(sending(["sent", c])), null);
    mailbox.putBack(a, batchOf("second"));
    mailbox.putBack(a, batchOf("first"));
    expect(recordsIn(drain(mailbox))).toEqual(["first", "second", "sent"]);
  });
});

describe("FirstInFirstOut", () => {
  it("takes everything in the order in which it was put in, feedbacks and continuations too", () => {
    const mailbox = new FirstInFirstOut();
    mailbox.post(turnOf(sending(["1", back, a], ["2", b])), resume);
    mailbox.put(b, batchOf("3"));
    mailbox.postOne([further, a], batchOf("4"));
    mailbox.putBack(b, batchOf("0"));
    expect(recordsIn(drain(mailbox))).toEqual(["0", "1", "1", "2", "resume", "3", "4", "4"]);
  });
});

const inlets = [a, b, c, back, further];

/** Who puts something in. */
type Origin = "turn" | "news" | "due" | "back";

/** What a policy may take next, by a list that is searched. */
interface Model {
  add(entries: readonly Entry[], origin: Origin): void;
  /** Removes the entry; false when it must not be the next. */
  take(entry: Entry): boolean;
  readonly waiting: readonly Entry[];
}

const isSame = ([inlet, payload]: Entry, other: Entry) =>
  inlet === other[0] && payload === other[1];

function removeFrom(list: Entry[], at: number, entry: Entry): boolean {
  if (at < 0 || !isSame(list[at], entry)) return false;
  list.splice(at, 1);
  return true;
}

/** A stack, then news in a row, then notifications by time, then what goes to a feedback. */
function stackModel(): Model {
  let stack: Entry[] = [];
  const news: Entry[] = [];
  let due: Entry[] = [];
  const feedback: Entry[] = [];
  const timeOf = ([, request]: Entry) => (request as Request).time as number;
  return {
    add(entries, origin) {
      if (origin === "news") return void news.push(...entries);
      if (origin === "due") {
        due = [...due, ...entries].sort((one, other) => timeOf(one) - timeOf(other));
        return;
      }
      const isLate = ([inlet]: Entry) => origin === "turn" && inlet.deferred;
      stack = [...entries.filter((entry) => !isLate(entry)), ...stack];
      feedback.push(...entries.filter(isLate));
    },
    take: (entry) =>
      removeFrom([stack, news, due, feedback].find((list) => list.length > 0) ?? [], 0, entry),
    get waiting() {
      return [...stack, ...news, ...due, ...feedback];
    },
  };
}

/** Everything in a row; the first entry, or the first of its inlet, may be taken. */
function rowModel(byInlet: boolean): Model {
  const row: Entry[] = [];
  return {
    add: (entries, origin) =>
      void (origin === "back" ? row.unshift(...entries) : row.push(...entries)),
    take: (entry) =>
      removeFrom(row, byInlet ? row.findIndex(([inlet]) => inlet === entry[0]) : 0, entry),
    waiting: row,
  };
}

const policies: [name: string, make: (seed: number) => Mailbox, model: () => Model][] = [
  ["DownstreamFirst", () => new DownstreamFirst(), stackModel],
  ["FirstInFirstOut", () => new FirstInFirstOut(), () => rowModel(false)],
  ["RandomOrder", (seed) => new RandomOrder(seed), () => rowModel(true)],
];

type Operation =
  | { readonly kind: "post"; readonly sends: number[][]; readonly resume: boolean }
  | { readonly kind: "postOne" | "put" | "putDue" | "putBack"; readonly targets: number[] }
  | { readonly kind: "take"; readonly times: number };

const targets = fc.array(fc.nat(inlets.length - 1), { minLength: 1, maxLength: 4 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constant("post" as const),
    sends: fc.array(fc.uniqueArray(fc.nat(inlets.length - 1)), { maxLength: 4 }),
    resume: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("postOne", "put", "putDue", "putBack"),
    targets,
  }),
  fc.record({ kind: fc.constant("take" as const), times: fc.nat(8) }),
);

/** Puts entries into the mailbox and tells the model which those are. */
function put(mailbox: Mailbox, model: Model, step: Operation, label: () => string): void {
  if (step.kind === "take") return;
  if (step.kind === "post") {
    const sends = step.sends.map((indices) => ({
      targets: indices.map((i) => inlets[i]),
      batch: batchOf(label()),
    }));
    mailbox.post(turnOf(sends), step.resume ? resume : null);
    model.add([...entriesOf(sends), ...(step.resume ? [[resume, null] as const] : [])], "turn");
    return;
  }
  const chosen = step.targets.map((i) => inlets[i]);
  if (step.kind === "postOne") {
    const batch = batchOf(label());
    mailbox.postOne(chosen, batch);
    model.add(entriesOf([{ targets: chosen, batch }]), "turn");
    return;
  }
  if (step.kind === "putDue") {
    // Sorted, as the tracker hands them over; the targets give the times as well.
    const requests = step.targets.toSorted().map(dueAt);
    mailbox.putDue(chosen, requests);
    model.add(chosen.map((inlet, i): Entry => [inlet, requests[i]]), "due");
    return;
  }
  for (const inlet of chosen) {
    const entry: Entry = [inlet, batchOf(label())];
    mailbox[step.kind](...entry);
    model.add([entry], step.kind === "put" ? "news" : "back");
  }
}

function checkWaiting(mailbox: Mailbox, model: Model): void {
  const visited: Entry[] = [];
  mailbox.forEach((inlet, payload) => visited.push([inlet, payload]));
  expect(mailbox.size).toBe(model.waiting.length);
  expect(visited.length).toBe(model.waiting.length);
  const missing = [...model.waiting];
  for (const entry of visited) {
    expect(removeFrom(missing, missing.findIndex((other) => isSame(other, entry)), entry)).toBe(
      true,
    );
  }
}

for (const [name, make, modelOf] of policies) {
  describe(`${name}, as a mailbox`, () => {
    it("takes only what its order allows, loses nothing and doubles nothing", () => {
      const steps = fc.array(operation, { maxLength: 30, size: "max" });
      fc.assert(fc.property(fc.integer(), steps, (seed, operations) => {
        const mailbox = make(seed);
        const model = modelOf();
        let made = 0;
        for (const step of operations) {
          put(mailbox, model, step, () => `${made++}`);
          for (let i = 0; step.kind === "take" && i < step.times; i++) {
            const entry = takeFrom(mailbox);
            expect(entry === null ? model.waiting.length === 0 : model.take(entry)).toBe(true);
          }
          checkWaiting(mailbox, model);
        }
        for (const entry of drain(mailbox)) expect(model.take(entry)).toBe(true);
        expect(model.waiting).toEqual([]);
      }));
    });

    it("keeps the order of every edge while vertices send, give way and go on", () => {
      fc.assert(
        fc.property(
          fc.integer(),
          fc.array(fc.nat(), { maxLength: 120, size: "max" }),
          (seed, tape) => {
            const { sent, taken } = runGraph(make(seed), tape);
            expect(taken).toEqual(sent);
          },
        ),
      );
    });

    it("takes nothing when nothing waits", () => {
      const mailbox = make(1);
      expect([mailbox.take(), mailbox.size]).toEqual([false, 0]);
      const seen: unknown[] = [];
      mailbox.forEach((...entry) => seen.push(entry));
      expect(seen).toEqual([]);
    });
  });
}

/** By edge, the numbers of the batches. */
type Traffic = Record<string, number[]>;

/**
 * Five vertices: each sends to later ones, and to the last two, which are feedbacks, from where it goes
 * to the first again. The tape decides; at its end nobody sends any more.
 */
function runGraph(mailbox: Mailbox, tape: readonly number[]): { sent: Traffic; taken: Traffic } {
  const decisions = [...tape];
  const sent: Traffic = {};
  const taken: Traffic = {};
  const resumes = inlets.map((_inlet, i) => resumeOf(i));
  const suspended = new Set<number>();
  const backlog: Entry[][] = inlets.map(() => []);
  const targetsOf = (from: number) => {
    const choice = decisions.shift() ?? 0;
    const reached = inlets.filter((inlet, to) => inlet.deferred ? from !== to : to > from);
    return from >= 3 ? [a] : reached.filter((_inlet, i) => (choice >> i) & 1);
  };
  let number = 0;
  const act = (from: number) => {
    const count = (decisions.shift() ?? 0) % 4;
    const sends = Array.from({ length: count }, () => {
      const batch = batchOf([from, number++]);
      return { targets: targetsOf(from), batch };
    });
    for (const [{ port }, batch] of entriesOf(sends)) {
      (sent[`${from}-${port}`] ??= []).push(((batch as Batch).data as number[][])[0][1]);
    }
    const givesWay = (decisions.shift() ?? 0) % 3 === 1;
    mailbox.post(turnOf(sends), givesWay ? resumes[from] : null);
    if (givesWay) suspended.add(from);
    else suspended.delete(from);
  };
  const receive = ([inlet, payload]: Entry) => {
    if (suspended.has(inlet.port)) return void backlog[inlet.port].push([inlet, payload]);
    const [from, at] = ((payload as Batch).data as number[][])[0];
    (taken[`${from}-${inlet.port}`] ??= []).push(at);
    act(inlet.port);
  };
  for (act(0); mailbox.size > 0 || decisions.length > 0;) {
    const entry = takeFrom(mailbox);
    if (entry === null) act(0);
    else if (!resumes.includes(entry[0])) receive(entry);
    else {
      act(entry[0].port);
      if (!suspended.has(entry[0].port)) backlog[entry[0].port].splice(0).forEach(receive);
    }
  }
  return { sent, taken };
}
