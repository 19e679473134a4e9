import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { outcome, type Variables } from "./helpers.ts";

const path = new URL("../../../docs/expressions.md", import.meta.url);
const document = readFileSync(path, "utf8");

const variables: Variables = {
  record: [
    "{word: string, n: integer, price: number, tags: [string], note: string?}",
    { word: "tide", n: 7, price: 2.5, tags: ["x", "y"], note: null },
  ],
  raw: ["any", { n: 7, list: [3, 4] }],
};

/** The rows of the tables that say what an expression gives. */
function examples(): [expression: string, result: string][] {
  const rows: [string, string][] = [];
  let isExample = false;
  for (const line of document.split("\n")) {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) =>
      cell.trim().replaceAll("\\|", "|")
    );
    if (cells.length < 2) isExample = false;
    else if (cells[0] === "expression") isExample = true;
    else if (isExample && !cells[0]!.startsWith("--")) rows.push([cells[0]!, cells[1]!]);
  }
  return rows.map(([expression, result]) => [unquote(expression), unquote(result)]);
}

function unquote(cell: string): string {
  return cell.replace(/^`(.*)`$/, "$1");
}

describe("docs/expressions.md", () => {
  it("says what its examples give", () => {
    const rows = examples();
    expect(rows.length).toBeGreaterThan(60);
    for (const [expression, result] of rows) {
      const isFailure = /^(?:error|problem): /.test(result);
      expect([expression, outcome(expression, variables)])
        .toEqual([expression, isFailure ? result : JSON.parse(result)]);
    }
  });

  it("gives its variables the types and values that the examples have", () => {
    const values = Object.values(variables);
    for (const [type, value] of values) {
      const isThere = document.includes(`\`${type}\``);
      expect([type, isThere]).toEqual([type, true]);
      const json = JSON.stringify(value).replaceAll(/([:,])/g, "$1 ");
      expect(document.replaceAll("\n", " ")).toContain(json);
    }
  });

  it("names every function", async () => {
    const { globals, methods } = await import("../../../specs/expressions/functions.ts");
    for (const name of [...globals.keys(), ...methods.keys()]) {
      expect([name, document.includes(`${name}(`)]).toEqual([name, true]);
    }
  });
});
