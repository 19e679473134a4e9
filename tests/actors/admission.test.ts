import { describe, expect, it } from "vitest";
import { type Admission, AdmissionQueue } from "../../actors/admission.ts";
import type { Inlet } from "../../actors/inlet.ts";

const sender: Admission = { admitted() {} };

/** An inlet of a vertex that is held back or not. */
function inletOf(isHeld: boolean): { inlet: Inlet; actor: { isHeld: boolean } } {
  const actor = { isHeld };
  return { inlet: { actor } as unknown as Inlet, actor };
}

/** Takes everything that can be taken. */
function takeAll(queue: AdmissionQueue, limit = Infinity): unknown[] {
  const taken: unknown[] = [];
  while (taken.length < limit && queue.take() !== null) taken.push(queue.payload);
  return taken;
}

describe("AdmissionQueue", () => {
  it("lets those of a vertex that is held back wait, and no others", () => {
    const queue = new AdmissionQueue();
    const held = inletOf(true);
    const free = inletOf(false);
    [1, 2, 3].forEach((n) => queue.admit(held.inlet, n, sender));
    queue.admit(free.inlet, 4, sender);
    expect(takeAll(queue)).toEqual([4]);
    expect(queue.size).toBe(0);
    queue.admit(held.inlet, 5, sender);
    held.actor.isHeld = false;
    expect(queue.size).toBe(4);
    expect(takeAll(queue)).toEqual([1, 2, 3, 5]);
  });

  // Every credit moved all that waited, to and fro; a hundred thousand of them were too many arguments.
  it("keeps the order of a vertex that is held back again and again, however much waits", () => {
    const queue = new AdmissionQueue();
    const { inlet, actor } = inletOf(true);
    const count = 200_000;
    for (let n = 0; n < count; n++) queue.admit(inlet, n, sender);
    const all: unknown[] = [];
    while (all.length < count) {
      actor.isHeld = true;
      expect(queue.take()).toBeNull();
      actor.isHeld = false;
      all.push(...takeAll(queue, 1000));
    }
    expect(all).toEqual(Array.from({ length: count }, (_unused, n) => n));
  });
});
