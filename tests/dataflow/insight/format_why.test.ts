import { formatWhy, type Holder, type HolderMemory } from "meander";
import { describe, expect, it } from "vitest";

describe("formatWhy", () => {
  it("says what is in the memory of who holds a port back, and nothing that is said already", () => {
    const holder = { time: 0, location: "gate.in", vertex: "gate", occurrences: 1, result: 0 };
    const memory: HolderMemory = {
      ...{ queuedBatches: 2, queuedRecords: 8, queuedBytes: 64, keptRecords: 12, keptBytes: 96 },
      ...{ waitingRecords: 10, inFlight: 3, onDisk: 0, isSuspended: false, isHeldBack: false },
    };
    const said = (kind: Holder["kind"], more: object = {}) =>
      formatWhy([{
        port: "out",
        frontier: [0],
        holders: [{
          ...holder,
          kind,
          waitsFor: null,
          path: ["gate"],
          memory: { ...memory, ...more },
        }],
      }]);
    expect(said("capability")).toBe(
      'out is held at 0: "gate" keeps a right to send at 0, until it drops it ' +
        "[2 batches queued, 10 records waiting, 2 records kept, 3 in flight] (gate)",
    );
    expect(said("message", { isHeldBack: true })).toBe(
      "out is held at 0: 1 message at 0 waits at gate.in " +
        "[it is held back, 10 records waiting, 3 in flight] (gate)",
    );
    expect(said("work", { queuedBatches: 1, waitingRecords: 0, keptRecords: 0, inFlight: 0 }))
      .toBe('out is held at 0: "gate" is in the middle of its work at 0 (gate)');
  });
});
