import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../../../batches/pool.ts";
import { Batch, Lease } from "../../../operators/contract/batch.ts";
import type { StoreSizes } from "../../../operators/spill/block_store.ts";
import { Spool } from "../../../operators/spill/spool.ts";
import { compareTimes, equalTimes, formatTime, type Time } from "../../../progress/time.ts";
import { Disk } from "./disk.ts";

const SMALL: StoreSizes = { segment: 256, buffer: 100 };

interface Waiting {
  readonly time: Time;
  readonly rows: unknown[];
}

/** What a spool is to be: a list, searched from end to end. */
class Model {
  waiting: Waiting[] = [];

  first(): Time | undefined {
    return this.waiting.map(({ time }) => time).sort(compareTimes)[0];
  }

  at(time: Time): Waiting[] {
    return this.waiting.filter((each) => equalTimes(each.time, time));
  }

  remove(gone: readonly Waiting[]): void {
    this.waiting = this.waiting.filter((each) => !gone.includes(each));
  }

  get records(): number {
    return this.waiting.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  get times(): Time[] {
    const byText = new Map(this.waiting.map(({ time }) => [formatTime(time), time]));
    return [...byText.values()].sort(compareTimes);
  }

  saved(): unknown {
    return this.times.map((time) => [time, this.at(time).map(({ rows }) => rows)]);
  }
}

const anyRow = fc.oneof(
  fc.integer(),
  fc.constantFrom(-0, NaN, 0.5, undefined, null, "ü", "", 3n, true),
  fc.record({ n: fc.integer(), text: fc.string() }),
  fc.constant(new Map([[1, new Date(5)]])),
);
const anyRows = fc.oneof(
  fc.array(anyRow, { minLength: 1, maxLength: 5 }),
  fc.array(fc.integer(), { minLength: 1, maxLength: 5 }),
);
const anyTime = (depth: number): fc.Arbitrary<Time> =>
  depth === 1 ? fc.nat(4) : fc.tuple(fc.nat(3), fc.nat(3));

const anySteps = (depth: number) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ push: anyTime(depth), rows: anyRows }) },
      { weight: 1, arbitrary: fc.record({ unshift: anyTime(depth), rows: anyRows }) },
      { weight: 3, arbitrary: fc.constant("shift" as const) },
      { weight: 1, arbitrary: fc.constant("peek" as const) },
      { weight: 1, arbitrary: fc.record({ take: anyTime(depth), read: fc.nat(4) }) },
      { weight: 1, arbitrary: fc.constantFrom("restore" as const, "clear" as const) },
    ),
    { maxLength: 60, size: "max" },
  );

type Step = fc.Arbitrary<unknown> extends never ? never
  : (ReturnType<typeof anySteps> extends fc.Arbitrary<(infer S)[]> ? S : never);

/** A spool beside its model; every step compares the two. */
class Pair {
  readonly model = new Model();
  readonly disk = new Disk(7);
  #spool: Spool;

  constructor(readonly records: number) {
    this.#spool = this.#made();
  }

