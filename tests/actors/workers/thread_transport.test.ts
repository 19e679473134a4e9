import { describe, expect, it } from "vitest";
import {
  RING_BYTES,
  threadNetwork,
  ThreadTransport,
} from "../../../actors/workers/thread_transport.ts";
import { bytesIn, bytesOf, echo, frameOf } from "./frames.ts";
import type { Order } from "./transport_echo.ts";
import { describeEcho, describeEnds, type Echo } from "./transport_laws.ts";

/** Longer than any machine takes to wake a thread: whoever sleeps so long was forgotten. */
const patienceMs = 20_000;

const endsOver = (ringBytes: number) => (workers: number): ThreadTransport[] => {
  const network = threadNetwork(workers, ringBytes);
  return Array.from({ length: workers }, (_unused, i) => new ThreadTransport(network, i));
};

describeEnds("rings that are too small", endsOver(64));
describeEnds("rings of a kilobyte", endsOver(1024));
describeEnds("rings of the usual size", endsOver(RING_BYTES));

describeEcho("rings in one thread", (): Echo => {
  const [near, far] = endsOver(256)(2);
  return {
    near,
    receive: () => {
      for (let round = 0; !near.receive(); round++) {
        if (round > 1000) throw new Error("Nothing comes back");
        near.flush();
        echo(far);
      }
    },
    stop: () => {
      near.close();
      expect(far.isClosed(0)).toBe(true);
      far.close();
    },
  };
});

for (const ringBytes of [128, 4096, RING_BYTES]) {
  describeEcho(`rings of ${ringBytes} bytes between two threads`, () => echoThread(ringBytes));
}

function echoThread(ringBytes: number): Echo {
  const network = threadNetwork(2, ringBytes);
  const near = new ThreadTransport(network, 0);
  const thread = new Worker(new URL("./transport_echo.ts", import.meta.url), { type: "module" });
  const ended = new Promise<number>((resolve) => {
    thread.onmessage = ({ data }) => resolve(data as number);
  });
  thread.postMessage({ network, patienceMs } satisfies Order);
  /** Until the condition holds, asleep unless it is this side's turn. */
  const until = async (holds: () => boolean) => {
    while (!holds()) {
      const seen = near.bell.prepare();
      near.flush();
      if (holds()) return near.bell.wake();
      const before = performance.now();
      await near.bell.sleepAsync(seen, patienceMs);
      if (performance.now() - before >= patienceMs) throw new Error("Nobody has rung");
    }
  };
  return {
    near,
    receive: () => until(() => near.receive()),
    stop: async () => {
      near.close();
      await until(() => near.isClosed(1));
      expect(await ended).toBe(0);
      thread.terminate();
    },
  };
}

describe("ThreadTransport", () => {
  it("is made from plain data, and takes up what it finds there", () => {
    const network = threadNetwork(3, 100);
    expect(network.rings.map((ring) => ring?.byteLength ?? null))
      .toEqual([null, 384, 384, 384, null, 384, 384, 384, null]);
    new ThreadTransport(network, 2).send(0, frameOf(bytesOf(5, 1)));
    const receiver = new ThreadTransport(structuredClone(network), 0);
    expect([receiver.receive(), receiver.from]).toEqual([true, 2]);
    expect(bytesIn(receiver.frame)).toEqual(bytesOf(5, 1));
  });

  it("wakes a receiver for a frame, and a sender for room", () => {
    const [a, b, c] = endsOver(64)(3);
    /** Whether a worker that sleeps is woken. */
    const wakes = (end: ThreadTransport, action: () => void) => {
      const seen = end.bell.prepare();
      action();
      const isRung = end.bell.prepare() !== seen;
      end.bell.wake();
      return isRung;
    };
    const frame = frameOf(bytesOf(50, 1));
    expect(wakes(b, () => a.send(1, frame))).toBe(true);
    expect(wakes(c, () => a.send(1, frame))).toBe(false);
    expect(a.backlog).toBe(1);
    expect(wakes(a, () => b.receive())).toBe(true);
    expect(wakes(b, () => a.flush())).toBe(true);
    expect(wakes(a, () => b.receive())).toBe(false);
    expect(wakes(c, () => a.close())).toBe(true);
  });

  it("shows the others a heartbeat", () => {
    const [a, b] = endsOver(64)(2);
    expect([a.heartbeat(0), a.heartbeat(1), b.heartbeat(0)]).toEqual([0, 0, 0]);
    a.beat();
    a.beat();
    b.beat();
    expect([a.heartbeat(0), a.heartbeat(1), b.heartbeat(0)]).toEqual([2, 1, 2]);
  });
});
