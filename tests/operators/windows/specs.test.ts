import { describe, expect, it } from "vitest";
import { core } from "../../../plugins/core.ts";
import { Registry } from "../../../plugins/registry.ts";
import { checkSpec } from "../../../specs/check.ts";
import { formatProblem } from "../../../specs/problem.ts";
import { runTests } from "../../../specs/unit_test.ts";

const registry = new Registry([core]);

/** A spec with one node of visits, whose settings are given. */
function specOf(use: string, settings: Record<string, unknown>, test: unknown): string {
  return JSON.stringify({
    meander: 1,
    name: "visits",
    inputs: {
      visits: {
        format: "ndjson",
        schema: { at: "datetime", user: "string", n: "integer" },
        epochs: { field: "at", window: "1s", outOfOrder: "1m", late: "output" },
      },
    },
    nodes: { made: { use, from: ["visits", "visits.late"], with: settings } },
    outputs: { out: { from: "made" }, late: { from: "made.late" } },
    tests: [test],
  });
}

function problemsOf(text: string): string[] {
  const checked = checkSpec(text, { registry });
  return "problems" in checked ? checked.problems.map(formatProblem) : [];
}

const visit = (time: string, user: string, n: number) => ({
  at: `2026-01-01T${time}Z`,
  user,
  n,
});
const ms = (time: string) => Date.parse(`2026-01-01T${time}Z`);

const windows = {
  size: 60_000,
  every: 30_000,
  lateness: 60_000,
  early: 15_000,
  at: "record.at",
  key: "record.user",
  initial: "0",
  fold: "accumulated + record.n",
  emit: "{'user': key, 'from': window.start, 'ms': window.end - window.start, 'is': window.kind, " +
    "'sum': accumulated}",
};

const sessions = {
  gap: 60_000,
  lateness: 600_000,
  at: "record.at",
  key: "record.user",
  initial: "''",
  fold: "accumulated + string(record.n)",
  emit:
    "{'from': window.start, 'is': window.kind, 'old': size(window.replaces), 'ns': accumulated}",
};

const order = { at: "record.at", by: "record.user" };

async function run(use: string, settings: Record<string, unknown>, test: object) {
  const named = { name: "it", ...test };
  const text = specOf(use, settings, named);
  expect(problemsOf(text)).toEqual([]);
  return await runTests(text, [named as never], { registry });
}

const asExpected = [{ name: "it", differences: [] }];

describe("windows in specs", () => {
  it("fold by expressions, by the kind of result", async () => {
    const from = (time: string, is: string, sum: number) => ({
      user: "ann",
      from: ms(time),
      ms: 60_000,
      is,
      sum,
    });
    const test = {
      inputs: {
        visits: [visit("12:00:40.500", "ann", 1), visit("12:02:00", "ann", 2)],
      },
      outputs: {
        out: [
          from("12:00:00", "early", 1),
          from("12:00:30", "early", 1),
          from("12:00:00", "onTime", 1),
          from("12:00:30", "onTime", 1),
          from("12:01:30", "early", 2),
          from("12:02:00", "early", 2),
          from("12:01:30", "onTime", 2),
          from("12:02:00", "onTime", 2),
        ],
        late: [],
      },
    };
    expect(await run("core/window", windows, test)).toEqual(asExpected);
  });

  it("join sessions by late records, and put aside what is too late", async () => {
    const test = {
      inputs: {
        visits: [
          visit("12:00:00", "ann", 1),
          visit("12:01:30", "ann", 3),
          visit("12:05:00", "bob", 9), // ends both of ann's
          visit("12:00:50", "ann", 2), // belongs to both
          visit("11:30:00", "bob", 8),
        ],
      },
      outputs: {
        out: [
          { from: ms("12:00:00"), is: "onTime", old: 0, ns: "1" },
          { from: ms("12:01:30"), is: "onTime", old: 0, ns: "3" },
          { from: ms("12:00:00"), is: "late", old: 2, ns: "123" },
          { from: ms("12:05:00"), is: "onTime", old: 0, ns: "9" },
        ],
        late: [{ at: ms("11:30:00"), user: "bob", n: 8 }],
      },
    };
    expect(await run("core/sessionWindow", sessions, test)).toEqual(asExpected);
  });

  it("bring records into order", async () => {
    const test = {
      inputs: {
        visits: [
          visit("12:00:02", "zoe", 1),
          visit("12:00:01", "ann", 2),
          visit("12:00:02", "bob", 3),
        ],
      },
      outputs: {
        out: [["ann", "1", 2], ["bob", "2", 3], ["zoe", "2", 1]].map(([user, second, n]) => ({
          at: ms(`12:00:0${second}`),
          user,
          n,
        })),
      },
    };
    expect(await run("core/reorder", order, test)).toEqual(asExpected);
  });

  it("are checked before anything runs", () => {
    const test = { name: "none", inputs: {}, outputs: {} };
    const problems = (use: string, settings: Record<string, unknown>) =>
      problemsOf(specOf(use, settings, test)).join("\n");
    expect(problems("core/window", { ...windows, at: "record.user" })).toContain(
      "gives string: expected integer",
    );
    expect(problems("core/window", { ...windows, fold: "'text'" })).toContain(
      'gives string: expected integer, like "initial"',
    );
    expect(problems("core/window", { ...windows, every: 90_000 })).toContain(
      "expected at most size: records between two windows would be in none",
    );
    expect(problems("core/window", { ...windows, emit: "windw.start" })).toContain("windw");
    expect(problems("core/sessionWindow", { ...sessions, gap: 0 })).toContain("/gap");
    expect(problems("core/reorder", { by: "record.user" })).toContain(
      "/with/at: it is missing",
    );
  });
});
