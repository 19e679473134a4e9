/**
 * The requests of one vertex, from the moment they are made until they are delivered.
 *
 * @module
 */
import { compareTimes, equalTimes, lessEqual, type Time } from "../progress/time.ts";
import { TimeMap } from "../operators/contract/time_map.ts";
import type { Request } from "../operators/contract/turn.ts";

/** So many requests are looked at one by one. */
const FEW = 8;

/** Tells which requests are due; the vertex that asked does, from its frontiers. */
export interface RequestGate {
  /** Whether the request's time is complete on the inputs it names. */
  isDeliverable(request: Request): boolean;
  /** Whether, that one being refused, no later request for all inputs can be due either. */
  blocksLater(request: Request): boolean;
}

/**
 * Requests in the order of `compareTimes`, notifications before the dropping of state at equal times.
 * Requests usually come in order and are taken from the front, so that both ends are cheap.
 *
 * A request that was found due is on its way to the vertex's callback. Until it gets there it still keeps
 * its right, and an equal one made meanwhile merges with it.
 */
export class RequestQueue {
  #items: (Request | null)[] = [];
  #head = 0;
  #end = 0;
  // Requests for earlier times than the last one's: sorted in together, when somebody looks. One by one
  // each would move half of what waits.
  #early: Request[] = [];
  #earlyAt = new TimeMap<Request[]>();
  // Requests that look at some of the inputs only; while there are none, a scan may stop early.
  #masked = 0;
  // On their way, in the order in which they will most likely arrive; those before `#dueHead` have.
  // The array keeps its length, because emptying a hot one is slow.
  readonly #due: (Request | null)[] = [];
  #dueHead = 0;
  #dueEnd = 0;
  #latestDue: Request | null = null;
  // Those of them that have arrived before others: requests made while they are delivered may go first.
  readonly #arrived = new Set<Request>();
  // By time, once there are so many that a look at each would cost.
  #dueAt: TimeMap<Request[]> | null = null;

  /** How many requests wait for their time. */
  get size(): number {
    return this.#end - this.#head + this.#early.length;
  }

