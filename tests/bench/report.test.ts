import { describe, expect, it } from "vitest";
import { programs } from "../../bench/catalog.ts";
import { summarize } from "../../bench/harness.ts";
import type { Figures } from "../../bench/program.ts";
import { comparison, extras, jsonLine, listing, short, table } from "../../bench/report.ts";

const figures: Figures = {
  name: "barrier",
  args: [1000],
  workers: 1,
  records: null,
  seconds: 0.5,
  cpu_seconds: 0.25,
  rate: 2_000_000,
  p50_us: null,
  p99_us: null,
  peak_rss_mb: 44.4,
};

describe("short", () => {
  it.each([
    [null, "-"],
    [0, "0.00"],
    [0.123456, "0.12"],
    [1.2345, "1.23"],
    [99.95, "100"],
    [1234.5, "1235"],
    [12_345, "12.3 k"],
    [1_180_000, "1.18 M"],
    [4_999_950_000, "5.00 G"],
  ])("writes %f as %s", (value, text) => {
    expect(short(value)).toBe(text);
  });
});

describe("table", () => {
  it("has a line for each system, with the columns under each other", () => {
    const summary = summarize([figures]);
    const systems = [{ label: "meander", summary }, { label: "native", summary }];
    expect(table(systems)).toBe([
      "             best    median  p50 µs  p99 µs  seconds  cpu s  peak MB",
      "meander  2.00 M/s  2.00 M/s       -       -     0.50   0.25     44.4",
      "native   2.00 M/s  2.00 M/s       -       -     0.50   0.25     44.4",
    ].join("\n"));
  });
});

describe("comparison", () => {
  it("names both, and the latency where there is one", () => {
    expect(comparison("meander", "native", { rate: 3.21, p50: null }))
      .toBe("meander is 3.21 times as fast as native");
    expect(comparison("meander", "native", { rate: 3.21, p50: 2.9 }))
      .toBe("meander is 3.21 times as fast as native, by median latency 2.90 times");
  });
});

describe("extras", () => {
  it("tells what only this program reports", () => {
    const summary = summarize([{ ...figures, cost_ratio: 1.02, malloc: "default" }]);
    expect(extras({ label: "x", summary })).toBe("x: cost_ratio 1.02, malloc default");
    expect(extras({ label: "x", summary: summarize([figures]) })).toBeUndefined();
  });
});

describe("jsonLine", () => {
  it("is one line with the ten names first", () => {
    const line = jsonLine(figures, { native: { rate: 1 } });
    expect(line).not.toContain("\n");
    expect(Object.keys(JSON.parse(line))).toEqual([...Object.keys(figures), "native"]);
  });
});

describe("listing", () => {
  it("names every program", () => {
    for (const { name, summary } of programs) {
      expect(listing()).toContain(`  ${name} `);
      expect(listing()).toContain(summary);
    }
  });
});
