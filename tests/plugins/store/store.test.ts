import { describe, expect, it } from "vitest";
import { makeContent, parseContent } from "../../../plugins/store/content_file.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { contentFor, facts, manifestFor } from "./contents.ts";
import { MemoryFiles } from "./memory_files.ts";

function names(store: PluginStore): string[] {
  return store.plugins().map(({ manifest }) => `${manifest.name}@${manifest.version}`);
}

describe("a store", () => {
  it("has versions side by side, each with its own bytes", () => {
    const store = new PluginStore(new MemoryFiles());
    const [one, two] = [contentFor("a@1.0.0", "one"), contentFor("a@2.0.0", "two")];
    store.install(one.bytes, facts);
    store.install(two.bytes, facts);
    expect(names(store)).toEqual(["a@1.0.0", "a@2.0.0"]);
    const found = store.plugins().map(({ sha256, readCode, isolation }) => ({
      sha256,
      isolation,
      code: new TextDecoder().decode(readCode()),
    }));
    expect(found).toEqual([
      { sha256: one.sha256, isolation: "isolated", code: "one" },
      { sha256: two.sha256, isolation: "isolated", code: "two" },
    ]);
  });

  it("refuses other bytes of a version for ever, also after it was removed", () => {
    const files = new MemoryFiles();
    const store = new PluginStore(files);
    const first = contentFor("a@1.0.0", "one");
    store.install(first.bytes, facts);
    const other = contentFor("a@1.0.0", "other").bytes;
    expect(() => store.install(other, facts)).toThrow(first.sha256);
    store.remove("a@1.0.0");
    store.collect();
    expect(files.list("content")).toEqual([]);
    expect(() => store.install(other, facts)).toThrow("A version never changes");
    store.install(first.bytes, facts);
    expect(names(store)).toEqual(["a@1.0.0"]);
  });

  it("trusts bytes, not versions", () => {
    const store = new PluginStore(new MemoryFiles());
    const { bytes, sha256 } = contentFor("a@1.0.0");
    store.install(bytes, facts);
    expect(() => store.trust("a@1.0.0", "0".repeat(64))).toThrow(`its hash is ${sha256}`);
    expect(store.get("a@1.0.0").isolation).toBe("isolated");
    store.trust("a@1.0.0", sha256);
    expect(store.get("a@1.0.0").isolation).toBe("trusted");
    store.install(bytes, facts);
    expect(store.get("a@1.0.0").isolation).toBe("trusted");
    store.untrust("a@1.0.0");
    expect(store.get("a@1.0.0").isolation).toBe("isolated");
    store.trust("a@1.0.0", sha256);
    store.remove("a@1.0.0");
    store.install(bytes, facts);
    expect(store.get("a@1.0.0").isolation).toBe("isolated");
  });

  it("grants what is asked for, and no more", () => {
    const store = new PluginStore(new MemoryFiles());
    const asked = { net: ["a.example", "b.example:80"], read: ["/data"], env: ["KEY"] };
    const { bytes } = contentFor("a@1.0.0", "x", asked);
    store.install(bytes, facts);
    expect(store.get("a@1.0.0").granted).toEqual({});
    const fine = { net: ["a.example:443", "b.example:80"], read: ["/data/x/y"], env: ["KEY"] };
    store.grant("a@1.0.0", fine);
    expect(store.get("a@1.0.0").granted).toEqual(fine);
    const beyond = [
      { net: ["b.example"] },
      { net: ["b.example:8080"] },
      { net: ["a.example.evil"] },
      { net: ["a.example:1,evil"] },
      { net: ["a.example:99x"] },
      { read: ["/data/../etc"] },
      { read: ["/database"] },
      { read: ["/"] },
      { read: [""] },
      { write: ["/data"] },
      { env: ["KEY2"] },
    ];
    for (const granted of beyond) {
      expect(() => store.grant("a@1.0.0", granted), JSON.stringify(granted)).toThrow("It asks for");
      expect(() => store.install(bytes, { ...facts, granted })).toThrow("MEANDER_PLUGIN_GRANT");
    }
    expect(store.get("a@1.0.0").granted).toEqual(fine);
  });

  it("collects what nothing refers to", () => {
    const files = new MemoryFiles();
    const store = new PluginStore(files);
    const all = ["1.0.0", "2.0.0", "3.0.0"].map((version) => contentFor(`a@${version}`));
    for (const { bytes } of all) store.install(bytes, facts);
    files.put("content/mine.txt", "not ours");
    files.put(`content/${all[0].sha256}.plugin.partial`, "torn");
    store.remove("a@2.0.0");
    store.remove("a@3.0.0");
    expect(store.collect([all[2].sha256, "../../etc/passwd"]).files.toSorted()).toEqual([
      `content/${all[0].sha256}.plugin.partial`,
      `content/${all[1].sha256}.plugin`,
    ].toSorted());
    expect(files.list("content").toSorted()).toEqual(
      [`${all[0].sha256}.plugin`, `${all[2].sha256}.plugin`, "mine.txt"].toSorted(),
    );
  });

  it("knows where a plugin came from and who needs it", () => {
    const store = new PluginStore(new MemoryFiles());
    const [one, two] = [contentFor("a@1.0.0"), contentFor("a@2.0.0")];
    store.install(one.bytes, facts);
    store.install(two.bytes, facts);
    store.recordUse("/specs/s.yaml", [`a@2.0.0 ${two.sha256}`]);
    store.recordUse("/specs/t.yaml", [`a@2.0.0 ${two.sha256}`]);
    store.recordUse("/specs/t.yaml", []);
    store.remove("a@1.0.0");
    const entry = { sha256: two.sha256, source: facts.source, installed: facts.when, granted: {} };
    expect(store.why("a")).toEqual([
      { identity: "a@1.0.0", sha256: one.sha256, entry: undefined, usedBy: [] },
      { identity: "a@2.0.0", sha256: two.sha256, entry, usedBy: ["/specs/s.yaml"] },
    ]);
    expect(store.why("a@2.0.0")).toHaveLength(1);
    expect(store.why("b")).toEqual([]);
    expect(() => store.recordUse("/specs/s.yaml", ["a@1.0.0"])).toThrow("is no name@version");
  });

  it("takes nothing but names and versions as such", () => {
    const files = new MemoryFiles();
    const store = new PluginStore(files);
    const bad = ["", "a", "a@", "@1.0.0", "a@1", "a@v1.0.0", "A@1.0.0", "../a@1.0.0", "a/b@1.0.0"];
    bad.push("a@1.0.0/../../x", "a@1.0.0\n", "__proto__@1.0.0", `${"a".repeat(65)}@1.0.0`);
    for (const identity of bad) {
      for (const task of ["get", "remove", "untrust"] as const) {
        expect(() => store[task](identity), identity).toThrow("is no name@version");
      }
    }
    expect(() => store.install(contentFor("core@9.0.0").bytes, facts)).toThrow("part of Meander");
    expect([...files.disk]).toEqual([]);
  });
});

