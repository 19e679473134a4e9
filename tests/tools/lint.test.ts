import { describe, expect, it } from "vitest";
import plugin from "../../_tools/lint.ts";

const root = new URL("../../", import.meta.url).pathname;

function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, root + path, source).map(({ id, message }) =>
    `${id}: ${message}`
  );
}

describe("injected-time", () => {
  it.each([
    ["const at = Date.now();", "Date.now"],
    ["const at = performance.now();", "performance.now"],
    ["const at = new Date();", "new Date()"],
    ["setTimeout(() => {}, 1);", "setTimeout"],
    ["globalThis.setTimeout(() => {}, 1);", "setTimeout"],
    ["setImmediate(() => {});", "setImmediate"],
    ["const pick = Math.random;", "Math.random"],
    ["const id = crypto.randomUUID();", "crypto.randomUUID"],
  ])("refuses %s in the core", (source, name) => {
    expect(lint("progress/x.ts", source))
      .toEqual([`meander/injected-time: ${name} in the core`]);
  });

  it("lets the clock, the tests and the benchmarks use real time", () => {
    const source = "const at = Date.now();";
    expect(lint("actors/clock.ts", source)).toEqual([]);
    expect(lint("tests/actors/clock.test.ts", source)).toEqual([]);
    expect(lint("bench/main.ts", source)).toEqual([]);
  });

  it("does not mind the words in comments, strings and other objects", () => {
    const source = '// Date.now()\nconst a = "Math.random()";\nclock.setTimeout(a);\nnew Date(5);';
    expect(lint("actors/x.ts", source)).toEqual([]);
  });
});

describe("quiet", () => {
  it("refuses console in the library and its tests", () => {
    const message = "meander/quiet: console outside of cli.ts, bench/, examples/ and _tools/";
    expect(lint("dataflow/x.ts", "console.log(1);")).toEqual([message]);
    expect(lint("tests/x.test.ts", "console.error(1);")).toEqual([message]);
  });

  it("lets programs speak", () => {
    expect(lint("cli.ts", "console.log(1);")).toEqual([]);
    expect(lint("examples/a/main.ts", "console.log(1);")).toEqual([]);
  });
});

describe("function-length", () => {
  const body = "  f();\n".repeat(59);

  it("accepts 60 lines and refuses 61", () => {
    expect(lint("progress/x.ts", `function a() {\n${body.slice(0, -7)}}`)).toEqual([]);
    expect(lint("progress/x.ts", `function a() {\n${body}}`))
      .toEqual(["meander/function-length: Function has 61 lines, more than 60"]);
    expect(lint("progress/x.ts", `const a = () => {\n${body}};`)).toHaveLength(1);
    expect(lint("progress/x.ts", `class A { a() {\n${body}} }`)).toHaveLength(1);
  });

  it("does not measure a group of tests", () => {
    expect(lint("tests/x.test.ts", `describe("x", () => {\n${body}});`)).toEqual([]);
    expect(lint("tests/x.test.ts", `it("x", () => {\n${body}});`)).toHaveLength(1);
  });
});

describe("rooms", () => {
  it.each([
    'import { a } from "../batches/mod.ts";',
    'import type { A } from "../batches/mod.ts";',
    'export { a } from "../batches/mod.ts";',
    'export * from "../batches/mod.ts";',
    'const a = await import("../batches/mod.ts");',
  ])("sees %s", (source) => {
    expect(lint("progress/x.ts", source)).toEqual([
      'meander/rooms: "progress" must not import "batches/mod.ts": it may import nothing',
    ]);
  });

  it("wants every file in a room", () => {
    expect(lint("attic/x.ts", "export const a = 1;"))
      .toEqual(['meander/rooms: "attic/x.ts" is in no room']);
  });
});

describe("skip-reason", () => {
  it("asks why a test is skipped", () => {
    expect(lint("tests/x.test.ts", 'it.skip("x", () => {});'))
      .toEqual(["meander/skip-reason: Test skipped without a reason"]);
    expect(lint("tests/x.test.ts", '// Needs a network.\nit.skip("x", () => {});')).toEqual([]);
  });
});
