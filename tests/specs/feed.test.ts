import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { dataflow } from "../../mod.ts";
import type { BadRecord } from "../../operators/connectors/format.ts";
import { feedFor } from "../../specs/feed.ts";
import { spanOf } from "../../specs/spans.ts";
import type { EpochSpec } from "../../specs/spec.ts";
import { manualEngine } from "../dataflow/support.ts";

type Timed = readonly [time: number, record: unknown];
type Field = Extract<EpochSpec, { field: string }>;

/** What becomes of records, besides the numbers of their lines. */
interface Fed {
  readonly sent: Timed[];
  readonly late: Timed[];
  readonly refused: unknown[];
  readonly tooLate: unknown[];
  readonly frontiers: number[];
  readonly bad: BadRecord[];
}

/** Feeds batches into a dataflow that hands everything out with its time. */
function feed(batches: readonly (readonly unknown[])[], epochs?: EpochSpec, withLate = false): Fed {
  const engine = manualEngine();
  const run = engine.install(dataflow("fed", (root) => ({
    main: root.input<unknown>("main"),
    late: root.input<unknown>("late"),
  })));
  const { main, late } = run.handles;
  const fed: Fed = { sent: [], late: [], refused: [], tooLate: [], frontiers: [0], bad: [] };
  spy(main, fed.sent);
  spy(late, fed.late);
  const feeding = feedFor(
    main,
    epochs,
    {
      bad(record) {
        fed.bad.push(record);
        fed.refused.push(JSON.parse(record.raw));
      },
      late(record) {
        fed.bad.push(record);
        fed.tooLate.push(JSON.parse(record.raw));
      },
    },
    withLate ? late : undefined,
  );
  let line = 1;
  for (const batch of batches) {
    feeding.send(batch as unknown[], { first: line, last: line + batch.length - 1 });
    line += batch.length;
    fed.frontiers.push(main.time as number);
  }
  feeding.close();
  expect(main.isClosed).toBe(true);
  run.cancel();
  return fed;
}

/** Notes what is sent, and at which time; sending before the frontier throws. */
function spy(handle: Handle, into: Timed[]): void {
  const { send, sendAt } = { send: handle.send, sendAt: handle.sendAt };
  handle.send = (records) => {
    for (const record of records as unknown[]) into.push([handle.time as number, record]);
    return send.call(handle, records);
  };
  handle.sendAt = (time, records) => {
    for (const record of records as unknown[]) into.push([time as number, record]);
    return sendAt.call(handle, time, records);
  };
}

type Handle = Parameters<typeof feedFor>[0];

/** The same, one record after the other, as it is meant. */
function meant(records: readonly { t: unknown }[], { window = 1, outOfOrder = 0 }: Field) {
  const [w, o] = [Math.max(1, Number(window)), Number(outOfOrder)];
  const sent: Timed[] = [];
  const late: Timed[] = [];
  const refused: unknown[] = [];
  let frontier = 0;
  for (const record of records) {
    const { t } = record;
    if (typeof t !== "number" || !Number.isSafeInteger(t) || t < 0) {
      refused.push(record);
      continue;
    }
    const time = Math.floor(t / w) * w;
    if (time < frontier) late.push([frontier, record]);
    else sent.push([time, record]);
    frontier = Math.max(frontier, Math.floor((t - o) / w) * w);
  }
  return { sent, late, refused };
}

const stamp = fc.oneof(
  { weight: 12, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, -0.5, 2 ** 53, 1e300, null, "7", true) },
);
const records = fc.array(stamp, { maxLength: 40, size: "max" }).map((stamps) =>
  stamps.map((t, n) => ({ t, n }))
);
const epochs: fc.Arbitrary<Field> = fc.record({
  field: fc.constant("t"),
  window: fc.nat(12),
  outOfOrder: fc.nat(15),
});
const cuts = fc.array(fc.nat(9), { maxLength: 30, size: "max" });

function split<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = [];
  let at = 0;
  for (const size of sizes) parts.push(list.slice(at, at += size));
  return [...parts, list.slice(at)];
}

function byRecord(timed: readonly Timed[]): string[] {
  return timed.map((each) => JSON.stringify(each)).toSorted();
}

