import { describe, expect, it } from "vitest";
import { parsePattern } from "../../../plugins/install/allowlist.ts";
import { pack, unpack } from "../../../plugins/install/archive.ts";
import { pathProblem, TreeBuilder } from "../../../plugins/install/paths.ts";
import { parseSource } from "../../../plugins/install/source.ts";
import { latin, MANIFEST, pax, tgz } from "./archives.ts";
import { hostileArchives, hostilePaths, hostilePatterns, hostileSources } from "./hostile.ts";

describe("hostile input", () => {
  it("comes in more than 100 archives and paths", () => {
    expect(hostileArchives.length + hostilePaths.length).toBeGreaterThan(100);
  });

  it.each(hostileArchives.map(({ what, value, says }) => [what, value, says] as const))(
    "an archive with %s is refused",
    (_, value, says) => {
      expect(() => unpack(value, "x.tgz")).toThrow(/^MEANDER_PLUGIN_ARCHIVE {2}Cannot /);
      expect(() => unpack(value, "x.tgz")).toThrow(says);
    },
  );

  it("paths are refused wherever they come from", () => {
    for (const [path, says] of hostilePaths) {
      expect(pathProblem(path), path).toContain(says);
      expect(() => new TreeBuilder("x").file(path, latin("x")), path).toThrow(
        "MEANDER_PLUGIN_ARCHIVE",
      );
      expect(() => pack(new Map([[path, latin("x")]])), path).toThrow("MEANDER_PLUGIN_ARCHIVE");
    }
  });

  it("sources and patterns are refused", () => {
    for (const [source, says] of hostileSources) {
      expect(() => parseSource(source), source).toThrow(says);
    }
    for (const [pattern, says] of hostilePatterns) {
      expect(() => parsePattern(pattern, (path) => path), pattern).toThrow(says);
    }
  });

  it("never gets a control character through to who reads the refusal", () => {
    for (const { value } of hostileArchives) {
      try {
        unpack(value, "x\x1b[2J.tgz");
      } catch (error) {
        // deno-lint-ignore no-control-regex -- what must not be there
        expect((error as Error).message).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
      }
    }
  });
});

describe("an archive", () => {
  it("of the plainest kind is taken, with a folder at its top or without", () => {
    const file = { name: "package/src/mod.ts", data: "1" };
    const wanted = [["plugin.json", latin(MANIFEST)], ["src/mod.ts", latin("1")]];
    const fine = [
      tgz(file),
      tgz({ name: "package/src/", kind: "5" }, file),
      tgz({ kind: "g", name: "x", data: pax("comment", "0123") }, file),
      tgz({ kind: "x", name: "x", data: pax("mtime", "1.5") + pax("uname", "me") }, file),
      tgz({ ...file, kind: "\0" }),
      tgz({ ...file, magic: "ustar  \0" }),
      tgz({ name: "src/mod.ts", prefix: "package", data: "1" }),
    ];
    for (const each of fine) expect([...unpack(each, "x")]).toEqual(wanted);
  });
});
