/** One plugin at two versions: beside each other, and the second one on the state of the first. */
import { OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame } from "../../batches/frame.ts";
import { plainValues } from "../../batches/plain_values.ts";
import { valuesOf } from "../../batches/data.ts";
import first from "../../packages/stateful/1.0.0/mod.ts";
import second from "../../packages/stateful/2.0.0/mod.ts";
import { totals as firstTotals } from "../../packages/stateful/1.0.0/mod.ts";
import { totals as secondTotals } from "../../packages/stateful/2.0.0/mod.ts";
import { core } from "../../plugins/core.ts";
import { GuestLoop } from "../../plugins/isolation/guest/guest_loop.ts";
import {
  encodeMessage,
  FAULT,
  type Message,
  MessageReader,
  NOTIFY,
  OPEN,
  RECEIVE,
  SNAPSHOT,
  SNAPSHOT_TAKEN,
  TURN,
} from "../../plugins/isolation/messages.ts";
import type { TurnMeta } from "../../plugins/isolation/turn_meta.ts";
import type { PluginDefinition } from "../../plugins/manifest/define_plugin.ts";
import { Registry } from "../../plugins/registry.ts";
import { runTests } from "../../specs/unit_test.ts";

const early = [{ key: "a", value: 2 }, { key: "b", value: 5 }];
const late = [{ key: "b", value: 10 }, { key: "c", value: 1 }, { key: "b", value: 20 }];
/** What the second version says when it was given the later records only, on the state of the first. */
const together = [
  { key: "a", total: 2, average: null, of: 0 },
  { key: "b", total: 35, average: 15, of: 2 },
  { key: "c", total: 1, average: 1, of: 1 },
];

/** A plugin as it is in its process, without one. */
class Guest {
  readonly #told: Message[] = [];
  readonly #loop: GuestLoop;

  constructor(plugin: PluginDefinition) {
    const reader = new MessageReader();
    this.#loop = new GuestLoop(plugin, {
      write: (message) => {
        reader.push(message);
        this.#told.push(owned(reader.next()!));
      },
      canWait: false,
      wait: () => {
        throw new Error("nothing is there to wait for");
      },
    });
  }

  /** Opens its one vertex, with a snapshot if there is one. */
  open(snapshot?: Uint8Array): this {
    const meta = {
      ...{ operator: "totals", config: {}, name: "it", inputDepth: 1, outputDepth: 1 },
      ...{ rootDepth: 1, fixed: [], worker: { index: 0, count: 1 }, budget: 8, capacity: 1024 },
      ...{ connections: [[true]], rights: [null] },
    };
    this.say(OPEN, meta, snapshot === undefined ? [] : [snapshot]);
    return this;
  }

  say(kind: number, meta: unknown, blobs: readonly Uint8Array[] = []): void {
    const reader = new MessageReader();
    reader.push(encodeMessage(kind, 1, meta, blobs));
    this.#loop.take(reader.next()!);
  }

  receive(records: readonly object[]): void {
    this.say(RECEIVE, [0, 0, [[0]], [0]], [encodeFrame(records, records.length, plainValues)]);
  }

  /** The first message of a kind that was not asked for yet. */
  told(kind: number): Message | undefined {
    const at = this.#told.findIndex((message) => message.kind === kind);
    return at < 0 ? undefined : this.#told.splice(at, 1)[0];
  }

  /** What it sends once the time is complete. */
  answers(): unknown[] {
    while (this.told(TURN) !== undefined);
    this.say(NOTIFY, [0, [[]], [0]]);
    const { meta, blobs } = this.told(TURN)!;
    expect((meta as TurnMeta).s).toEqual([[0, 0, expect.any(Number)]]);
    return [...valuesOf(decodeFrame(blobs[0], plainValues)) as ArrayLike<unknown> & unknown[]];
  }
}

function owned(message: Message): Message {
  return { ...message, blobs: message.blobs.map((blob) => blob.slice()) };
}

describe("stateful 2 on the state of stateful 1", () => {
  it("goes on where it was, and says what it cannot know", () => {
    const before = new OperatorTest(firstTotals, {});
    before.send("in", 0, early);
    const saved = before.save();
    const state = second.migrate!.totals(saved.state, firstTotals.state!.version);
    expect(secondTotals.state!.schema.safeParse(state).success).toBe(true);
    const after = new OperatorTest(secondTotals, {}).restore({ ...saved, state });
    after.send("in", 0, late);
    after.finish();
    expect(after.sent("out")).toEqual(together);
  });

  it("does so in a process of its own, from the bytes that the other one gave", () => {
    const before = new Guest(first).open();
    before.receive(early);
    before.say(SNAPSHOT, null);
    const [snapshot] = before.told(SNAPSHOT_TAKEN)!.blobs;
    const after = new Guest(second).open(snapshot);
    after.receive(late);
    expect(after.told(FAULT)).toBeUndefined();
    expect(after.answers()).toEqual(together);
    // A snapshot of its own is not migrated again.
    const own = new Guest(second).open(snapshot);
    own.receive(late);
    own.say(SNAPSHOT, null);
    const again = new Guest(second).open(own.told(SNAPSHOT_TAKEN)!.blobs[0]);
    expect(again.answers()).toEqual(together);
  });

  it("is refused what is no state of the first", () => {
    const bytes = plainValues.encode([
      { version: 1, state: [[0, [["a", "two"]]]], requests: [], rights: [], frontiers: [[0]] },
    ]);
    const after = new Guest(second).open(bytes);
    expect(after.told(FAULT)?.meta).toMatchObject({ text: expect.stringContaining("number") });
  });
});

describe("stateful 1 and stateful 2", () => {
  it("run beside each other in one spec, each as it is asked for", async () => {
    const registry = new Registry([core, first, second]);
    const spec = JSON.stringify({
      meander: 1,
      name: "both",
      inputs: { in: { format: "ndjson", schema: { key: "string", value: "number" } } },
      nodes: {
        old: { use: "stateful/totals@^1", from: "in" },
        new: { use: "stateful/totals@^2", from: "in" },
        latest: { use: "stateful/totals", from: "in" },
      },
      outputs: { old: { from: "old" }, new: { from: "new" }, latest: { from: "latest" } },
    });
    const answer = [
      { key: "b", total: 30, average: 15, of: 2 },
      { key: "c", total: 1, average: 1, of: 1 },
    ];
    const test = {
      name: "both",
      inputs: { in: late },
      outputs: {
        old: answer.map(({ key, total }) => ({ key, total })),
        new: answer,
        latest: answer,
      },
    };
    const [{ differences }] = await runTests(spec, [test as never], { registry });
    expect(differences).toEqual([]);
  });
});
