import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, BlockStore } from "../../../operators/spill/block_store.ts";
import { Disk } from "./disk.ts";

const SIZES = { segment: 1024, buffer: 128 };

/** Bytes that tell of which block they are. */
function bytesOf(n: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_unused, i) => n * 31 + i);
}

describe("BlockStore", () => {
  it("gives back what was put, in any order, and disk with it", () => {
    const anyStep = fc.oneof(
      { weight: 3, arbitrary: fc.record({ put: fc.nat(60).map((n) => 8 * n) }) },
      { weight: 2, arbitrary: fc.record({ free: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ read: fc.nat() }) },
    );
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 200, size: "max" }),
        fc.constantFrom(5, Infinity),
        (steps, most) => {
          const disk = new Disk(most);
          const store = new BlockStore(disk, SIZES);
          const known: { block: Block; bytes: Uint8Array }[] = [];
          const check = ({ block, bytes }: typeof known[number]) =>
            expect(store.read(block)).toEqual(bytes);
          steps.forEach((step, n) => {
            if ("put" in step) {
              const bytes = bytesOf(n, step.put);
              known.push({ block: store.put(bytes), bytes });
            } else if (known.length > 0) {
              if ("read" in step) return check(known[step.read % known.length]);
              const [gone] = known.splice(step.free % known.length, 1);
              check(gone);
              store.free(gone.block);
            }
            const bytes = known.reduce((sum, each) => sum + each.bytes.length, 0);
            expect(store.bytes).toBe(bytes);
            expect(store.space).toBeGreaterThanOrEqual(bytes);
            expect(store.space).toBeLessThanOrEqual(4 * bytes + 4 * SIZES.segment + 480);
          });
          known.forEach(check);
          for (const { block } of known) store.free(block);
          expect(store.space).toBe(0);
          expect(disk.files.size).toBe(1);
          store.close();
          store.close();
          expect(disk.files.size).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps little disk for a few blocks that stay, in a long run", () => {
    const disk = new Disk();
    const store = new BlockStore(disk, SIZES);
    const stay: Block[] = [];
    const waiting: Block[] = [];
    for (let n = 0; n < 5000; n++) {
      const block = store.put(bytesOf(n, 64));
      (n % 20 === 0 ? stay : waiting).push(block);
      if (waiting.length > 10) store.free(waiting.shift()!);
    }
    expect(disk.size).toBeLessThan(4 * 64 * 260 + 6 * SIZES.segment);
    stay.forEach((block, i) => expect(store.read(block)).toEqual(bytesOf(20 * i, 64)));
    store.close();
  });

  it("keeps no file that one large block has made long", () => {
    const disk = new Disk();
    const store = new BlockStore(disk, SIZES);
    store.free(store.put(bytesOf(1, 100_000)));
    expect(disk.size).toBe(0);
    expect(disk.files.size).toBe(1);
    store.close();
  });

  it("never gives other bytes: whatever changes on the disk is refused", () => {
    const disk = new Disk();
    const store = new BlockStore(disk, { segment: 1024, buffer: 0 });
    const [first, second] = [bytesOf(1, 64), bytesOf(2, 64)].map((each) => store.put(each));
    const [{ bytes }] = disk.files;
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (at, change) => {
        bytes[at] ^= change;
        expect(() => store.read(first)).toThrow("64 bytes came back changed");
        bytes[at] ^= change;
        expect(store.read(first)).toEqual(bytesOf(1, 64));
      }),
    );
    bytes.copyWithin(0, 64, 128);
    expect(() => store.read(first)).toThrow("64 bytes came back changed");
    expect(store.read(second)).toEqual(bytesOf(2, 64));
    for (const file of disk.files) file.bytes = bytes.subarray(0, 100);
    expect(() => store.read(second)).toThrow("of 64 bytes only 36 came back");
    store.close();
  });

  it("says so when the disk is full, and has lost nothing of what it took", () => {
    const disk = new Disk();
    const store = new BlockStore(disk, SIZES);
    disk.room = 1500;
    const taken: Block[] = [];
    expect(() => {
      for (let n = 0; n < 100; n++) taken.push(store.put(bytesOf(n, 64)));
    }).toThrow("the disk is full");
    expect(taken.length).toBeGreaterThan(20);
    taken.forEach((block, n) => expect(store.read(block)).toEqual(bytesOf(n, 64)));
    store.close();
  });
});