  #made(): Spool {
    return new Spool("v", { directory: this.disk, records: this.records }, SMALL);
  }

  take(step: Step): void {
    const { model } = this;
    if (step === "shift") this.#shift();
    else if (step === "peek") {
      const time = model.first();
      const rows = time === undefined ? undefined : model.at(time)[0].rows;
      expect(this.#spool.peek()?.rows()).toEqual(rows);
    } else if (step === "restore") this.#restore();
    else if (step === "clear") {
      expect(this.#spool.clear()).toBe(model.records);
      model.waiting = [];
    } else if ("push" in step) {
      const isNew = model.at(step.push).length === 0;
      expect(this.#spool.push(step.push, new Batch(step.push, step.rows))).toBe(isNew);
      model.waiting.push({ time: step.push, rows: step.rows });
    } else if ("unshift" in step) {
      const isNew = model.at(step.unshift).length === 0;
      expect(this.#spool.unshift(step.unshift, new Batch(step.unshift, step.rows))).toBe(isNew);
      model.waiting.unshift({ time: step.unshift, rows: step.rows });
    } else this.#takeAll(step.take, step.read);
    this.#compare();
  }

  end(): void {
    while (this.model.records > 0) this.#shift();
    expect(this.#spool.shift()).toBeUndefined();
    this.#compare();
    this.#spool[Symbol.dispose]();
    expect(this.disk.files.size).toBe(0);
  }

  #shift(): void {
    const time = this.model.first();
    const got = this.#spool.shift();
    if (time === undefined) return expect(got).toBeUndefined();
    const all = this.model.at(time);
    expect({ ...got, batch: got!.batch.rows() }).toEqual({
      time,
      batch: all[0].rows,
      isLast: all.length === 1,
    });
    this.model.remove(all.slice(0, 1));
  }

  #takeAll(time: Time, between: number): void {
    const all = this.model.at(time);
    const taken = this.#spool.take(time);
    this.model.remove(all);
    if (taken === undefined) return expect(all).toEqual([]);
    for (const [i, { rows }] of all.entries()) {
      // What comes meanwhile under the same time is none of it.
      if (i === between) {
        expect(this.#spool.push(time, new Batch(time, ["new"]))).toBe(true);
        this.model.waiting.push({ time, rows: ["new"] });
      }
      expect(taken.isEmpty).toBe(false);
      expect(taken.next()!.rows()).toEqual(rows);
    }
    expect(taken.isEmpty).toBe(true);
    expect(taken.next()).toBeUndefined();
  }

  #restore(): void {
    const saved = this.#spool.save();
    expect(saved).toEqual(this.model.saved());
    this.#spool[Symbol.dispose]();
    expect(this.disk.files.size).toBe(0);
    this.#spool = this.#made();
    this.#spool.load(saved);
  }

  #compare(): void {
    const { model } = this;
    const spool = this.#spool;
    expect(spool.firstTime).toEqual(model.first());
    expect(spool.times()).toEqual(model.times);
    expect(spool.size).toBe(model.times.length);
    expect(spool.records).toBe(model.records);
    expect(spool.batches).toBe(model.waiting.length);
    expect(spool.recordsInMemory + spool.recordsOnDisk).toBe(model.records);
    expect(spool.kept().records).toBe(spool.recordsInMemory);
    // The block that was read last: it is a batch of 5 records, or a quarter of what may be there.
    const read = Math.max(5, Math.ceil(this.records / 4));
    expect(spool.recordsInMemory).toBeLessThanOrEqual(this.records + read);
    if (spool.recordsOnDisk === 0) expect(spool.bytesOnDisk).toBe(0);
  }
}

describe("Spool", () => {
  it("is a list sorted by time, whatever goes to disk and comes back", () => {
    const cases = fc.constantFrom(1, 2).chain((depth) =>
      fc.tuple(anySteps(depth), fc.constantFrom(1, 2, 3, 8, 1000))
    );
    fc.assert(
      fc.property(cases, ([steps, records]) => {
        const pair = new Pair(records);
        for (const step of steps) pair.take(step as Step);
        pair.end();
      }),
      { numRuns: 200 },
    );
  });

  it("keeps what leaves next in memory, and a hundred thousand times with little of it", () => {
    const disk = new Disk();
    using spool = new Spool<number>("v", { directory: disk, records: 100 });
    const EPOCHS = 100_000;
    for (let time = 0; time < EPOCHS; time++) spool.push(time, new Batch(time, [time]));
    expect(spool.recordsInMemory).toBeLessThanOrEqual(100);
    expect(spool.records).toBe(EPOCHS);
    const { opened, written } = disk;
    for (let time = 0; time < 40; time++) expect(spool.shift()?.batch.rows()).toEqual([time]);
    expect({ opened: disk.opened, written: disk.written }).toEqual({ opened, written });
    for (let time = 40; time < EPOCHS; time++) {
      const { batch, isLast } = spool.shift()!;
      if (batch.time !== time || !isLast || batch.values()[0] !== time) {
        expect(batch.time).toBe(time);
      }
    }
    expect(spool.size).toBe(0);
    // Every record was written once at most: 40 bytes each, with what says how long it is.
    expect(written).toBeLessThan(41 * EPOCHS);
  });

  it("is a queue of one time that uses its disk again", () => {
    const disk = new Disk();
    using spool = new Spool<number>("v", { directory: disk, records: 50 }, SMALL);
    let next = 0;
    let expected = 0;
    const shift = () => {
      for (const row of spool.shift()!.batch) expect(row).toBe(expected++);
    };
    for (let round = 0; round < 3000; round++) {
      spool.push(7, new Batch(7, [next++, next++]));
      if (round > 200) shift();
      expect(disk.size).toBeLessThan(10_000);
    }
    while (spool.size > 0) shift();
    expect(expected).toBe(next);
    expect(disk.written).toBeGreaterThan(20_000);
  });

  it("opens no file and writes nothing without being told to", () => {
    using spool = new Spool("v");
    for (let n = 0; n < 1000; n++) spool.push(n, new Batch(n, [() => n]));
    expect(spool.recordsInMemory).toBe(1000);
    expect([spool.recordsOnDisk, spool.bytesOnDisk]).toEqual([0, 0]);
  });

  it("counts large records as several", () => {
    const text = "x".repeat(1000);
    using spool = new Spool("v", { directory: new Disk(), records: 100, bytes: 10_000 });
    for (let n = 0; n < 100; n++) spool.push(0, new Batch(0, [text + n]));
    expect(spool.recordsInMemory).toBeLessThan(12);
    expect(spool.kept().bytes).toBeLessThan(12_000);
    using small = new Spool("v", { directory: new Disk(), records: 100, bytes: 10_000 });
    for (let n = 0; n < 100; n++) small.push(0, new Batch(0, [n]));
    expect(small.recordsInMemory).toBeGreaterThan(50);
    for (let n = 0; n < 100; n++) expect(spool.shift()!.batch.rows()).toEqual([text + n]);
    expect(spool.kept()).toEqual({ records: 0, bytes: 0, waiting: 0, onDisk: 0 });
  });

  it("gives pooled buffers back: what went to disk, what was cleared, what is left at the end", () => {
    const pool = new BufferPool();
    const given: unknown[] = [];
    pool.give = (buffer) => void given.push(buffer);
    const pooled = (n: number) => {
      const buffer = pool.takeInt32(4);
      buffer.fill(n);
      const batch = new Batch(n, buffer, 4, new Lease(buffer, pool));
      return batch;
    };
    for (const end of ["clear", "dispose"] as const) {
      given.length = 0;
      const spool = new Spool("v", { directory: new Disk(), records: 8 });
      for (let n = 0; n < 4; n++) {
        const batch = pooled(n);
        spool.push(n, batch);
        batch.release();
      }
      expect(given.length).toBe(2);
      const first = spool.take(0)!;
      const { batch } = spool.shift()!;
      batch.release();
      if (end === "clear") {
        expect(spool.clear()).toBe(8);
        expect(first.next()!.rows()).toEqual([0, 0, 0, 0]);
      }
      spool[Symbol.dispose]();
      expect(given.length).toBe(end === "clear" ? 3 : 4);
    }
  });
});

describe("a spool that cannot go on", () => {
  const made = (disk: Disk) => new Spool("wait", { directory: disk, records: 1 }, SMALL);

  it("names vertex, directory and what to do when there is no disk to begin with", () => {
    const disk = new Disk();
    disk.room = 0;
    expect(() => made(disk)).toThrow(
      'MEANDER_SPILL  Cannot spill records of "wait" to directory "/spill": the disk is full. ' +
        "Make room and run again",
    );
  });

  it("names the time as well when the disk is full later", () => {
    const disk = new Disk();
    const spool = made(disk);
    disk.room = 100;
    expect(() => {
      for (let n = 0; n < 100; n++) spool.push([n, 2], new Batch([n, 2], ["a", "b"]));
    }).toThrow(
      /^MEANDER_SPILL {2}Cannot spill records of "wait" at time \[\d+,2\] to directory "\/spill": the disk/,
    );
    spool[Symbol.dispose]();
    expect(disk.files.size).toBe(0);
  });

  it("shows the record that cannot be written down", () => {
    using spool = made(new Disk());
    expect(() => spool.push(3, new Batch(3, [1, function odd() {}]))).toThrow(
      'MEANDER_SPILL  Cannot spill records of "wait" at time 3 to directory "/spill": Cannot send a ' +
        "record as bytes (function odd): a function",
    );
  });

  it("refuses what has changed on the disk, and leaves no file open for it", () => {
    const disk = new Disk();
    const spool = made(disk);
    for (let n = 0; n < 20; n++) spool.push(0, new Batch(0, [n, n]));
    for (const { bytes } of disk.files) bytes.fill(1);
    expect(() => {
      while (spool.size > 0) spool.shift();
    }).toThrow(
      /Cannot read back records of "wait" at time 0 from directory "\/spill": \d+ bytes came back changed\. Look/,
    );
    spool[Symbol.dispose]();
    expect(disk.files.size).toBe(0);
  });
});
