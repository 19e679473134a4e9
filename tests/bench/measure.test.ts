import { describe, expect, it } from "vitest";
import {
  expectEqual,
  Laps,
  measure,
  measureAsync,
  measureRounds,
  measureRoundsAsync,
  peakMemory,
  quantile,
  residentMb,
} from "../../bench/measure.ts";

describe("measureRounds", () => {
  it.each([[10, 1, 10], [10, 4, 2], [3, 4, 0], [8, 8, 1]])(
    "makes all of %i rounds, in groups of %i, in order",
    async (total, group, samples) => {
      const seen: number[] = [];
      const { laps, spent } = measureRounds(total, group, (index) => seen.push(index));
      const all = Array.from({ length: total }, (_unused, index) => index);
      expect(seen).toEqual(all);
      expect(laps.length).toBe(samples);
      expect(spent.seconds).toBeGreaterThan(0);
      const seenLater: number[] = [];
      const later = await measureRoundsAsync(total, group, (index) => {
        seenLater.push(index);
        return Promise.resolve();
      });
      expect(seenLater).toEqual(all);
      expect(later.laps.length).toBe(samples);
    },
  );

  it("divides the time of a group by its rounds", () => {
    const busy = () => {
      const end = performance.now() + 1;
      while (performance.now() < end);
    };
    const { laps } = measureRounds(8, 4, busy);
    for (const lap of laps) expect(lap).toBeGreaterThan(900);
  });
});

describe("Laps", () => {
  it.each([[10, 1, 10], [10, 4, 2], [3, 4, 0], [8, 8, 1]])(
    "takes the time of %i rounds in groups of %i",
    (total, group, samples) => {
      const laps = new Laps(total, group);
      for (let round = 0; round <= total; round++) laps.mark(round);
      expect(laps.taken.length).toBe(samples);
      for (const lap of laps.taken) expect(lap).toBeGreaterThanOrEqual(0);
    },
  );

  it("has no more than was marked, and divides by the rounds of a group", () => {
    const laps = new Laps(100, 2);
    expect(laps.taken.length).toBe(0);
    laps.mark(0);
    laps.mark(1);
    const end = performance.now() + 2;
    while (performance.now() < end);
    laps.mark(2);
    expect(laps.taken.length).toBe(1);
    expect(laps.taken[0]).toBeGreaterThan(900);
  });
});

describe("measure", () => {
  it("takes the time until the work is done, and the processor's", async () => {
    const busy = () => {
      const end = performance.now() + 5;
      while (performance.now() < end);
    };
    const spent = measure(busy);
    expect(spent.seconds).toBeGreaterThan(0.004);
    expect(spent.cpuSeconds).toBeGreaterThan(0);
    const waited = await measureAsync(() => Promise.resolve(busy()));
    expect(waited.seconds).toBeGreaterThan(0.004);
  });
});

describe("quantile", () => {
  it.each([
    [[], 0.5, null],
    [[7], 0.99, 7],
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.75, 3],
    [[4, 1, 3, 2], 0.99, 4],
    [[4, 1, 3, 2], 0, 1],
    [[10, 9, 100], 0.5, 10],
  ])("takes the nearest rank of %j at %f", (samples, share, expected) => {
    expect(quantile(Float64Array.from(samples), share)).toBe(expected);
  });

  it("leaves the samples in their order", () => {
    const samples = Float64Array.of(2, 1);
    quantile(samples, 0.5);
    expect([...samples]).toEqual([2, 1]);
  });
});

describe("expectEqual", () => {
  it("says what is wrong", () => {
    expect(() => expectEqual("sum", 3, 4)).toThrow("wrong answer, sum: 3, expected 4");
    expectEqual("sum", 3, 3);
  });
});

describe("peakMemory", () => {
  it("is at least about what the process holds now", () => {
    const peakMb = peakMemory();
    expect(peakMb()).toBeGreaterThan(residentMb() * 0.5);
  });
});
