import { describe, expect, it } from "vitest";
import {
  type Asked,
  checkAllowed,
  isAllowed,
  narrowest,
  parsePattern,
} from "../../../plugins/install/allowlist.ts";
import { parseSource } from "../../../plugins/install/source.ts";

const folder = (path: string): Asked => ({ kind: "folder", path });
const file = (path: string): Asked => ({ kind: "file", path });
const npm = (name: string): Asked => ({ kind: "npm", name });
const https = (url: string): Asked => ({ kind: "https", url });

/** A pattern, what it lets in, and what looks much like that. */
const cases: readonly (readonly [pattern: string, yes: readonly Asked[], no: readonly Asked[]])[] =
  [
    ["folder:/a/b", [folder("/a/b")], [
      folder("/a/b/c"),
      folder("/a"),
      file("/a/b"),
      folder("/a/bb"),
    ]],
    [
      "folder:/a/b/**",
      [folder("/a/b"), folder("/a/b/c"), folder("/a/b/c/d")],
      [folder("/a"), folder("/a/bb"), file("/a/b/c.tgz"), folder("/A/b")],
    ],
    ["file:/a/x.tgz", [file("/a/x.tgz")], [
      file("/a/x.tgz.tgz"),
      file("/a/y.tgz"),
      folder("/a/x.tgz"),
    ]],
    ["file:/a/**", [file("/a/x.tgz"), file("/a/b/x.tgz")], [file("/x.tgz"), folder("/a/b")]],
    ["npm:x", [npm("x")], [npm("xx"), npm("@x/x"), npm("@x/y")]],
    ["npm:@s/*", [npm("@s/x")], [npm("@ss/x"), npm("s"), npm("@t/s")]],
    ["npm:@s/x", [npm("@s/x")], [npm("@s/y"), npm("x")]],
    [
      "https://a.example/p/*",
      [https("https://a.example/p/x.tgz"), https("https://a.example/p/q/x.tgz")],
      [
        https("https://a.example/pp/x.tgz"),
        https("https://a.example.evil/p/x.tgz"),
        https("https://a.example:8443/p/x.tgz"),
        https("https://b.example/p/x.tgz"),
        https("https://a.example/P/x.tgz"),
        https("https://evil.example/?https://a.example/p/x.tgz"),
      ],
    ],
    [
      "https://a.example/x.tgz",
      [https("https://a.example/x.tgz")],
      [https("https://a.example/x.tgz?y"), https("https://a.example/x.tgz/y")],
    ],
  ];

describe("the list of allowed sources", () => {
  it.each(cases)("lets in by %s what it says, and nothing like it", (text, yes, no) => {
    const pattern = parsePattern(text, (path) => path);
    for (const asked of yes) expect(isAllowed(asked, [pattern]), narrowest(asked)).toBe(true);
    for (const asked of no) expect(isAllowed(asked, [pattern]), narrowest(asked)).toBe(false);
    for (const asked of [...yes, ...no]) expect(isAllowed(asked, [])).toBe(false);
  });

  it("refuses with the command that would allow just that", () => {
    for (const [, yes, no] of cases) {
      for (const asked of [...yes, ...no]) {
        const own = narrowest(asked);
        expect(() => checkAllowed(asked, ["npm:other"], "s")).toThrow("which has npm:other");
        expect(() => checkAllowed(asked, [], "s")).toThrow("which is empty");
        if (/^[\w@:./-]+$/.test(own)) {
          expect(() => checkAllowed(asked, [], "s")).toThrow(
            `To allow it: meander plugin allow ${own} --store s`,
          );
        }
        const pattern = parsePattern(own, (path) => path);
        for (const other of [...yes, ...no]) {
          expect(isAllowed(other, [pattern])).toBe(narrowest(other) === own);
        }
      }
    }
    expect(() => checkAllowed(folder("/it's $x"), [], "s")).toThrow(
      `allow 'folder:/it'\\''s $x' --store s`,
    );
  });

  it("resolves paths when they are allowed", () => {
    const resolve = (path: string): string => `/home/me/${path}`;
    expect(parsePattern("folder:plugins/**", resolve)).toBe("folder:/home/me/plugins/**");
    expect(parsePattern("folder:a/../b/", resolve)).toBe("folder:/home/me/b");
    expect(parsePattern("https://A.example:443/x/../y/*", resolve)).toBe("https://a.example/y/*");
  });
});

describe("a source", () => {
  it("is read in each of its kinds", () => {
    const hash = "ab".repeat(32);
    expect(parseSource("./x")).toEqual({ kind: "path", path: "./x" });
    expect(parseSource("folder:/x y")).toEqual({ kind: "path", path: "/x y" });
    expect(parseSource("npm:@a/b@1.2.3-rc.1")).toEqual({
      kind: "npm",
      name: "@a/b",
      version: "1.2.3-rc.1",
    });
    expect(parseSource(`https://a.example/./x.tgz#sha256-${hash.toUpperCase()}`)).toEqual({
      kind: "https",
      url: "https://a.example/x.tgz",
      sha256: hash,
    });
  });
});
