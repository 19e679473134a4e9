import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../docs/model.md", import.meta.url), "utf8");
const rows = page.split("\n").filter((line) =>
  /^\| /.test(line) && !/^\| (rule|-+) +\|/.test(line)
);

describe("docs/model.md", () => {
  it("names tests that exist", () => {
    const missing: string[] = [];
    let named = 0;
    for (const row of rows) {
      for (const [, file, names] of row.matchAll(/`([\w/]+\.test\.ts)` ((?:“[^”]+”(?:, )?)+)/g)) {
        const source = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
        for (const [, name] of names.matchAll(/“([^”]+)”/g)) {
          named++;
          const written = [name, name.replaceAll('"', '\\"')];
          if (!written.some((text) => source.includes(text))) missing.push(`${file}: ${name}`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(named).toBeGreaterThan(60);
  });

  it("has a test for every rule", () => {
    const without = rows.filter((row) => !row.includes(".test.ts`"));
    expect(rows.length).toBeGreaterThan(40);
    expect(without).toEqual([]);
  });
});
