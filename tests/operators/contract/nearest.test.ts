import { describe, expect, it } from "vitest";
import { nearest } from "../../../operators/contract/nearest.ts";

describe("nearest", () => {
  it("finds the candidate with the fewest edits", () => {
    expect(nearest("orgin", ["destination", "origin", "organ"])).toBe("origin");
    expect(nearest("wrod", ["world", "word"])).toBe("word");
    expect(nearest("Origin", ["origin"])).toBe("origin");
    expect(nearest("ab", ["b", "xyz"])).toBe("b");
  });

  it("does not guess wildly", () => {
    expect(nearest("color", ["origin", "destination"])).toBeUndefined();
    expect(nearest("a", ["b"])).toBeUndefined();
    expect(nearest("word", [])).toBeUndefined();
    expect(nearest("x".repeat(200), ["x".repeat(199)])).toBeUndefined();
  });
});
