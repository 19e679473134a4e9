import { describe, expect, it } from "vitest";
import { ChangeBatch } from "../../../progress/change_batch.ts";
import { planTracker } from "../../../progress/plan.ts";
import type { FrameBuffer } from "../../../actors/workers/frame_buffer.ts";
import { Link } from "../../../actors/workers/link.ts";
import { LocalNetwork } from "../../../actors/workers/local_transport.ts";
import { numberOf, readProgress } from "../../../actors/workers/messages.ts";
import { OutboxActor } from "../../../actors/workers/outbox_actor.ts";
import type { Transport } from "../../../actors/workers/transport.ts";

const plan = planTracker({
  locations: [{ depth: 1, name: "here", watched: true }],
  edges: [],
});

/** An outbox whose transport has a backlog as long as `room.isFull`. */
function outbox() {
  const network = new LocalNetwork(2);
  const room = { isFull: false };
  const end = network.end(1);
  const transport = new Proxy(end, {
    get: (_end, name) => {
      if (name === "backlog") return room.isFull ? 1 : 0;
      const value = Reflect.get(end, name, end);
      return typeof value === "function" ? value.bind(end) : value;
    },
  }) as Transport;
  const link = new Link(transport);
  const queued = { count: 0 };
  const worker = { queue: () => queued.count++ } as never;
  const actor = new OutboxActor(plan, worker, {} as never, link, 0);
  const received = () => {
    const first = network.end(0);
    const batches: [number, number, [number, unknown, number][]][] = [];
    while (first.receive()) {
      const changes = new ChangeBatch();
      const frame: FrameBuffer = first.frame;
      const controls = readProgress(frame, [1], changes);
      const all: [number, unknown, number][] = [];
      changes.forEach((...each) => all.push(each));
      batches.push([numberOf(frame), controls, all]);
    }
    return batches;
  };
  return { actor, link, room, queued, received };
}

describe("OutboxActor", () => {
  it("numbers its batches, and says with the first that it has begun", () => {
    const { actor, received } = outbox();
    actor.changes.add(0, 3, 1);
    actor.turn();
    actor.turn();
    actor.changes.add(0, 3, -1);
    actor.turn();
    expect(received()).toEqual([[0, -1, [[0, 3, 1]]], [1, 0, [[0, 3, -1]]]]);
  });

  it("merges what it has to say while the first worker does not take it", () => {
    const { actor, link, room, queued, received } = outbox();
    room.isFull = true;
    for (let time = 0; time < 3000; time++) {
      actor.changes.add(0, time, 1);
      actor.turn();
      actor.changes.add(0, time % 10 === 0 ? -1 - time : time, -1);
      actor.turn();
    }
    expect(received()).toEqual([]);
    expect(actor.changes.length).toBeLessThan(2000);
    room.isFull = false;
    link.poll();
    expect(queued.count).toBe(1);
    actor.turn();
    const [[number, controls, changes]] = received();
    expect([number, controls, changes.length]).toEqual([0, -1, 600]);
  });
});
