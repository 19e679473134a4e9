import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BufferPool } from "../../batches/pool.ts";

describe("BufferPool", () => {
  it("rounds lengths up to a power of two of 64 or more", () => {
    const pool = new BufferPool();
    for (
      const [asked, got] of [[0, 64], [1, 64], [64, 64], [65, 128], [1000, 1024], [1025, 2048]]
    ) {
      expect(pool.takeInt32(asked).length).toBe(got);
      expect(pool.takeFloat64(asked).length).toBe(got);
    }
  });

  it("hands out again what came back, last in first out, each kind for itself", () => {
    const pool = new BufferPool();
    const ints = pool.takeInt32(1000);
    const floats = pool.takeFloat64(1000);
    pool.give(ints);
    pool.give(floats);
    expect(pool.stats).toEqual({ taken: 2, given: 2, allocated: 2, keptBytes: 12 * 1024 });
    expect(pool.takeFloat64(600)).toBe(floats);
    expect(pool.takeInt32(1024)).toBe(ints);
    expect(pool.takeInt32(1024)).not.toBe(ints);
    expect(pool.stats).toEqual({ taken: 5, given: 2, allocated: 3, keptBytes: 0 });
  });

  it("ignores what no pool can have handed out", () => {
    const pool = new BufferPool();
    const memory = new ArrayBuffer(1024);
    const detached = new Int32Array(64);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const foreign = [
      [1, 2],
      new Int32Array(100),
      new Int32Array(32),
      new Int32Array(memory, 0, 64),
      new Int32Array(memory, 256, 64),
      new Float64Array(memory, 512, 64),
      new Int32Array(new SharedArrayBuffer(256)),
      new Uint8Array(64),
      detached,
      undefined,
    ];
    for (const data of foreign) pool.give(data);
    expect(pool.stats).toEqual({ taken: 0, given: 0, allocated: 0, keptBytes: 0 });
  });

  it("keeps no more bytes than it may", () => {
    const pool = new BufferPool({ maxKeptBytes: 1024 });
    const buffers = [pool.takeInt32(64), pool.takeInt32(128), pool.takeInt32(128)];
    for (const buffer of buffers) pool.give(buffer);
    expect(pool.stats.keptBytes).toBe(768);
    expect(pool.stats.given).toBe(3);
    pool.give(pool.takeFloat64(64));
    expect(pool.stats.keptBytes).toBe(768);
  });

  it("never hands out one buffer twice, and accounts for every byte", () => {
    const step = fc.record({ take: fc.boolean(), floats: fc.boolean(), size: fc.nat(3000) });
    fc.assert(fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const pool = new BufferPool({ maxKeptBytes: 64 * 1024, poison: true });
      const held: (Int32Array | Float64Array)[] = [];
      for (const { take, floats, size } of steps) {
        if (take || held.length === 0) {
          const buffer = floats ? pool.takeFloat64(size) : pool.takeInt32(size);
          expect(buffer.length).toBeGreaterThanOrEqual(size);
          expect(held.includes(buffer)).toBe(false);
          held.push(buffer);
        } else {
          pool.give(held.splice(size % held.length, 1)[0]);
        }
        const { taken, given, keptBytes } = pool.stats;
        expect(taken - given).toBe(held.length);
        expect(keptBytes).toBeLessThanOrEqual(64 * 1024);
      }
    }));
  });

  it("finds in poison mode who gives twice", () => {
    const pool = new BufferPool({ poison: true });
    const buffer = pool.takeInt32(64);
    pool.give(buffer);
    expect(() => pool.give(buffer)).toThrow("MEANDER_POOL_GIVEN_TWICE");
    const full = new BufferPool({ poison: true, maxKeptBytes: 0 });
    full.give(buffer);
    expect(() => full.give(buffer)).toThrow("MEANDER_POOL_GIVEN_TWICE");
  });

  it("finds in poison mode who writes or reads after giving", () => {
    const pool = new BufferPool({ poison: true });
    const ints = pool.takeInt32(64).fill(7);
    const floats = pool.takeFloat64(64).fill(7);
    pool.give(ints);
    pool.give(floats);
    expect([ints[3], floats[3]]).not.toContain(7);
    ints[3] = 8;
    floats[4] = 8;
    expect(() => pool.takeInt32(64)).toThrow("at entry 3 (8)");
    expect(() => pool.takeFloat64(64)).toThrow("at entry 4 (8)");
  });

  it("refuses sizes and limits that make no sense", () => {
    expect(() => new BufferPool().takeInt32(2 ** 30 + 1)).toThrow("MEANDER_POOL_SIZE");
    expect(() => new BufferPool().takeFloat64(NaN)).toThrow("MEANDER_POOL_SIZE");
    expect(() => new BufferPool({ maxKeptBytes: -1 })).toThrow("MEANDER_POOL_LIMIT");
  });
});