describe("a content", () => {
  it("is its manifest and its code, and nothing else that would read the same", () => {
    const code = new TextEncoder().encode("export default 'é';\n");
    const bytes = makeContent(manifestFor("a@1.0.0"), code);
    const parts = parseContent(bytes, "a");
    expect(parts.manifest).toEqual(manifestFor("a@1.0.0"));
    expect(parts.code).toEqual(code);
    const line = JSON.stringify(manifestFor("a@1.0.0"));
    const bad: readonly (string | Uint8Array)[] = [
      "",
      "\n",
      "{}\ncode",
      line,
      `${line}\n`,
      ` ${line}\ncode`,
      `\uFEFF${line}\ncode`,
      `${line.replace(":", ": ")}\ncode`,
      `${line}\r\ncode`,
      `${line.slice(0, -1)},"__proto__":{}}\ncode`,
      new Uint8Array([...new TextEncoder().encode(`${line}\n`), 0xff, 0xfe]),
      new Uint8Array(16 * 2 ** 20 + 1),
    ];
    for (const [i, each] of bad.entries()) {
      const raw = typeof each === "string" ? new TextEncoder().encode(each) : each;
      expect(() => parseContent(raw, "a"), `case ${i}`).toThrow("MEANDER_PLUGIN_");
    }
  });
});
