import { describe, expect, it } from "vitest";
import { importProblem, roomOf, rooms } from "../../_tools/rooms.ts";
import { deadFiles, filesNamedIn, permissionProblems, sizeProblem } from "../../_tools/tidy.ts";

describe("roomOf", () => {
  it.each([
    ["progress/time.ts", "progress"],
    ["operators/connectors/csv.ts", "operators/connectors"],
    ["operators/contract.ts", "operators"],
    ["mod.ts", "mod.ts"],
    ["tests/progress/time.test.ts", "tests"],
    ["attic/old.ts", undefined],
  ])("%s", (path, room) => {
    expect(roomOf(path)).toBe(room);
  });
});

describe("importProblem", () => {
  it.each([
    ["progress/tracker.ts", "./time.ts"],
    ["operators/records/map.ts", "../batches/mod.ts"],
    ["operators/records/map.ts", "zod"],
    ["operators/connectors/csv.ts", "node:fs/promises"],
    ["actors/vertex_actor.ts", "../operators/contract.ts"],
    ["dataflow/insight/explain.ts", "../graph.ts"],
    ["plugins/loader.ts", "../operators/contract.ts"],
    ["control/app.ts", "hono/client"],
    ["mod.ts", "./dataflow/stream.ts"],
    ["examples/airports/main.ts", "meander"],
    ["examples/airports/main.ts", "./airports.ts"],
    ["tests/progress/time.test.ts", "../../progress/time.ts"],
    ["cli.ts", "./control/app.ts"],
  ])("lets %s import %s", (path, specifier) => {
    expect(importProblem(path, specifier)).toBeUndefined();
  });

  it.each([
    ["progress/tracker.ts", "../batches/mod.ts", "progress", "batches/mod.ts", "nothing"],
    ["progress/tracker.ts", "zod", "progress", "zod", "nothing"],
    ["batches/mod.ts", "node:fs", "batches", "node:fs", "nothing"],
    [
      "actors/worker.ts",
      "../operators/map.ts",
      "actors",
      "operators/map.ts",
      "operators/contract, progress, batches",
    ],
    [
      "specs/parse.ts",
      "../plugins/store.ts",
      "specs",
      "plugins/store.ts",
      rooms.specs.rooms.join(", "),
    ],
    ["examples/airports/main.ts", "../../mod.ts", "examples", "mod.ts", "nothing"],
    ["examples/airports/main.ts", "zod", "examples", "zod", "meander, node:"],
  ])("keeps %s from importing %s", (path, specifier, room, target, allowed) => {
    expect(importProblem(path, specifier))
      .toBe(`"${room}" must not import "${target}": it may import ${allowed}`);
  });

  it("keeps mod.ts from loading the control API", () => {
    expect(importProblem("mod.ts", "./control/client.ts")).toMatch(/^"mod.ts" must not import/);
  });

  it("asks for a room where there is none", () => {
    expect(importProblem("attic/old.ts", "./older.ts"))
      .toBe('"attic/old.ts" is in no room: add its folder to _tools/rooms.ts');
  });
});

describe("sizeProblem", () => {
  it("accepts a file at the limit and refuses one line more", () => {
    expect(sizeProblem("progress/long.ts", "x\n".repeat(400))).toEqual([]);
    expect(sizeProblem("progress/long.ts", "x\n".repeat(401))).toEqual([
      "progress/long.ts: 401 lines, more than 400. Split it where it changes its subject",
    ]);
  });

  it("lets a document be as long as it likes", () => {
    expect(sizeProblem("docs/book.md", "x\n".repeat(4000))).toEqual([]);
  });
});

describe("filesNamedIn", () => {
  it("finds imports, dynamic imports and workers, but not comments", () => {
    const text = [
      'import { a } from "./a.ts";',
      "// import { b } from './b.ts';",
      ' * import { c } from "./c.ts";',
      'const worker = new URL("../workers/main.ts", import.meta.url);',
    ].join("\n");
    expect(filesNamedIn("actors/start.ts", text)).toEqual(["actors/a.ts", "workers/main.ts"]);
  });

  it("finds the files of tasks", () => {
    const text = '{ "tasks": { "x": "deno run bench/start.ts" }, "exports": "./mod.ts" }';
    expect(filesNamedIn("deno.json", text)).toContain("bench/start.ts");
  });
});

describe("deadFiles", () => {
  it("follows imports from what the outside starts", () => {
    const files = new Map([
      ["mod.ts", 'export * from "./dataflow/graph.ts";'],
      ["dataflow/graph.ts", 'import { time } from "../progress/time.ts";'],
      ["progress/time.ts", ""],
      ["progress/old_time.ts", 'import "./time.ts";'],
      ["tests/progress/time.test.ts", 'import "./helper.ts";'],
      ["tests/progress/helper.ts", ""],
      ["README.md", 'import "./progress/old_time.ts"'],
    ]);
    expect(deadFiles(files)).toEqual([
      "progress/old_time.ts: nothing reaches it. Delete it, or import it where it is needed",
    ]);
  });
});

describe("permissionProblems", () => {
  const all = "--allow" + "-all";

  it("refuses every permission at once, in documents and tasks", () => {
    expect(permissionProblems("README.md", `Run:\n\n    deno run ${all} mod.ts`)).toEqual([
      "README.md:3: every permission at once. Name those that are needed",
    ]);
    expect(permissionProblems("deno.json", `{ "x": "deno test ${"-" + "A"} tests" }`)).toHaveLength(
      1,
    );
  });

  it("accepts named permissions, and other programs' flags", () => {
    expect(permissionProblems("README.md", "deno run --allow-read=. mod.ts")).toEqual([]);
    expect(permissionProblems("README.md", "ls -A")).toEqual([]);
  });
});
