import { describe, expect, it } from "vitest";
import { countsOf, stripColors } from "../../_tools/test_summary.ts";

describe("countsOf", () => {
  it.each([
    ["ok | 12 passed | 0 failed (34ms)", { passed: 12, failed: 0 }],
    ["FAILED | 12 passed (3 steps) | 8 failed | 1 ignored (34ms)", { passed: 12, failed: 8 }],
    ["ok | 1 passed | 0 failed | 5 filtered out (7ms)", { passed: 1, failed: 0 }],
  ])("reads %s", (line, expected) => {
    expect(countsOf(`x ... ok (1ms)\n\n${line}\n\n`)).toEqual(expected);
  });

  it("takes the last summary, since a test may print one", () => {
    const output = "ok | 1 passed | 0 failed (1ms)\nFAILED | 4 passed | 2 failed (2ms)\n";
    expect(countsOf(output)).toEqual({ passed: 4, failed: 2 });
  });

  it("finds none in the output of a run that did not get so far", () => {
    expect(countsOf("error: Type checking failed.\n")).toBeUndefined();
  });
});

describe("stripColors", () => {
  it("removes escape sequences", () => {
    expect(stripColors("\u001b[0m\u001b[32mok\u001b[0m | 1 passed")).toBe("ok | 1 passed");
  });
});
