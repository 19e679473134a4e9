import { describe, expect, it } from "vitest";
import { ratioOf, summarize, takeTurns } from "../../bench/harness.ts";
import { nativeArguments } from "../../bench/native.ts";
import type { Figures } from "../../bench/program.ts";

function figures(seconds: number, more: Partial<Figures> = {}): Figures {
  return {
    name: "x",
    args: [],
    workers: 1,
    records: 100,
    seconds,
    cpu_seconds: seconds,
    rate: 100 / seconds,
    p50_us: null,
    p99_us: null,
    peak_rss_mb: 50,
    ...more,
  };
}

describe("takeTurns", () => {
  it("lets the sides alternate and forgets the first turns", async () => {
    const turns: string[] = [];
    const side = (label: string) => {
      let seconds = 0;
      return {
        run: () => {
          turns.push(label);
          return Promise.resolve(figures(++seconds));
        },
      };
    };
    const runs = await takeTurns([side("a"), side("b")], 2, 1);
    expect(turns).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect(runs.map((side) => side.map((run) => run.seconds))).toEqual([[2, 3], [2, 3]]);
  });
});

describe("summarize", () => {
  it("finds the best and the middle run, and the highest mark of the memory", () => {
    const summary = summarize([
      figures(3, { peak_rss_mb: 60 }),
      figures(1, { peak_rss_mb: 70 }),
      figures(2, { peak_rss_mb: 65 }),
    ]);
    expect(summary.best.seconds).toBe(1);
    expect(summary.median).toMatchObject({ seconds: 2, peak_rss_mb: 70 });
  });

  it("takes the slower of the two in the middle, and reports no memory if a run had none", () => {
    const summary = summarize([figures(1), figures(2, { peak_rss_mb: null })]);
    expect(summary.median).toMatchObject({ seconds: 2, peak_rss_mb: null });
  });
});

describe("ratioOf", () => {
  it("is above 1 where ours is ahead", () => {
    const ours = summarize([figures(1, { p50_us: 2 })]);
    const other = summarize([figures(4, { p50_us: 6 })]);
    expect(ratioOf(ours, other)).toEqual({ rate: 4, p50: 3 });
  });

  it("has no latency where one side has none", () => {
    const ours = summarize([figures(1, { p50_us: 2 })]);
    expect(ratioOf(ours, summarize([figures(1)])).p50).toBeNull();
  });
});

describe("nativeArguments", () => {
  it("writes options apart and tells how to serve", () => {
    const task = {
      name: "epoch_latency",
      given: { numbers: [8, 100, 1], words: ["exchange"], options: { "open-times": 10 } },
      workers: 2,
      group: 8,
    };
    expect(nativeArguments(task).join(" ")).toBe(
      "epoch_latency 8 100 1 exchange --open-times 10 -w 2 --group 8 --serve",
    );
  });
});
