import { describe, expect, it, vi } from "vitest";
import { withDifference } from "../_support/vitest/difference.ts";
import { titleOfRow } from "../_support/vitest/titles.ts";

describe("titleOfRow", () => {
  it.each([
    ["%i + %i", [1, 2], "1 + 2"],
    ["%s of %j", ["first", { a: 1 }], 'first of {"a":1}'],
    ["row %# is number %$", [5], "row 2 is number 3"],
    ["$name at $place.city", [{ name: "SEA", place: { city: "Seattle" } }], "SEA at Seattle"],
    ["$missing stays", [{ name: "SEA" }], "$missing stays"],
    ["100%% of %d", [7], "100% of 7"],
  ])("%s", (title, row, expected) => {
    expect(titleOfRow(title, row, 2)).toBe(expected);
  });
});

describe("withDifference", () => {
  it("adds the difference between both sides to the message", () => {
    const error = Object.assign(new Error("not equal"), { actual: [1, 2], expected: [1, 3] });
    const { message } = withDifference(error) as Error;
    expect(message).toContain("not equal");
    expect(message).toContain("-   3");
    expect(message).toContain("+   2");
  });

  it("leaves other errors alone", () => {
    const error = new Error("plain");
    expect(withDifference(error)).toBe(error);
    expect(error.message).toBe("plain");
  });
});

describe("what is left out", () => {
  it("says what to do instead", () => {
    expect(() => vi.mock("./module.ts")).toThrow(
      "Cannot use vi.mock in these tests: modules cannot be replaced under deno test; pass the " +
        "dependency as an argument",
    );
    expect(() => vi.useFakeTimers()).toThrow("advance it");
    expect(() => expect.poll(() => 1)).toThrow("does not poll");
    expect(() => it.concurrent("x", () => {})).toThrow("one after another");
  });

  it("refuses a test inside of a test", () => {
    expect(() => it("inner", () => {})).toThrow(
      'Cannot define test "inner" inside of a running test',
    );
  });
});
