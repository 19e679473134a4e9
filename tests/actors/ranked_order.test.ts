import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Inlet, MESSAGE, NOTIFY, RESUME, Route } from "../../actors/inlet.ts";
import { Ranking } from "../../actors/priority.ts";
import type { ProgressActor } from "../../actors/progress_actor.ts";
import { RankedOrder } from "../../actors/ranked_order.ts";
import type { VertexActor } from "../../actors/vertex_actor.ts";
import { Batch } from "../../operators/contract/batch.ts";
import { Request } from "../../operators/contract/turn.ts";
import { turnOf } from "./entries.ts";

/** A vertex with one input and one output, and nothing behind it. */
interface Vertex {
  readonly inlet: Inlet;
  readonly resume: Inlet;
  readonly notify: Inlet;
  readonly route: Route;
  readonly actor: { isHeld: boolean };
}

function vertexOf(name: string, deferred = false): Vertex {
  const route = new Route();
  const port = { index: 0, route };
  const context = {
    name,
    held: new Set(),
    outputs: [port],
    out: { out: port },
    reaches: () => true,
  };
  const actor = { context, isHeld: false, isDead: false, inputSlots: [-1] };
  const of = actor as unknown as VertexActor;
  return {
    inlet: new Inlet(MESSAGE, of, 0, deferred),
    resume: new Inlet(RESUME, of, -1),
    notify: new Inlet(NOTIFY, of, -1),
    route,
    actor,
  };
}

function orderOf(priority: (vertex: string, time: number) => number): RankedOrder {
  const progress = { isDead: false } as ProgressActor;
  return new RankedOrder(new Ranking(priority as never, "test"), progress);
}

const dueAt = (time: number) => new Request(time, null, null, null, null);

function takeFrom(order: RankedOrder): readonly [inlet: Inlet, payload: unknown] | null {
  if (!order.choose()) return null;
  order.take();
  return [order.inlet, order.payload];
}

function drain(order: RankedOrder): unknown[] {
  const all: unknown[] = [];
  for (let entry = takeFrom(order); entry !== null; entry = takeFrom(order)) {
    const [, payload] = entry;
    all.push(payload instanceof Batch ? payload.rows()[0] : (payload as Request)?.time);
  }
  return all;
}

const batchAt = (time: number, record: unknown) => new Batch<unknown>(time, [record]);
const told: string[] = [];
const sender = (name: string) => ({ admitted: () => void told.push(name) });

