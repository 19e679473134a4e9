import { describe, expect, it } from "vitest";
import { explore, RIGHT, type Variant, type Verdict } from "./explorer.ts";

describe("the progress protocol, in every interleaving", () => {
  it("is never early and never stuck", () => {
    const { states, verdicts } = explore(2, RIGHT);
    expect([...verdicts]).toEqual([]);
    expect(states).toBeGreaterThan(1000);
  });

  const wrong: [what: string, variant: Partial<Variant>, verdict: Verdict][] = [
    ["decrements are sent before increments", { batches: "decrements first" }, "early"],
    ["batches are split and channels change their order", {
      batches: "increments first",
      channel: "in any order",
    }, "early"],
    ["counts below zero are taken for zero", { clamped: true }, "stuck"],
    ["a batch is applied twice", { doubled: true }, "stuck"],
  ];
  it.each(wrong)("is found out when %s", (_what, variant, verdict) => {
    const { verdicts, traces } = explore(1, { ...RIGHT, ...variant });
    expect(verdicts).toContain(verdict);
    expect(traces.get(verdict)!.length).toBeGreaterThan(1);
  });

  it("needs the order of each worker's batches, but may split one if its increments go first", () => {
    expect(explore(1, { ...RIGHT, batches: "increments first" }).verdicts.size).toBe(0);
    expect([...explore(1, { ...RIGHT, channel: "in any order" }).verdicts]).toEqual(["early"]);
  });
});
