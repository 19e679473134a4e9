import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRequests, type RequestGate, RequestQueue } from "../../actors/request_queue.ts";
import { Request } from "../../operators/contract/turn.ts";
import { compareTimes, equalTimes, lessEqual, type Time } from "../../progress/time.ts";

const states = [{ drop: () => {} }, { drop: () => {} }];

type Ports = readonly number[] | null;

const notification = (
  time: Time,
  capability: Time | null = time,
  inputs: Ports = null,
  outputs: Ports = null,
) => new Request(time, capability, inputs, outputs, null);
const cleanUp = (time: Time, state = 0) => new Request(time, null, null, null, states[state]);

/** A vertex with these frontiers at its inputs, which decides as vertices do. */
class Frontiers implements RequestGate {
  inputs: readonly (readonly Time[])[];
  asked = 0;

  constructor(...inputs: (readonly Time[])[]) {
    this.inputs = inputs;
  }

  isDeliverable({ time, inputs }: Request): boolean {
    this.asked++;
    const looked = inputs === null ? this.inputs : inputs.map((input) => this.inputs[input]);
    return !looked.some((frontier) => frontier.some((element) => lessEqual(element, time)));
  }

  /** An element [e, 0, …] with e ≤ the first coordinate is at or before every later time. */
  blocksLater({ time }: Request): boolean {
    if (typeof time === "number") return true;
    return this.inputs.some((frontier) =>
      (frontier as readonly (readonly number[])[]).some(([first, ...rest]) =>
        first <= time[0] && rest.every((coordinate) => coordinate === 0)
      )
    );
  }
}

function listOf(queue: RequestQueue): Request[] {
  const list: Request[] = [];
  queue.forEach((request) => list.push(request));
  return list;
}

function taken(queue: RequestQueue, gate: RequestGate): Request[] {
  const due: Request[] = [];
  queue.takeDeliverable(gate, due);
  return due;
}

const samePorts = (a: Ports, b: Ports) => JSON.stringify(a) === JSON.stringify(b);
const sameRequest = (a: Request, b: Request) =>
  equalTimes(a.time, b.time) && a.cleanUp === b.cleanUp &&
  (a.capability === null || b.capability === null
    ? a.capability === b.capability
    : equalTimes(a.capability, b.capability)) &&
  samePorts(a.inputs, b.inputs) && samePorts(a.outputs, b.outputs);

/** A list that is searched and sorted from the start each time. */
class NaiveQueue {
  items: Request[] = [];
  due: Request[] = [];

  add(request: Request): boolean {
    const all = [...this.items, ...this.due];
    if (all.some((other) => sameRequest(other, request))) return false;
    this.items.push(request);
    return true;
  }

  take(gate: RequestGate): Request[] {
    const due = this.items.filter((request) => gate.isDeliverable(request));
    this.items = this.items.filter((request) => !due.includes(request));
    this.due.push(...due);
    return due;
  }

  delivered(request: Request): void {
    this.due = this.due.filter((other) => other !== request);
  }
}

/** Some of those on their way arrive: usually the first ones, but any may. */
function arrive(choices: readonly number[], queue: RequestQueue, naive: NaiveQueue): void {
  for (const choice of choices) {
    if (naive.due.length === 0) return;
    const request = naive.due[choice % 3 === 0 ? choice % naive.due.length : 0];
    queue.delivered(request);
    naive.delivered(request);
  }
}

/** Sorted by the order that is promised, and by identity where none is. */
function sorted(requests: readonly Request[]): Request[] {
  return [...requests].sort((a, b) => compareRequests(a, b) || ids.get(a)! - ids.get(b)!);
}
const ids = new Map<Request, number>();

function isInOrder(requests: readonly Request[]): boolean {
  return requests.every((request, i) => i === 0 || compareRequests(requests[i - 1], request) <= 0);
}

const coordinate = fc.nat(5);
const anyTime = (depth: number): fc.Arbitrary<Time> =>
  depth === 1 ? coordinate : fc.tuple(coordinate, coordinate);
const anyPorts = fc.constantFrom<Ports>(null, null, null, [0], [1]);

function anyRequest(depth: number, masked: boolean): fc.Arbitrary<Request> {
  const ports = masked ? anyPorts : fc.constant(null);
  const last = depth === 1 ? anyTime(1) : fc.oneof(
    anyTime(2),
    coordinate.map((first): Time => [first, Infinity]),
  );
  return fc.oneof(
    fc.tuple(anyTime(depth), fc.option(anyTime(depth)), ports, ports)
      .map(([time, capability, inputs, outputs]) =>
        notification(time, capability, inputs, outputs)
      ),
    fc.tuple(last, fc.nat(1)).map(([time, state]) => cleanUp(time, state)),
  );
}

