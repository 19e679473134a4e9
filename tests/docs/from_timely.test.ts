/** docs/from-timely.md: nothing is left open in it, and what it names of ours is there. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  type InputHandle,
  LoopScope,
  RootScope,
  Scope,
  Stream,
} from "../../mod.ts";

const text = readFileSync(new URL("../../docs/from-timely.md", import.meta.url), "utf8");
const rows = text.split("\n").filter((line) => line.startsWith("|") && !/^\|[\s|-]+$/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));

/** What the words before a dot stand for. */
function homes(): Readonly<Record<string, readonly object[]>> {
  const engine = new Engine();
  const program = dataflow("named", (root) => {
    const input = root.input<number>("input");
    return { input, probe: input.probe(), output: input.output("output") };
  });
  const run = engine.install(program);
  const input: InputHandle<number> = run.handles.input;
  return {
    stream: [Stream.prototype],
    scope: [Scope.prototype, LoopScope.prototype, RootScope.prototype],
    root: [RootScope.prototype],
    loop: [LoopScope.prototype],
    region: [Scope.prototype],
    engine: [engine],
    run: [run],
    input: [input, RootScope.prototype],
    probe: [run.handles.probe],
    output: [run.handles.output],
  };
}

describe("docs/from-timely.md", () => {
  it("has no empty cell", () => {
    expect(rows.length).toBeGreaterThan(140);
    expect(rows.filter((cells) => cells.some((cell) => cell === ""))).toEqual([]);
  });

  it("names methods of ours that there are", () => {
    const known = homes();
    const named = rows.flatMap((cells) => [...cells.join(" ").matchAll(/\b(\w+)\.(\w+)\(/g)])
      .filter(([, home]) => Object.hasOwn(known, home));
    expect(named.length).toBeGreaterThan(40);
    const missing = named.filter(([, home, name]) => !known[home].some((each) => name in each));
    // Parts of Timely that are called like ours.
    const theirs = ["output.session", "scope.index", "scope.iterative", "scope.scoped"];
    expect(
      missing.map(([, home, name]) => `${home}.${name}`).filter((each) => !theirs.includes(each)),
    )
      .toEqual([]);
  });

  it("shows every operator of the core", async () => {
    const { coreOperators } = await import("../../operators/catalog.ts");
    const missing = Object.keys(coreOperators).filter((name) =>
      !RegExp(`\\b${name}\\b`).test(text)
    );
    expect(missing).toEqual([]);
  });
});
