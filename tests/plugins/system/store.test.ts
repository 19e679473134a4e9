import { describe, expect, it } from "vitest";
import { parsePattern } from "../../../plugins/install/allowlist.ts";
import { type SourceFiles, systemFiles } from "../../../plugins/install/disk.ts";
import { readFolder } from "../../../plugins/install/folder.ts";
import { diskFiles } from "../../../plugins/store/files.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { inFolder } from "../../cli/system/process.ts";
import { contentFor, facts } from "../store/contents.ts";

const one = contentFor("a@1.0.0", "one");
const two = contentFor("a@2.0.0", "two");

async function tree(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      found.push(...(await tree(`${folder}/${name}`)).map((each) => `${name}/${each}`));
    } else found.push(name);
  }
  return found.sort();
}

describe("a store on disk", () => {
  it("is what it is in memory, and leaves nothing else behind", () =>
    inFolder(async (folder) => {
      const store = new PluginStore(diskFiles(`${folder}/s/t`));
      expect(store.look()).toEqual({ plugins: [], problems: [] });
      store.install(one.bytes, facts);
      store.install(two.bytes, facts);
      const other = new PluginStore(diskFiles(`${folder}/s/t`));
      expect(other.plugins().map(({ sha256 }) => sha256)).toEqual([one.sha256, two.sha256]);
      expect(new TextDecoder().decode(other.get("a@2.0.0").readCode())).toBe("two");
      other.remove("a@1.0.0");
      expect(store.collect().files).toEqual([`content/${one.sha256}.plugin`]);
      expect(await tree(folder)).toEqual(
        [".lock", `content/${two.sha256}.plugin`, "lock.json", "owner.json"].map((each) =>
          `s/t/${each}`
        ),
      );
      const { mode } = await Deno.stat(`${folder}/s/t/owner.json`);
      expect(mode! & 0o077).toBe(0);
    }));

  it("has one writer among all processes", () =>
    inFolder(async (folder) => {
      const [mine, theirs] = [diskFiles(folder), diskFiles(folder)];
      mine.exclusively(() => {
        expect(() => new PluginStore(theirs).install(one.bytes, facts)).toThrow(
          "another process does",
        );
      });
      expect(() =>
        mine.exclusively(() => {
          throw new Error("it fails");
        })
      ).toThrow("it fails");
      new PluginStore(theirs).install(one.bytes, facts);
      expect(new PluginStore(mine).plugins()).toHaveLength(1);
      expect(await tree(folder)).toContain("owner.json");
    }));

  it("goes on after a process that died in the middle of a write", () =>
    inFolder(async (folder) => {
      const store = new PluginStore(diskFiles(folder));
      store.install(one.bytes, facts);
      for (const path of ["lock.json", "owner.json", `content/${two.sha256}.plugin`]) {
        await Deno.writeTextFile(`${folder}/${path}.partial`, "torn");
      }
      expect(store.plugins()).toHaveLength(1);
      store.install(two.bytes, facts);
      expect(store.look()).toMatchObject({ plugins: [{}, {}], problems: [] });
      expect((await tree(folder)).filter((path) => path.endsWith(".partial"))).toEqual([]);
    }));

  it("says what it cannot read, and reads no file that is too large", () =>
    inFolder(async (folder) => {
      const store = new PluginStore(diskFiles(folder));
      store.install(one.bytes, facts);
      await Deno.truncate(`${folder}/content/${one.sha256}.plugin`, 2 ** 30);
      expect(store.look().problems).toEqual([expect.stringContaining("more than 16777216")]);
      await Deno.remove(`${folder}/owner.json`);
      await Deno.mkdir(`${folder}/owner.json`);
      expect(store.look().problems).toEqual([expect.stringContaining("owner.json")]);
    }));
});

describe("the folder of a plugin", () => {
  // Making a link takes more rights than tests have. Here are some that installing packages made.
  const link = "node_modules/acorn";

  it("is read without following a link, however it got there", () => {
    const files = systemFiles(".test");
    expect(Deno.lstatSync(link).isSymlink).toBe(true);
    expect(files.list("node_modules")).toContainEqual({ name: "acorn", kind: "link" });
    expect(() => readFolder(files, "node_modules")).toThrow("it is a symbolic link");
    // It was a file, or a folder, when the folder was listed.
    const late = (kind: "file" | "folder"): SourceFiles => ({
      ...files,
      list: (path) =>
        path === "node_modules"
          ? [{ name: kind === "file" ? "acorn.ts" : "acorn", kind }]
          : files.list(path),
      read: (path, most) => files.read(path.replace(/\.ts$/, ""), most),
    });
    expect(() => readFolder(late("file"), "node_modules")).toThrow("it is a link");
    expect(() => files.read("tests", 1000)).toThrow("it is no regular file");
  });

  it("is held against what is allowed where its links lead", () => {
    const files = systemFiles(".test");
    const real = Deno.realPathSync(link);
    expect(real).not.toBe(`${Deno.realPathSync("node_modules")}/acorn`);
    expect(files.resolve(link)).toBe(real);
    expect(files.resolve(`${link}/none/x`)).toBe(`${real}/none/x`);
    expect(parsePattern(`folder:${link}/**`, files.resolve)).toBe(`folder:${real}/**`);
  });

  it("is put together in a fresh folder, and nothing is written beside it", () =>
    inFolder(async (folder) => {
      const files = systemFiles(`${folder}/scratch`);
      const bytes = new TextEncoder().encode("x");
      for (const path of ["../x.ts", "/x.ts", "a/../../x.ts", "a\0b"]) {
        expect(() => files.stage(new Map([["mod.ts", bytes], [path, bytes]])), path).toThrow(
          "no path",
        );
      }
      const staging = files.stage(new Map([["src/mod.ts", bytes]]));
      expect(await tree(staging.folder)).toEqual(["src/mod.ts"]);
      staging.remove();
      expect(await tree(folder)).toEqual([]);
    }));
});
