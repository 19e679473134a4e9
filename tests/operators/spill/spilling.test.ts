import { describe, expect, it } from "vitest";
import { dataflow, Engine, execute } from "../../../mod.ts";
import { Disk } from "./disk.ts";

/** Epochs are brought together by tens, and wait until then; records of all of them are sent first. */
function tens(disk: Disk, records = 20) {
  return dataflow("tens", (root) => {
    const numbers = root.input<unknown>("numbers");
    const spill = { directory: disk, records };
    const out = numbers
      .delay((_n, epoch) => Math.floor(epoch as number / 10) * 10 + 10, { spill, name: "wait" })
      .synchronize({ spill })
      .delayBatch((epoch) => epoch as number + 1, { spill });
    return { numbers, out: out.output("out") };
  });
}

describe("a dataflow that spills", () => {
  it.each([1, 2, 3])(
    "gives the same as one in memory, on %i workers, and leaves no file",
    async (n) => {
      const disk = new Disk();
      const run = new Engine({ workers: n, threads: false }).install(tens(disk));
      const { numbers, out } = run.handles;
      const found: [unknown, number][] = [];
      out.subscribe(({ time, records }) => void found.push([time, records.length]));
      for (let epoch = 0; epoch < 50; epoch++) {
        numbers.advanceTo(epoch);
        numbers.send(
          Array.from({ length: 30 }, (_unused, i) => ({ epoch, i, text: "x".repeat(999) })),
        );
      }
      expect(disk.opened).toBe(3 * n);
      numbers.close();
      await run.done;
      const sums = new Map<unknown, number>();
      for (const [time, count] of found) sums.set(time, (sums.get(time) ?? 0) + count);
      expect([...sums]).toEqual([[11, 300], [21, 300], [31, 300], [41, 300], [51, 300]]);
      expect(disk.written).toBeGreaterThan(1_000_000);
      expect(disk.files.size).toBe(0);
    },
  );

  it("fails naming vertex and record when one cannot be written, and leaves no file", async () => {
    const disk = new Disk();
    const run = execute(tens(disk, 1));
    run.handles.numbers.send([1, 2, () => 3]);
    run.handles.numbers.close();
    await expect(run.done).rejects.toThrow(
      /MEANDER_SPILL {2}Cannot spill records of "wait" at time 10 to directory "\/spill": .*function/,
    );
    expect(disk.files.size).toBe(0);
  });

  it("fails when the disk is full, before it starts or later", async () => {
    const full = new Disk();
    full.room = 0;
    let cause: unknown;
    try {
      const run = execute(tens(full));
      run.handles.numbers.close();
      await run.done;
    } catch (error) {
      cause = error;
    }
    expect(String(cause)).toContain(
      'Cannot spill records of "wait" to directory "/spill": the disk is full. Make room',
    );
    const disk = new Disk();
    const run = execute(tens(disk, 1));
    disk.room = 5;
    run.handles.numbers.send([new Uint8Array(300_000)]);
    run.handles.numbers.send([2]);
    run.handles.numbers.close();
    await expect(run.done).rejects.toThrow(/records of "wait" at time 10 .* the disk is full/);
    expect(disk.files.size).toBe(0);
  });

  it("gives its files back when it is cancelled", async () => {
    const disk = new Disk();
    const run = execute(tens(disk, 1));
    run.handles.numbers.send([1, 2, 3]);
    run.cancel();
    await run.done.catch(() => {});
    expect(disk.files.size).toBe(0);
  });
});