describe("RankedOrder", () => {
  it("takes equal ranks downstream first, then news, then what is due, then rounds, then the outside", () => {
    const [a, b, c] = [vertexOf("a"), vertexOf("b"), vertexOf("c")];
    const back = vertexOf("back", true);
    const order = orderOf(() => 5);
    order.admit(b.inlet, batchAt(0, "outside"), sender("outside"));
    order.putDue([a.notify, b.notify], [dueAt(3), dueAt(4)]);
    order.putDue([b.notify], [dueAt(2)]);
    order.put(c.inlet, batchAt(0, "news"));
    const sends = [
      { targets: [a.inlet, back.inlet], batch: batchAt(0, "one") },
      { targets: [b.inlet], batch: batchAt(0, "two") },
    ];
    order.post(turnOf(sends), null);
    expect(order.size).toBe(8);
    expect(drain(order)).toEqual(["one", "two", "news", 2, 3, 4, "one", "outside"]);
    expect([order.size, told.splice(0)]).toEqual([0, ["outside"]]);
  });

  it("lets what is urgent pass what is not, and pulls along what is before it at its inlet", () => {
    const [a, b] = [vertexOf("a"), vertexOf("b")];
    const order = orderOf((_vertex, time) => time);
    order.postOne([a.inlet], batchAt(7, "a7"));
    order.postOne([a.inlet], batchAt(1, "a1"));
    order.postOne([b.inlet], batchAt(4, "b4"));
    order.admit(b.inlet, batchAt(0, "b0"), sender("b"));
    expect(drain(order)).toEqual(["b0", "a7", "a1", "b4"]);
  });

  it("holds a vertex until what it has sent, as urgent or more so, was taken", () => {
    const [a, b] = [vertexOf("a"), vertexOf("b")];
    a.route.targets.push(b.inlet);
    const order = orderOf((vertex, time) => vertex === "a" ? time : 100);
    for (const time of [5, 5]) order.postOne([a.inlet], batchAt(time, `a${time}`));
    expect(takeFrom(order)![0]).toBe(a.inlet);
    order.post(turnOf([{ targets: [b.inlet], batch: batchAt(5, "b5") }]), a.resume);
    // The rest of the callback and the next message both wait for the message to b.
    expect(takeFrom(order)![0]).toBe(b.inlet);
    expect(takeFrom(order)![0]).toBe(a.resume);
    order.postOne([b.inlet], batchAt(5, "b5"));
    order.admit(a.inlet, batchAt(2, "a2"), sender("a"));
    // Something more urgent does not.
    expect(takeFrom(order)![1]).toMatchObject({ time: 2 });
    order.postOne([b.inlet], batchAt(2, "b2"));
    expect(drain(order)).toEqual(["b5", "b2", "a5"]);
  });

  it("leaves outside what comes for a vertex that is held back", () => {
    const a = vertexOf("a");
    const order = orderOf(() => 0);
    a.actor.isHeld = true;
    told.length = 0;
    order.admit(a.inlet, batchAt(0, "late"), sender("a"));
    expect([order.size, takeFrom(order), told]).toEqual([0, null, []]);
    a.actor.isHeld = false;
    expect([order.size, drain(order), told]).toEqual([1, ["late"], ["a"]]);
  });

  it("asks at most once for an entry", () => {
    const [a, b] = [vertexOf("a"), vertexOf("b")];
    let asked = 0;
    const order = orderOf(() => asked++);
    for (let i = 0; i < 50; i++) order.postOne([a.inlet, b.inlet], batchAt(i >> 1, i));
    drain(order);
    expect(asked).toBe(50);
  });
});

/** What is sent and not taken, as a list that is searched. */
interface Waiting {
  readonly inlet: Inlet;
  readonly payload: unknown;
  readonly rank: number;
  readonly cause: number;
}

const COUNT = 5;
const BUDGET = 3;

describe("RankedOrder, held against a search through everything that waits", () => {
  it("takes what is most urgent or in its way, keeps edges in order, and stays within bounds", () => {
    const tape = fc.array(fc.nat(), { maxLength: 100, size: "max" });
    const table = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 15, maxLength: 15 });
    fc.assert(fc.property(tape, table, (decisions, ranks) => new Run(decisions, ranks).toEnd()), {
      numRuns: 50,
    });
  });
});

