import { describe, expect, it } from "vitest";
import { checkBundle, sdkUseOf } from "../../../plugins/install/bundled_code.ts";
import { dependenciesOf, isExactNpm } from "../../../plugins/install/dependencies.ts";
import { checkGraph } from "../../../plugins/install/graph.ts";

const preamble = 'import { createRequire as __deno_internal_createRequire } from "node:module";\n' +
  "var __require = __deno_internal_createRequire(import.meta.url);\n";

describe("bundled code", () => {
  it("may import what computes", () => {
    const fine = [
      "export default 1;",
      'import { join } from "node:path"; export default join;',
      'import b from "buffer"; export { inspect } from "node:util"; export * from "node:url";',
      'export default () => import("node:events");',
      "using x = { [Symbol.dispose]() {} }; export default await x;",
      'export default "import(\'node:fs\')"; // import("node:fs")',
      "export default /import(x)/;",
      "// src/mod.ts\nexport default `\n// ../outside.txt\n`;",
    ];
    for (const code of fine) expect(checkBundle(code, "x"), code).toBe(code);
  });

  it("may not import what reaches out, nor what only its run would tell", () => {
    const bad: readonly (readonly [code: string, says: string])[] = [
      ['import "node:fs";', '"node:fs"'],
      ['import fs from "fs";', '"fs"'],
      ['import "node:fs/promises";', '"node:fs/promises"'],
      ['export * from "node:child_process";', '"node:child_process"'],
      ['export { run } from "node:vm";', '"node:vm"'],
      ['import { Worker } from "node:worker_threads";', '"node:worker_threads"'],
      ['import m from "node:module";', '"node:module"'],
      ['import p from "node:process";', '"node:process"'],
      ['import "node:net"; import "node:dns"; import "node:http";', '"node:dns"'],
      ['import "npm:x@1.0.0";', '"npm:x@1.0.0"'],
      ['import "https://evil.example/x.js";', '"https://evil.example/x.js"'],
      ['import "./other.js";', '"./other.js"'],
      ['import "/etc/passwd";', '"/etc/passwd"'],
      ['import "file:///etc/passwd";', '"file:///etc/passwd"'],
      ['import "data:text/javascript,1";', "data:text"],
      ['import "meander/plugin";', '"meander/plugin"'],
      ['import d from "x" with { type: "json" };', '"x"'],
      ['await import("node:fs");', '"node:fs"'],
      ['await import("node:" + "fs");', "import(…)"],
      ["await import(globalThis.name);", "import(…)"],
      ["await import(`node:fs`);", "import(…)"],
      ['const x = 4, g = 1; x / 2 / await import("node:fs") / g;', '"node:fs"'],
      ['const f = () => { if (a) /x/g; import("node:fs") };', '"node:fs"'],
      ['`${await import("node:fs")}`;', '"node:fs"'],
      ['class A { static [await import("node:fs")] = 1 }', '"node:fs"'],
      ['im\\u0070ort("node:fs");', "cannot be read"],
      ['import defer * as x from "node:fs";', "cannot be read"],
      ["export default (", "cannot be read"],
      ["(".repeat(20_000), "cannot be read"],
      ["// ../secret.txt\nexport default 1;", "from outside"],
      ["export default 1;\n// /etc/passwd with { type: 'text' }\n", "from outside"],
      ["// file:///etc/passwd\nexport default 1;", "from outside"],
      ["// https://evil.example/x.js\nexport default 1;", "from outside"],
      [`${preamble}__require("fs");`, 'requires "fs"'],
      [`${preamble}__require("node:child_process");`, 'requires "node:child_process"'],
      [`${preamble}${preamble.replaceAll("__deno", "__other")}`, '"node:module"'],
      [`f();\n${preamble}`, '"node:module"'],
      [preamble.replace("import.meta.url);", "import.meta.url).resolve;"), '"node:module"'],
      [preamble.replace("{ create", "{ builtinModules, create"), '"node:module"'],
    ];
    for (const [code, says] of bad) expect(() => checkBundle(code, "x"), code).toThrow(says);
  });

  it("gets a table of built-ins in the place of what can load anything", async () => {
    const code = `${preamble}
      const path = __require("path"), again = __require("node:path"), load = __require;
      export default [path === again, path.posix.join("a", "b"), () => load("fs"), load];`;
    const checked = checkBundle(code, "x");
    expect(checked).not.toContain("createRequire");
    expect(checked).not.toContain("node:module");
    const { default: [isSame, joined, fs] } = await import(
      `data:text/javascript,${encodeURIComponent(checked)}`
    );
    expect([isSame, joined]).toEqual([true, "a/b"]);
    expect(fs).toThrow("Cannot require fs: it was not bundled");
  });

  it("says which members of the SDK it takes", () => {
    const code = 'import { z as zod, definePlugin } from "meander/plugin"; import "node:path";\n' +
      'export { batch as b } from "@meander/meander/plugin"; import { z } from "meander/plugin";';
    expect(sdkUseOf(code, "x")).toEqual({ names: ["batch", "definePlugin", "z"], all: false });
    expect(sdkUseOf('import * as all from "meander/plugin";', "x").all).toBe(true);
    expect(sdkUseOf('export * from "meander/plugin";', "x").all).toBe(true);
    expect(sdkUseOf('await import("meander/plugin");', "x").all).toBe(true);
    expect(sdkUseOf("export default 1;", "x")).toEqual({ names: [], all: false });
  });
});

