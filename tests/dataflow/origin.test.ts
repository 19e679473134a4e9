import { describe, expect, it } from "vitest";
import { Dataflow, dataflow } from "../../mod.ts";
import { type Origin, originOf, remake } from "../../dataflow/origin.ts";
import { Site } from "../../dataflow/site.ts";
import { errorOf, noteOf } from "../../dataflow/fault_note.ts";
import { MeanderError } from "../../operators/contract/fault.ts";

type Any = Dataflow<Record<never, never>>;

function isDataflow(value: unknown): value is Any {
  return value instanceof Dataflow;
}

function build(size: number): Any {
  return dataflow(`of ${size}`, () => ({}), { madeBy: [build, size], module: "file:///built.ts" });
}

const exported = dataflow("exported", () => ({}), { module: "file:///exported.ts" });

function remade(origin: Partial<Origin>, exports: Record<string, unknown>): Promise<Any> {
  const whole = { module: "file:///m.ts", name: "of 3", place: "", maker: null, ...origin };
  return remake<Any>(whole, exports, isDataflow);
}

describe("An origin", () => {
  it("is the module that describes the dataflow, and nothing else for one that is exported", () => {
    const site = new Site();
    expect(originOf("words", site, undefined, undefined))
      .toEqual({ module: site.module, name: "words", place: site.chain, maker: null });
    expect(exported.origin).toEqual({
      module: "file:///exported.ts",
      name: "exported",
      place: exported.place,
      maker: null,
    });
  });

  it("names the maker and what it was called with", () => {
    expect(build(3).origin).toEqual({
      module: "file:///built.ts",
      name: "of 3",
      place: expect.stringMatching(/^\d+:\d+ /),
      maker: { name: "build", args: [3] },
    });
  });

  it("is refused when nobody can tell the module, and taken from the option then", () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const site = new Site();
    Error.stackTraceLimit = before;
    expect(() => originOf("words", site, undefined, undefined)).toThrow(
      'MEANDER_ORIGIN  Cannot run dataflow "words" on several workers: the module that describes it ' +
        "is not known. Pass its URL to dataflow: { module: import.meta.url }",
    );
    expect(originOf("words", site, undefined, "file:///there.ts").module).toBe("file:///there.ts");
  });
});

describe("A dataflow is made again", () => {
  it("from what is exported under any name, by its own name", async () => {
    const other = dataflow("other", () => ({}));
    const { place } = exported;
    expect(
      await remade({ name: "exported", place }, { other, renamed: exported, f: build, x: null }),
    )
      .toBe(exported);
  });

  it("by its maker, under whatever name that is exported, at once or by a promise", async () => {
    const maker = { name: "build", args: [3] };
    expect((await remade({ maker }, { renamed: build, exported })).name).toBe("of 3");
    const later = { name: "later", args: [4] };
    const exports = { later: (size: number) => Promise.resolve(build(size)) };
    expect((await remade({ maker: later }, exports)).name).toBe("of 4");
  });

  it.each([
    [
      "another one of that name",
      { name: "of 3", place: "1:1" },
      { twin: build(3) },
      /file:\/\/\/m\.ts exports another dataflow of that name\. Export this one, and give them/,
    ],
    ["nothing of that name", {}, { exported }, /file:\/\/\/m\.ts does not export it\. Export it/],
    [
      "no function of that name",
      { maker: { name: "build", args: [] } },
      { build: exported, other: (): number => 1 },
      /does not export the function "build" that makes it\. Export "build"/,
    ],
    [
      "a function that returns something else",
      { maker: { name: "other", args: [] } },
      { other: (): unknown => ({ a: 1n }) },
      /"other" returned \{"a":"1n"\}\. Return the dataflow from it/,
    ],
  ])("but not from a module that exports %s", async (_title, origin, exports, says) => {
    const refused = remade(origin, exports);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow(/^MEANDER_ORIGIN {2}Cannot make dataflow "of 3"/);
  });

  it("with the maker's own error when it throws", async () => {
    const exports = {
      broken() {
        throw new RangeError("no size");
      },
    };
    await expect(remade({ maker: { name: "broken", args: [] } }, exports))
      .rejects.toThrow(new RangeError("no size"));
  });
});

describe("A fault's note", () => {
  it("keeps code, text, place and cause across workers, and names the worker", () => {
    const cause = new TypeError("bad");
    const error = new MeanderError("MEANDER_X", "Cannot do it", {
      where: "map",
      hint: "Stop",
      cause,
    });
    const arrived = errorOf(JSON.parse(JSON.stringify(noteOf(error))), 2);
    expect(arrived.message).toBe("MEANDER_X  Cannot do it. Stop (on worker 2)");
    expect([arrived.code, arrived.where]).toEqual(["MEANDER_X", "map"]);
    const { name, message, stack } = arrived.cause as Error;
    expect([name, message, stack]).toEqual(["TypeError", "bad", cause.stack]);
    const plain = errorOf(noteOf(new MeanderError("MEANDER_Y", "No")), 1);
    expect([plain.message, plain.where, plain.cause]).toEqual([
      "MEANDER_Y  No (on worker 1)",
      undefined,
      undefined,
    ]);
  });

  it("shows what is no error of Meander's", () => {
    const notes = [new RangeError("far"), "text", undefined, 3n, Symbol("s")].map(noteOf);
    expect(notes.map(({ text }) => text))
      .toEqual(["RangeError: far", '"text"', "undefined", "3n", "Symbol(s)"]);
    expect(new Set(notes.map(({ code }) => code))).toEqual(new Set(["MEANDER_WORKER"]));
  });
});
