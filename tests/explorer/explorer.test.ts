import { describe, expect, it } from "vitest";
import { type EndVerdict, exploreEnd, RIGHT_END } from "./end_explorer.ts";
import { explore, RIGHT, type Variant, type Verdict } from "./explorer.ts";
import type { EndVariant } from "./parts.ts";

describe("the progress protocol, in every interleaving", () => {
  it("is never early and never stuck", () => {
    const { states, steps, verdicts } = explore(2, RIGHT);
    expect([...verdicts]).toEqual([]);
    expect([states, steps]).toEqual([49_065, 143_633]);
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

describe("notifications and the end on two workers, in every interleaving", () => {
  it("are never early, and the end is declared at last", () => {
    const { states, steps, traces } = exploreEnd(1);
    expect([...traces]).toEqual([]);
    expect([states, steps]).toEqual([15_589, 53_224]);
  });

  const wrong: [what: string, variant: Partial<EndVariant>, verdict: EndVerdict][] = [
    ["news do not count", { countsNews: false }, "ended early"],
    ["news are answered before what follows from them", { answersAtOnce: true }, "ended early"],
    ["reports overtake each other", { inOrder: false }, "ended early"],
    ["reports are split", { splits: true }, "notified early"],
  ];
  it.each(wrong)("are found out when %s", (_what, variant, verdict) => {
    // With two, for a notification to be early takes another record that comes behind it.
    const { traces } = exploreEnd(2, { ...RIGHT_END, ...variant }, verdict);
    expect([...traces.keys()]).toContain(verdict);
    expect(traces.get(verdict)!.length).toBeGreaterThan(1);
  });
});
