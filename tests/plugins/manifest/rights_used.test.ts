import { describe, expect, it } from "vitest";
import { compareRights, rightsUsed } from "../../../plugins/manifest/rights_used.ts";

const of = (code: string) => rightsUsed(code).map(({ line, rights }) => `${line} ${rights}`);

describe("what code needs", () => {
  it.each([
    ["a request", "await fetch(url)", ["1 net"]],
    ["a socket", "a;\nconst s = new WebSocket(u)", ["2 net"]],
    ["a server", "Deno.serve(f)", ["1 net"]],
    ["a file", "Deno .readTextFile(p)", ["1 read"]],
    ["a folder", "Deno.mkdirSync(p)", ["1 write"]],
    ["a file for either", "await Deno.open(p)", ["1 read,write"]],
    ["node's files", 'import { readFileSync } from "node:fs";', ["1 read,write"]],
    ["node's net", "const net = await import('node:net');", ["1 net"]],
    ["a variable", "Deno.env.get('A') ?? process.env.A", ["1 env", "1 env"]],
    ["a program", "new Deno.Command('sh')", ["1 none"]],
    ["a thread", "new Worker(url)", ["1 none"]],
    ["node's programs", 'import cp from "node:child_process"', ["1 none"]],
    ["nothing: a comment", "// fetch(url)\n/* Deno.open(p)\n new Worker(u) */ 1", []],
    ["something behind a text with a slash", 'const u = "https://a"; fetch(u)', ["1 net"]],
    ["something behind an open comment in a text", "const u = '/*'; fetch(u)", ["1 net"]],
    ["nothing: a method of that name", "client.fetch(url); cache.new", []],
    ["nothing: a longer word", "prefetch(url); Deno.environment", []],
    ["nothing: harmless built-ins", 'import { Buffer } from "node:buffer"', []],
  ])("tells %s", (_what, code, said) => {
    expect(of(code)).toEqual(said);
  });

  it("tells what is not asked for, and what is asked for and not used", () => {
    const files = new Map([
      ["mod.ts", 'import "./a.ts";\nfetch("https://example.com")'],
      ["a.ts", "Deno.env.get('A'); Deno.open(p); Deno.kill(1)"],
    ]);
    expect(compareRights(files, { env: ["A"], write: ["out"], read: [] })).toEqual({
      missing: [
        'mod.ts:2: fetch needs "net", which plugin.json does not ask for',
        "a.ts:1: Deno.kill needs what no isolated plugin is given",
      ],
      unused: [],
    });
    const quiet = new Map([["mod.ts", "export default 1"]]);
    expect(compareRights(quiet, { net: ["a.com"] })).toEqual({
      missing: [],
      unused: ['plugin.json asks for "net", and nothing in the code seems to use it'],
    });
  });

  it("takes no longer for code that is made to be long to read", () => {
    for (const piece of ["/*", "/* ", '"', "`", "`\\", "'\\", "\\", "Deno . ", "new ", "//\n"]) {
      const code = piece.repeat(100_000);
      expect(rightsUsed(code)).toEqual([]);
    }
  });
});
