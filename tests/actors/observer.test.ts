import { describe, expect, it } from "vitest";
import { type EngineEvent, EVENT_KINDS, maskOf } from "../../actors/events.ts";
import { Observer } from "../../actors/observer.ts";
import { DataflowObserver, VertexObserver } from "../../actors/observer_vertex.ts";
import { Inlet, TASK } from "../../actors/inlet.ts";

function listening() {
  const handed: (readonly EngineEvent[])[] = [];
  const state = { now: 0, full: 0, handed };
  const observer = new Observer({
    worker: 3,
    now: () => state.now,
    hand: (events) => void handed.push(events),
    full: () => state.full++,
  });
  return { observer, state, handed };
}

function shutdown(at: number): EngineEvent {
  return {
    kind: "shutdown",
    ...{ dataflow: "d", run: 0, worker: 3, at },
    status: "completed",
    error: null,
  };
}

describe("a worker's observer", () => {
  it("hands over once what there is, and tells whenever another thousand has come", () => {
    const { observer, state, handed } = listening();
    for (let i = 0; i < 2500; i++) observer.add(shutdown(i));
    expect([state.full, handed.length, observer.isFresh]).toEqual([2, 0, true]);
    observer.hand();
    observer.hand();
    expect(handed.map(({ length }) => length)).toEqual([2500]);
    expect(handed[0].map(({ at }) => at)).toEqual(Array.from({ length: 2500 }, (_unused, i) => i));
  });

  it("parks once, and wakes with what happens next, at its moment", () => {
    const { observer, state, handed } = listening();
    observer.wantsPark = true;
    state.now = 5;
    observer.idle();
    state.now = 7;
    observer.idle();
    observer.wakes(9);
    observer.wakes(10);
    observer.idle();
    observer.add(shutdown(12));
    observer.idle();
    const parks = handed.flat().flatMap((event) =>
      event.kind === "park" ? [[event.action, event.at]] : []
    );
    expect(parks).toEqual([["park", 5], ["unpark", 9], ["park", 7], ["unpark", 12], ["park", 7]]);
  });

  it("says nothing of parking when nobody asks", () => {
    const { observer, handed } = listening();
    observer.idle();
    observer.wakes(1);
    observer.add(shutdown(2));
    observer.idle();
    expect(handed).toEqual([[shutdown(2)]]);
  });

  it("says nothing of a vertex once its dataflow is over, but ends the slice it was in", () => {
    const { observer, state } = listening();
    const dataflow = new DataflowObserver(observer, "d", 4);
    dataflow.mask = maskOf(EVENT_KINDS);
    const ports = { inputs: [], outputs: [], channels: [] };
    const vertex = new VertexObserver(dataflow, { vertex: 2, path: "v", ...ports });
    const other = new DataflowObserver(observer, "other", 5);
    const task = new Inlet(TASK, null as never, -1);
    vertex.begins(task, null);
    state.now = 8;
    observer.closeFor(other);
    expect(observer.collected).toEqual([]);
    observer.closeFor(dataflow);
    dataflow.isOver = true;
    vertex.returns(false);
    vertex.begins(task, null);
    vertex.drops(1, "late");
    vertex.returns(false);
    expect(observer.collected).toEqual([
      {
        ...{ kind: "schedule", dataflow: "d", run: 4, worker: 3, at: 8, vertex: 2, path: "v" },
        ...{ callback: "task", ms: 8, received: 0, sent: 0, batches: 0, more: false },
      },
    ]);
  });
});

describe("kinds", () => {
  it("are bits of a mask, each its own", () => {
    expect(EVENT_KINDS.reduce((mask, kind) => mask + maskOf([kind]), 0)).toBe(maskOf(EVENT_KINDS));
    expect(maskOf([])).toBe(0);
  });
});