describe("Epochs by a field", () => {
  it("give each record its time, whatever batches it comes in, and lose none", () => {
    fc.assert(
      fc.property(records, epochs, cuts, fc.boolean(), (list, spec, sizes, withLate) => {
        const fed = feed(split(list, sizes), spec, withLate);
        const wanted = meant(list, spec);
        expect(byRecord(fed.sent)).toEqual(byRecord(wanted.sent));
        expect(fed.refused).toEqual(wanted.refused);
        if (withLate) expect(byRecord(fed.late)).toEqual(byRecord(wanted.late));
        else expect(fed.tooLate).toEqual(wanted.late.map(([, record]) => record));
        const { sent, late, tooLate, refused } = fed;
        expect(sent.length + late.length + tooLate.length + refused.length).toBe(list.length);
      }),
      { numRuns: 300 },
    );
  });

  it("move the frontier forward only, and to multiples of the window", () => {
    fc.assert(fc.property(records, epochs, cuts, (list, spec, sizes) => {
      const { frontiers } = feed(split(list, sizes), spec);
      expect(frontiers).toEqual(frontiers.toSorted((a, b) => a - b));
      const window = Math.max(1, Number(spec.window));
      for (const frontier of frontiers) expect(frontier % window).toBe(0);
    }));
  });

  it("say of each record that has no time where it stands, and why", () => {
    const values = [{ t: -1 }, { t: 1.5 }, {}, { t: "1" }, 7, null, { t: 2 }, { t: 2 ** 53 }];
    const { bad, sent } = feed([values], { field: "t" });
    expect(sent).toEqual([[2, { t: 2 }]]);
    expect(bad.map(({ line, why }) => [line, why])).toEqual([
      [1, 'has no time: field "t" is -1'],
      [2, 'has no time: field "t" is 1.5'],
      [3, 'has no time: field "t" is undefined'],
      [4, 'has no time: field "t" is "1"'],
      [5, 'has no time: field "t" is undefined'],
      [6, 'has no time: field "t" is undefined'],
      [8, 'has no time: field "t" is 9007199254740992'],
    ]);
    expect(bad[0].hint).toContain("A time is an integer of 0 or more");
    const inherited = feed([[{}]], { field: "toString" });
    expect(inherited.bad[0].why).toBe('has no time: field "toString" is undefined');
  });

  it("say of what is too late what is over, and how to wait longer", () => {
    const list = [{ t: 20 }, { t: 9 }];
    const { bad, sent } = feed([list], { field: "t", late: "fail", outOfOrder: 5, window: 5 });
    expect(sent).toEqual([[20, { t: 20 }]]);
    expect(bad).toEqual([{
      line: 2,
      column: 1,
      why: "is too late: its time is 9, and all before 15 is over",
      hint: "Raise outOfOrder, or choose late: drop or late: output",
      raw: '{"t":9}',
    }]);
  });
});

describe("Epochs by number", () => {
  it("have so many records each, whatever batches they come in", () => {
    const list = fc.nat(60).map((n) => Array.from({ length: n }, (_unused, i) => i));
    fc.assert(fc.property(list, fc.integer({ min: 1, max: 20 }), cuts, (all, every, sizes) => {
      const { sent, frontiers } = feed(split(all, sizes), { every });
      expect(sent).toEqual(all.map((n) => [Math.floor(n / every), n]));
      expect(frontiers.at(-1)).toBe(Math.floor(all.length / every));
    }));
  });

  it("are cut in columns as in rows", () => {
    const engine = manualEngine();
    const run = engine.install(dataflow("fed", (root) => ({ main: root.input("main") })));
    const sent: Timed[] = [];
    spy(run.handles.main, sent);
    const hooks = { bad: () => {}, late: () => {} };
    feedFor(run.handles.main, { every: 2 }, hooks).send(Int32Array.of(5, 6, 7, 8, 9), {
      first: 1,
      last: 5,
    });
    expect(sent).toEqual([[0, 5], [0, 6], [1, 7], [1, 8], [2, 9]]);
    run.cancel();
  });
});

describe("Epochs by the clock", () => {
  it("end with every tick, and not after the input was closed", () => {
    const engine = manualEngine();
    const run = engine.install(dataflow("fed", (root) => ({ main: root.input("main") })));
    const { main } = run.handles;
    const hooks = { bad: () => {}, late: () => {} };
    const feeding = feedFor(main, { interval: "2s" }, hooks);
    expect(feeding.intervalMs).toBe(2000);
    feeding.tick();
    feeding.tick();
    expect(main.time).toBe(2);
    feeding.close();
    feeding.tick();
    expect(main.time).toBe(2);
    run.cancel();
  });

  it("are never without length", () => {
    const run = manualEngine().install(dataflow("fed", (root) => ({ main: root.input("main") })));
    const hooks = { bad: () => {}, late: () => {} };
    for (const interval of [0, "0ms", "0.2ms"]) {
      expect(feedFor(run.handles.main, { interval }, hooks).intervalMs).toBe(1);
    }
    run.cancel();
  });
});

describe("Without epochs", () => {
  it("all records have the first time", () => {
    const { sent, frontiers } = feed([[1, 2], [3]]);
    expect(sent).toEqual([[0, 1], [0, 2], [0, 3]]);
    expect(frontiers).toEqual([0, 0, 0]);
  });
});

describe("A span of time", () => {
  it.each([
    ["500ms", 500],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["1d", 86_400_000],
    [7, 7],
    [`${"9".repeat(400)}d`, Number.MAX_SAFE_INTEGER],
  ])("%s is so many milliseconds", (written, ms) => {
    expect(spanOf(written)).toBe(ms);
  });
});