/** Each vertex sends to some of the later ones; the last is a feedback to the first. */
class Run {
  readonly #decisions: number[];
  readonly #ranks: readonly number[];
  readonly #vertices = Array.from(
    { length: COUNT },
    (_unused, i) => vertexOf(`${i}`, i === COUNT - 1),
  );
  readonly #order: RankedOrder;
  readonly #waiting: Waiting[] = [];
  readonly #open = new Map<number, { left: number; time: number; rank: number }>();
  #made = 0;

  constructor(decisions: readonly number[], ranks: readonly number[]) {
    this.#decisions = [...decisions];
    this.#ranks = ranks;
    this.#order = orderOf((vertex, time) => this.#rank(Number(vertex), time));
    this.#vertices.forEach(({ route }, i) => {
      const later = this.#vertices.slice(i + 1).filter((_vertex, j) => (ranks[i] + j) % 2 === 0);
      const next = i === COUNT - 1 ? [this.#vertices[0]] : later;
      route.targets.push(...next.map(({ inlet }) => inlet));
    });
  }

  toEnd(): void {
    for (let outside = 0; outside < 12 || this.#waiting.length > 0;) {
      expect(this.#order.size).toBe(this.#waiting.length);
      if (outside < 12 && (this.#waiting.length === 0 || this.#choose(3) === 0)) {
        outside++;
        this.#admit();
      } else this.#take();
      this.#checkBounds();
    }
  }

  #rank(at: number, time: number): number {
    return this.#ranks[at * 3 + time];
  }

  #choose(limit: number): number {
    return (this.#decisions.shift() ?? 0) % limit;
  }

  #admit(): void {
    const [at, time] = [this.#choose(COUNT), this.#choose(3)];
    const { inlet } = this.#vertices[at];
    const payload = batchAt(time, this.#made++);
    this.#waiting.push({ inlet, payload, rank: this.#rank(at, time), cause: NaN });
    this.#order.admit(inlet, payload, sender(""));
  }

  #take(): void {
    const waiting = this.#waiting;
    const [inlet, payload] = takeFrom(this.#order)!;
    const entry = waiting.find((each) => each.inlet === inlet && each.payload === payload)!;
    expect(laneOf(waiting, entry)[0]).toBe(entry);
    expect(wanted(waiting, this.#vertices, this.#open)).toContain(entry);
    waiting.splice(waiting.indexOf(entry), 1);
    const at = Number(inlet.actor.context.name);
    const rest = this.#open.get(at);
    if (inlet.kind === RESUME) return this.#slice(at, rest!.time, rest!.rank, rest!.left);
    // A loop ends when the decisions do.
    const sends = this.#decisions.length === 0 ? 0 : this.#choose(3 * BUDGET);
    this.#slice(at, (payload as Batch).time as number, entry.rank, sends);
  }

  #slice(at: number, time: number, rank: number, left: number): void {
    const { route, resume } = this.#vertices[at];
    const now = Math.min(left, BUDGET);
    const sends = Array.from({ length: now }, () => {
      const batch = batchAt(time, this.#made++);
      for (const inlet of route.targets) {
        const to = Number(inlet.actor.context.name);
        this.#waiting.push({ inlet, payload: batch, rank: this.#rank(to, time), cause: rank });
      }
      return { targets: route.targets, batch };
    });
    if (left > now) {
      this.#waiting.push({ inlet: resume, payload: null, rank, cause: rank });
      this.#open.set(at, { left: left - now, time, rank });
    } else this.#open.delete(at);
    this.#order.post(turnOf(sends), left > now ? resume : null);
  }

  /** One slice for each rank of the callbacks that sent it, at every input but that of the feedback. */
  #checkBounds(): void {
    for (const vertex of this.#vertices.slice(0, -1)) {
      const sent = this.#waiting.filter(({ inlet, cause }) =>
        inlet === vertex.inlet && !isNaN(cause)
      );
      const causes = new Set(sent.map(({ cause }) => cause));
      expect(sent.length).toBeLessThanOrEqual(BUDGET * causes.size);
    }
  }
}

/** Those that wait at the same inlet and came the same way, first to last. */
function laneOf(waiting: readonly Waiting[], { inlet, cause }: Waiting): Waiting[] {
  return waiting.filter((each) => each.inlet === inlet && isNaN(each.cause) === isNaN(cause));
}

/** What may be taken: the first at the inlet of one of the most urgent, or what is in its way, and so on. */
function wanted(
  waiting: readonly Waiting[],
  vertices: readonly Vertex[],
  open: ReadonlyMap<number, unknown>,
): Waiting[] {
  const least = Math.min(...waiting.map(({ rank }) => rank));
  const found = new Set(
    waiting.filter(({ rank }) => rank === least).map((each) => laneOf(waiting, each)[0]),
  );
  const free: Waiting[] = [];
  for (const entry of found) {
    const at = Number(entry.inlet.actor.context.name);
    const obstacles = open.has(at) && entry.inlet.kind !== RESUME
      ? waiting.filter(({ inlet }) => inlet === vertices[at].resume)
      : waiting.filter(({ inlet, cause }) =>
        vertices[at].route.targets.includes(inlet) && !inlet.deferred && cause <= entry.rank
      );
    if (obstacles.length === 0) free.push(entry);
    for (const obstacle of obstacles) found.add(laneOf(waiting, obstacle)[0]);
  }
  return free;
}
