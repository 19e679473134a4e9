import { checkOperator, OperatorTest } from "meander/testing";
import { describe, expect, it } from "vitest";
import { distance, stem, words } from "./mod.ts";

function wordsOf(config: Parameters<typeof words.config.parse>[0], ...texts: string[]): string[] {
  const test = new OperatorTest(words, config as never);
  test.send("in", 0, texts);
  test.finish();
  return test.sent("out");
}

describe("words", () => {
  it("are what Unicode says", () => {
    expect(wordsOf({}, "Don't panic: 3.14, naïve-ish… 🙂")).toEqual(
      ["don't", "panic", "3.14", "naïve", "ish"],
    );
    expect(wordsOf({ lowerCase: false }, "To Be")).toEqual(["To", "Be"]);
    expect(wordsOf({}, "", " — ")).toEqual([]);
  });

  it("are found in languages without spaces", () => {
    expect(wordsOf({ language: "ja" }, "私は学生です").join("|")).toBe("私|は|学生|です");
  });

  it("are written small as their language does", () => {
    expect(wordsOf({ language: "tr" }, "IRMAK")).toEqual(["ırmak"]);
  });

  it("are counted when they are too short", () => {
    const test = new OperatorTest(words, { atLeast: 3 });
    test.send("in", 0, ["to be or not to be", "𝒂𝒃 𝒂𝒃𝒄"]);
    expect(test.sent("out")).toEqual(["not", "𝒂𝒃𝒄"]);
    expect(test.dropped.get("words shorter than 3")).toBe(6);
  });

  it("keep the laws", () => {
    checkOperator(words, { inputs: { in: ["to be or", "not", "", "to-be"] } });
  });
});

describe("stem", () => {
  it("is the same for words of one family", () => {
    const test = new OperatorTest(stem, {});
    test.send("in", 0, ["relate", "relational", "Connections", "connecting", "sky", ""]);
    expect(test.sent("out")).toEqual(["relat", "relat", "connect", "connect", "sky", ""]);
  });

  it("keeps the laws", () => {
    checkOperator(stem, { inputs: { in: ["ponies", "ties", "a", ""] } });
  });
});

describe("distance", () => {
  it("counts characters, and not the units that they are written with", () => {
    const test = new OperatorTest(distance, { to: "kitten" });
    test.send("in", 0, ["sitting", "", "kitten", "🙂itten"]);
    expect(test.sent("out").map(({ edits }) => edits)).toEqual([3, 6, 0, 1]);
  });

  it("sends what is near", () => {
    const test = new OperatorTest(distance, { to: "meander", atMost: 1 });
    test.send("in", 0, ["meander", "meaner", "river"]);
    test.send("in", 0, ["wanderer"]);
    expect(test.sent("out")).toEqual([{ text: "meander", edits: 0 }, { text: "meaner", edits: 1 }]);
  });

  it("keeps the laws", () => {
    checkOperator(distance, {
      config: { to: "ab", atMost: 2 },
      inputs: { in: ["ab", "ba", "abcde"] },
    });
  });
});