function config(files: Readonly<Record<string, unknown>>): Map<string, Uint8Array> {
  return new Map(
    Object.entries(files).map(([path, value]) => [
      path,
      new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
    ]),
  );
}

describe("a plugin's packages", () => {
  it("are exact, or its own files", () => {
    const { imports, refused } = dependenciesOf(config({
      "package.json": { dependencies: { "@a/b": "1.0.0", c: "^1.0.0", d: "file:../d" } },
      "deno.json": {
        nodeModulesDir: "auto",
        imports: {
          "meander/plugin": "../../plugin.ts",
          "@meander/meander": "jsr:@meander/meander@^1",
          e: "npm:e@2.0.0",
          "e/": "npm:/e@2.0.0/",
          f: "npm:f@^2",
          g: "jsr:@g/g@1.0.0",
          h: "https://h.example/h.ts",
          "#own": "./src/own.ts",
          "#all/": "./src/",
          "#none": "./src/none.ts",
          "#up": "./../up.ts",
          "#abs": "/etc/passwd",
          "#url": "file:///etc/passwd",
          "#deep": "npm:e@2.0.0/../../x",
          "node:fs": "./src/own.ts",
          "./src/own.ts": "./src/own.ts",
          "https://a.example/": "./src/",
        },
      },
      "src/own.ts": "",
    }));
    expect(imports).toEqual({
      "@a/b": "npm:@a/b@1.0.0",
      "@a/b/": "npm:/@a/b@1.0.0/",
      e: "npm:e@2.0.0",
      "e/": "npm:/e@2.0.0/",
      "#own": "./src/own.ts",
      "#all/": "./src/",
    });
    const names = ["c", "c/", "d", "d/", "f", "g", "h", "#none", "#up", "#abs", "#url", "#deep"];
    names.push("node:fs", "./src/own.ts", "https://a.example/");
    expect([...refused.keys()]).toEqual(names);
  });

  it("are read from plain configuration alone", () => {
    const bad: readonly Readonly<Record<string, unknown>>[] = [
      { "deno.json": { links: ["../x"] } },
      { "deno.json": { patch: ["../x"] } },
      { "deno.json": { extends: "../deno.json" } },
      { "deno.json": { workspace: ["../x"] } },
      { "deno.json": { importMap: "../map.json" } },
      { "deno.json": { unstable: ["sloppy-imports"] } },
      { "deno.json": "// comment\n{}" },
      { "deno.json": "[]" },
      { "deno.json": "null" },
      { "deno.json": { imports: [] } },
      { "deno.json": { imports: { a: 1 } } },
      {
        "deno.json": {
          imports: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`a${i}`, ""])),
        },
      },
      { "package.json": { workspaces: ["x"] } },
      { "package.json": { overrides: { x: "1.0.0" } } },
      { "package.json": { dependencies: null } },
    ];
    for (const files of bad) {
      expect(() => dependenciesOf(config(files)), JSON.stringify(files).slice(0, 60)).toThrow(
        "MEANDER_PLUGIN_SOURCE",
      );
    }
    const proto = dependenciesOf(
      config({ "deno.json": '{"imports":{"__proto__":"npm:x@1.0.0"}}' }),
    );
    expect(proto.imports).toEqual({});
    expect(Object.getPrototypeOf(proto.imports)).toBe(Object.prototype);
  });

  it("have one version", () => {
    expect(["npm:a@1.0.0", "npm:/@a/b@1.0.0-x.1/", "npm:a@1.0.0/lib/x.js"].filter(isExactNpm))
      .toHaveLength(3);
    const bad = ["npm:a", "npm:a@1", "npm:a@^1.0.0", "npm:a@latest", "npm:a@1.0.0/../b", "a@1.0.0"];
    expect(bad.filter(isExactNpm)).toEqual([]);
  });
});

