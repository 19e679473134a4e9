import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordsFrom, textOf } from "../../../operators/capture/record_text.ts";

function back(records: readonly unknown[]): unknown[] {
  const text = textOf(records);
  return recordsFrom(JSON.parse(text), text);
}

const anyName = fc.oneof(
  fc.constantFrom("$", "__proto__", "constructor", "toJSON", "0"),
  fc.string(),
);
const anyScalar = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme-ascii" }).map((text) => `${text}\ud800"$"`),
  fc.double(),
  fc.constantFrom<unknown>(undefined, null, true, false, -0, NaN, Infinity, -Infinity, "$", '"$"'),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
);
const anyRecord = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyScalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(anyName, tie("value")), { maxLength: 4 }).map((pairs) =>
      Object.fromEntries(pairs)
    ),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).value;

class Point {
  constructor(readonly x: number) {}
}

describe("records as text", () => {
  it("come back as they were", () =>
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
        const found = back(records);
        expect(isDeepStrictEqual(found, records)).toBe(true);
        expect(textOf(found)).toBe(textOf(records));
      }),
      { numRuns: 1000 },
    ));

  it("are on one line, and JSON where JSON can say it", () => {
    const records = ["a\nb", { a: [1, null, true] }, -1.5, "\u2028"];
    expect(textOf(records)).toBe(JSON.stringify(records));
    expect(textOf([1n, { $: 1 }, undefined, -0])).toBe(
      '[{"$":["bigint","1"]},{"$":["object",[["$",1]]]},{"$":["undefined"]},{"$":["number","-0"]}]',
    );
    expect(textOf(Float64Array.of(1, NaN))).toBe('[1,{"$":["number","NaN"]}]');
  });

  it("do not set prototypes", () => {
    const [found] = back([JSON.parse('{"__proto__":{"evil":true},"n":{"$":1}}')]) as [object];
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect("evil" in found).toBe(false);
  });

  it("may be deep", () => {
    let deep: unknown = 1n;
    for (let i = 0; i < 500; i++) deep = [deep];
    expect(back([deep])).toEqual([deep]);
  });

  const circle: unknown[] = [];
  circle.push({ circle });
  const named = Object.assign([1], { name: "x" });
  const hidden = { [Symbol("s")]: 1 };
  let bottomless: unknown[] = [];
  for (let i = 0; i < 100_000; i++) bottomless = [bottomless];

  it.each<[string, unknown, string]>([
    ["a function", { f: () => 1 }, "it is a function"],
    ["a symbol", Symbol("s"), "it is a symbol"],
    ["an instance", new Point(1), "it is an instance of a class"],
    ["a pattern", /a/, "it is an instance of a class"],
    ["an error", new Error("x"), "it is an instance of a class"],
    ["numbers of a kind", Int16Array.of(1), "it is an instance of a class"],
    [
      "a date with more to it",
      Object.assign(new Date(0), { zone: "Z" }),
      "it is an instance of a class",
    ],
    ["a property that a symbol names", hidden, "it has a property that is named by a symbol"],
    ["a list with holes", [1, , 2], "it is a list with holes, or with properties of its own"],
    ["a list with holes and more", Object.assign([1, , 2], { x: 1 }), "it is a list with holes"],
    ["a list with properties", named, "it is a list with holes, or with properties of its own"],
    ["what contains itself", circle, "it contains itself"],
    ["what is too deep", bottomless, "it is nested too deeply"],
  ])("are refused where something would be lost: %s", (_what, record, why) => {
    expect(() => textOf([1, [record]])).toThrow(why);
    expect(() => textOf([1, [record]])).toThrow("MEANDER_LOG_RECORD  Cannot write ");
  });

  it("are refused when they cannot be looked at", () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(() => textOf([proxy])).toThrow("MEANDER_LOG_RECORD  Cannot write ");
  });

  it.each([
    '{"$":1}',
    '{"$":["bigint","1"],"more":1}',
    '{"$":["bigint","x"]}',
    '{"$":["bigint"]}',
    '{"$":["number","1"]}',
    '{"$":["date","yesterday"]}',
    '{"$":["date"]}',
    '{"$":["map",[1]]}',
    '{"$":["set",1]}',
    '{"$":["bytes","?"]}',
    '{"$":["object",[[1,2]]]}',
    '{"$":["toString",1]}',
    '{"$":["constructor"]}',
    '{"$":["undefined",1,2]}',
    '{"\\u0024":["undefined",null]}',
    '{"$":[]}',
  ])("are not made of what nobody has written: %s", (value) => {
    const text = `[${value}]`;
    expect(() => recordsFrom(JSON.parse(text), text)).toThrow("is no value");
  });
});