  /** Adds a request; false when there is an equal one already, with which it merges. */
  add(request: Request): boolean {
    if (this.#isDue(request) || this.#isEarly(request)) return false;
    let at = this.#end;
    if (at > this.#head && compareRequests(this.#items[at - 1]!, request) > 0) {
      at = this.#search(request);
      if (this.#hasFrom(at, request)) return false;
      this.#early.push(request);
      this.#earlyAt.getOrInsert(request.time, () => []).push(request);
    } else {
      while (at > this.#head && compareRequests(this.#items[at - 1]!, request) === 0) at--;
      if (this.#hasFrom(at, request)) return false;
      this.#append(request);
    }
    if (request.inputs !== null) this.#masked++;
    return true;
  }

  /** Sends every request that the gate lets through on its way, and puts it into `into`, earliest first. */
  takeDeliverable(gate: RequestGate, into: Request[]): void {
    this.#sortIn();
    let kept = this.#head;
    for (let i = this.#head; i < this.#end; i++) {
      const request = this.#items[i]!;
      if (gate.isDeliverable(request)) {
        if (request.inputs !== null) this.#masked--;
        into.push(request);
        this.#send(request);
        this.#items[i] = null;
        if (kept === i && kept === this.#head) kept = ++this.#head;
        continue;
      }
      if (kept === i && this.#masked === 0 && gate.blocksLater(request)) return;
      if (kept !== i) {
        this.#items[kept] = request;
        this.#items[i] = null;
      }
      kept++;
    }
    this.#end = kept;
    if (this.#head === this.#end) this.#head = this.#end = 0;
  }

  /** A request that was on its way has arrived: its callback begins. */
  delivered(request: Request): void {
    const due = this.#due;
    if (due[this.#dueHead] === request) due[this.#dueHead++] = null;
    else this.#arrived.add(request);
    while (this.#arrived.size > 0 && this.#arrived.delete(due[this.#dueHead]!)) {
      due[this.#dueHead++] = null;
    }
    if (this.#dueHead < this.#dueEnd) {
      if (this.#dueAt !== null) this.#forget(request, this.#dueAt);
      return;
    }
    this.#dueHead = this.#dueEnd = 0;
    this.#latestDue = null;
    this.#dueAt = null;
  }

  #forget(request: Request, dueAt: TimeMap<Request[]>): void {
    const left = dueAt.get(request.time)!.filter((other) => other !== request);
    if (left.length === 0) dueAt.delete(request.time);
    else dueAt.set(request.time, left);
  }

  /** Whether a request that was not delivered keeps a right at the output that covers `time`. */
  covers(output: number, time: Time, allows = lessEqual): boolean {
    return this.#some(({ capability, outputs }) =>
      capability !== null && allows(capability, time) &&
      (outputs === null || outputs.includes(output))
    );
  }

  /** Whether a notification at or before `time` was not delivered yet. */
  hasNotificationUpTo(time: Time): boolean {
    for (let i = this.#head; i < this.#end; i++) {
      const request = this.#items[i]!;
      // They are in an order that extends the partial one: from here on none is at or before it.
      if (compareTimes(request.time, time) > 0) break;
      if (request.cleanUp === null && lessEqual(request.time, time)) return true;
    }
    const holds = (request: Request) => request.cleanUp === null && lessEqual(request.time, time);
    return this.#someDue(holds) || this.#early.some(holds);
  }

  /** Visits the requests that wait for their time, earliest first. */
  forEach(visit: (request: Request) => void): void {
    this.#sortIn();
    for (let i = this.#head; i < this.#end; i++) visit(this.#items[i]!);
  }

  #send(request: Request): void {
    // A vertex that always has one on its way must not keep a place for each that ever was.
    if (
      this.#dueHead > FEW && this.#dueEnd === this.#due.length && 2 * this.#dueHead > this.#dueEnd
    ) {
      this.#due.copyWithin(0, this.#dueHead, this.#dueEnd);
      this.#dueEnd -= this.#dueHead;
      this.#due.fill(null, this.#dueEnd);
      this.#dueHead = 0;
    }
    this.#due[this.#dueEnd++] = request;
    const latest = this.#latestDue;
    if (latest === null || compareRequests(latest, request) < 0) this.#latestDue = request;
    this.#dueAt?.getOrInsert(request.time, () => []).push(request);
  }

  /** Most requests are for later than anything that is due, and none is looked at. */
  #isDue(request: Request): boolean {
    if (this.#latestDue === null || compareRequests(this.#latestDue, request) < 0) return false;
    const equals = (due: Request) => compareRequests(due, request) === 0 && isSame(due, request);
    if (this.#dueEnd - this.#dueHead <= FEW) return this.#someDue(equals);
    this.#dueAt ??= this.#dueByTime();
    return this.#dueAt.get(request.time)?.some(equals) ?? false;
  }

  #dueByTime(): TimeMap<Request[]> {
    const byTime = new TimeMap<Request[]>();
    this.#someDue((due) => {
      if (!this.#arrived.has(due)) byTime.getOrInsert(due.time, () => []).push(due);
      return false;
    });
    return byTime;
  }

  #some(holds: (request: Request) => boolean): boolean {
    for (let i = this.#head; i < this.#end; i++) if (holds(this.#items[i]!)) return true;
    return this.#someDue(holds) || this.#early.some(holds);
  }

  #someDue(holds: (request: Request) => boolean): boolean {
    for (let i = this.#dueHead; i < this.#dueEnd; i++) {
      const due = this.#due[i]!;
      if (holds(due) && !this.#arrived.has(due)) return true;
    }
    return false;
  }

  #append(request: Request): void {
    if (this.#end === this.#items.length && this.#head > this.#items.length >> 1) {
      this.#items.copyWithin(0, this.#head, this.#end);
      this.#end -= this.#head;
      this.#items.fill(null, this.#end);
      this.#head = 0;
    }
    this.#items[this.#end++] = request;
  }

  /** Whether an equal one is among those of its order from a position on. */
  #hasFrom(at: number, request: Request): boolean {
    for (let i = at; i < this.#end && compareRequests(this.#items[i]!, request) === 0; i++) {
      if (isSame(this.#items[i]!, request)) return true;
    }
    return false;
  }

  #isEarly(request: Request): boolean {
    if (this.#early.length === 0) return false;
    const same = this.#earlyAt.get(request.time) ?? [];
    return same.some((other) => compareRequests(other, request) === 0 && isSame(other, request));
  }

  /** Brings the early ones to their places. */
  #sortIn(): void {
    if (this.#early.length === 0) return;
    if (this.#early.length <= FEW) return this.#sortInFew();
    const early = this.#early.sort(compareRequests);
    const items: Request[] = [];
    let next = 0;
    for (let i = this.#head; i < this.#end; i++) {
      const item = this.#items[i]!;
      while (next < early.length && compareRequests(early[next], item) < 0) {
        items.push(early[next++]);
      }
      items.push(item);
    }
    while (next < early.length) items.push(early[next++]);
    this.#items = items;
    this.#head = 0;
    this.#end = items.length;
    this.#early = [];
    this.#earlyAt = new TimeMap();
  }

  /** One by one: to move what is behind costs less than to make all anew, as long as they are few. */
  #sortInFew(): void {
    for (const request of this.#early) {
      const at = this.#search(request);
      if (at === this.#head && at > 0) this.#items[--this.#head] = request;
      else {
        this.#items.splice(at, 0, request);
        this.#end++;
      }
    }
    this.#early = [];
    this.#earlyAt = new TimeMap();
  }

  /** The first position whose request is not before the given one. */
  #search(request: Request): number {
    let low = this.#head;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareRequests(this.#items[middle]!, request) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Earlier times first; at equal times notifications before the dropping of state. */
export function compareRequests(a: Request, b: Request): number {
  const order = compareTimes(a.time, b.time);
  if (order !== 0) return order;
  return (a.cleanUp === null ? 0 : 1) - (b.cleanUp === null ? 0 : 1);
}

function isSame(a: Request, b: Request): boolean {
  if (a.cleanUp !== b.cleanUp) return false;
  if (a.capability === null || b.capability === null) {
    if (a.capability !== b.capability) return false;
  } else if (!equalTimes(a.capability, b.capability)) return false;
  return samePorts(a.inputs, b.inputs) && samePorts(a.outputs, b.outputs);
}

function samePorts(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((port, i) => port === b[i]);
}