describe("a graph of modules", () => {
  const base = "file:///tmp/s/";
  const tree = new Map([["mod.ts", new Uint8Array()], ["b.ts", new Uint8Array()]]);
  const dependencies = { imports: {}, refused: new Map([["g", "jsr:@g/g@1"]]) };

  function check(to: string, more: object = {}, specifier = to): () => void {
    const modules = [
      {
        kind: "esm",
        specifier: `${base}mod.ts`,
        dependencies: [{ specifier, code: { specifier: to }, ...more }],
      },
      { kind: "esm", specifier: to },
    ];
    return () => checkGraph(JSON.stringify({ modules }), "x", { base, tree, dependencies });
  }

  it("stays in the folder and in packages of exact versions", () => {
    for (const to of [`${base}b.ts`, "npm:a@1.0.0", "node:path"]) expect(check(to)).not.toThrow();
  });

  it("is refused with every step outside", () => {
    const bad: readonly (readonly [to: string, says: string])[] = [
      ["file:///tmp/secret.ts", "outside of the plugin"],
      ["file:///etc/passwd", "outside of the plugin"],
      ["file:///tmp/s2/x.ts", "outside of the plugin"],
      [`${base}none.ts`, "no such file"],
      [`${base}b.ts?x`, "no such file"],
      [`${base}node_modules/a/x.js`, "no such file"],
      [`${base}%2e%2e/x.ts`, "no such file"],
      ["https://evil.example/x.ts", "lies elsewhere"],
      ["jsr:@a/b@1.0.0", "lies elsewhere"],
      ["data:text/javascript,1", "lies elsewhere"],
      ["blob:null/1", "lies elsewhere"],
      ["npm:a@^1", "not exact"],
      ["npm:a", "not exact"],
      ["node:fs", "reaches out"],
      ["node:module", "reaches out"],
    ];
    for (const [to, says] of bad) expect(check(to), to).toThrow(says);
    expect(check(`${base}b.ts`, {}, "g")).toThrow("mapped to");
    expect(check(`${base}b.ts`, {}, "g/sub")).toThrow("mapped to");
    expect(check(`${base}b.ts`, { type: { specifier: "file:///etc/x.d.ts" } })).toThrow("outside");
    expect(check(`${base}b.ts`, { code: { error: "not found\n at x" } }, "./c")).toThrow(
      "not found",
    );
  });

  it("is refused when it is none", () => {
    const facts = { base, tree, dependencies };
    for (const text of ["", "{}", "[]", '{"modules":[{}]}']) {
      expect(() => checkGraph(text, "x", facts), text).toThrow("cannot be read");
    }
  });
});