/** The minimal times of some. */
const anyFrontier = (depth: number) =>
  fc.array(anyTime(depth), { maxLength: 3 }).map((times) =>
    times.filter((t, i) => !times.some((s, j) => lessEqual(s, t) && (!equalTimes(s, t) || j < i)))
  );

const anySteps = (depth: number, masked: boolean) =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: anyRequest(depth, masked) },
      { weight: 1, arbitrary: fc.tuple(anyFrontier(depth), anyFrontier(depth)) },
      { weight: 1, arbitrary: fc.record({ arrive: fc.array(fc.nat(), { maxLength: 8 }) }) },
    ),
    { maxLength: 80, size: "max" },
  );

describe("RequestQueue against a list", () => {
  for (const depth of [1, 2]) {
    for (const masked of [false, true]) {
      const which = masked ? "requests that name their ports" : "requests for all ports";
      it(`delivers and keeps the same, at depth ${depth}, with ${which}`, () => {
        fc.assert(
          fc.property(anySteps(depth, masked), (steps) => {
            const queue = new RequestQueue();
            const naive = new NaiveQueue();
            for (const step of steps) {
              if (step instanceof Request) {
                ids.set(step, ids.size);
                expect(queue.add(step)).toBe(naive.add(step));
              } else if ("arrive" in step) {
                arrive(step.arrive, queue, naive);
              } else {
                const due = taken(queue, new Frontiers(...step));
                expect(isInOrder(due)).toBe(true);
                expect(sorted(due)).toEqual(sorted(naive.take(new Frontiers(...step))));
              }
              expect(queue.size).toBe(naive.items.length);
              expect(isInOrder(listOf(queue))).toBe(true);
            }
            expect(sorted(listOf(queue))).toEqual(sorted(naive.items));
            ids.clear();
          }),
          { numRuns: 300 },
        );
      });
    }
  }

  it("answers whether it covers a time or holds a notification up to one, those due included", () => {
    const requests = fc.array(anyRequest(2, true), { maxLength: 20, size: "max" });
    const property = fc.property(
      requests,
      anyFrontier(2),
      fc.array(fc.nat(), { maxLength: 5 }),
      anyTime(2),
      (requests, frontier, arriving, time) => {
        const queue = new RequestQueue();
        const naive = new NaiveQueue();
        for (const request of requests) if (queue.add(request)) naive.add(request);
        const gate = new Frontiers(frontier, frontier);
        taken(queue, gate);
        naive.take(gate);
        arrive(arriving, queue, naive);
        const all = [...naive.items, ...naive.due];
        for (const output of [0, 1]) {
          expect(queue.covers(output, time)).toBe(
            all.some((request) =>
              request.capability !== null && lessEqual(request.capability, time) &&
              (request.outputs?.includes(output) ?? true)
            ),
          );
        }
        expect(queue.hasNotificationUpTo(time)).toBe(
          all.some((request) => request.cleanUp === null && lessEqual(request.time, time)),
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe("RequestQueue", () => {
  it("takes earlier times first, and at one time notifications before the dropping of state", () => {
    const queue = new RequestQueue();
    const requests = [
      cleanUp([1, 2]),
      notification([1, 2]),
      cleanUp([0, Infinity]),
      notification([0, 9]),
      notification([1, 0]),
      cleanUp([0, 9]),
    ];
    for (const request of requests) queue.add(request);
    expect(taken(queue, new Frontiers([])).map(({ time, cleanUp }) => [time, cleanUp === null]))
      .toEqual([
        [[0, 9], true],
        [[0, 9], false],
        [[0, Infinity], false],
        [[1, 0], true],
        [[1, 2], true],
        [[1, 2], false],
      ]);
    expect(queue.size).toBe(0);
  });

  it("merges a request with an equal one only: times, rights, ports and state all count", () => {
    const queue = new RequestQueue();
    const different = () => [
      notification([1, 1]),
      notification([1, 2]),
      notification([1, 1], [1, 2]),
      notification([1, 1], null),
      notification([1, 1], [1, 1], [0]),
      notification([1, 1], [1, 1], [0, 1]),
      notification([1, 1], [1, 1], null, [0]),
      cleanUp([1, 1]),
      cleanUp([1, 1], 1),
    ];
    for (const request of different()) expect(queue.add(request)).toBe(true);
    for (const request of different()) expect(queue.add(request)).toBe(false);
    expect(queue.size).toBe(9);
  });

  it("merges with an equal one that is on its way, and takes it again once that was delivered", () => {
    const queue = new RequestQueue();
    queue.add(notification(3));
    expect(taken(queue, new Frontiers([3]))).toEqual([]);
    const [due] = taken(queue, new Frontiers([4]));
    expect(due).toEqual(notification(3));
    expect(queue.size).toBe(0);
    expect(queue.add(notification(3))).toBe(false);
    expect(queue.covers(0, 3)).toBe(true);
    queue.delivered(due);
    expect(queue.covers(0, 3)).toBe(false);
    expect(queue.add(notification(3))).toBe(true);
  });

  it("finds an equal request far from the end, and puts an early one in its place", () => {
    const queue = new RequestQueue();
    for (let time = 0; time < 100; time += 2) queue.add(notification(time));
    for (let time = 0; time < 100; time += 2) expect(queue.add(notification(time))).toBe(false);
    for (let time = 99; time > 0; time -= 2) expect(queue.add(notification(time))).toBe(true);
    expect(listOf(queue).map(({ time }) => time)).toEqual([...Array(100).keys()]);
  });

  it("finds it among many of one time, on either side of where it starts to search", () => {
    for (const count of [10, 16, 17, 18, 40]) {
      const queue = new RequestQueue();
      const make = () => Array.from({ length: count }, (_unused, i) => notification(5, i));
      for (const request of make()) expect(queue.add(request)).toBe(true);
      for (const request of make()) expect(queue.add(request)).toBe(false);
      expect(queue.size).toBe(count);
    }
  });

  it("keeps what waits while it moves it to the front of its list", () => {
    const queue = new RequestQueue();
    const delivered: Time[] = [];
    // A window of 20 slides along, and every step asks for one in the middle as well.
    for (let time = 0; time < 500; time++) {
      queue.add(notification(2 * time));
      if (time >= 10) queue.add(notification(2 * (time - 10) + 1));
      if (time >= 20) {
        delivered.push(...taken(queue, new Frontiers([2 * (time - 20) + 2])).map((r) => r.time));
      }
    }
    delivered.push(...taken(queue, new Frontiers([])).map(({ time }) => time));
    expect(delivered.length).toBe(990);
    expect(delivered).toEqual([...delivered].sort(compareTimes));
  });

  it("stops asking at a request that holds back all later ones, unless some name their inputs", () => {
    const queue = new RequestQueue();
    for (let time = 0; time < 50; time++) queue.add(notification(time));
    const gate = new Frontiers([10], [10]);
    expect(taken(queue, gate).length).toBe(10);
    expect(gate.asked).toBe(11);
    queue.add(notification(30, null, [1]));
    const other = new Frontiers([10], []);
    expect(taken(queue, other)).toEqual([notification(30, null, [1])]);
    const again = new Frontiers([10], []);
    expect(taken(queue, again)).toEqual([]);
    expect(again.asked).toBe(1);
  });

  it("goes past a request that holds back only some of the later ones", () => {
    const queue = new RequestQueue();
    for (const time of [[0, 5], [1, 0], [1, 3], [2, 9]]) queue.add(notification(time));
    // [0,4] is before [0,5] and [2,9], and not before [1,0] or [1,3].
    expect(taken(queue, new Frontiers([[0, 4]])).map(({ time }) => time)).toEqual([[1, 0], [1, 3]]);
    expect(listOf(queue).map(({ time }) => time)).toEqual([[0, 5], [2, 9]]);
  });

  it("keeps requests apart that are on their way while others have always been", () => {
    const queue = new RequestQueue();
    const open = new Frontiers([]);
    const onTheirWay: Request[] = [];
    for (let time = 0; time < 200; time++) {
      queue.add(notification(time));
      queue.takeDeliverable(open, onTheirWay);
      // Those that have not arrived merge with equal ones, those that have do not.
      for (const due of onTheirWay) expect(queue.add(notification(due.time))).toBe(false);
      if (onTheirWay.length > 3) queue.delivered(onTheirWay.shift()!);
    }
    expect(onTheirWay.map(({ time }) => time)).toEqual([197, 198, 199]);
    expect(queue.add(notification(196))).toBe(true);
  });
});
