/** Every operator of the core, in few seeds; `deno task conformance` takes as many as one likes. */
import { describe, expect, it } from "vitest";
import { coreOperators } from "../../operators/catalog.ts";
import { checkSubject } from "./check.ts";
import { subjects } from "./subjects.ts";

const SEEDS = [1, 2, 3];

describe("conformance", () => {
  it("knows every operator of the core", () => {
    const known = new Set(subjects.map(({ operator }) => operator));
    const unknown = Object.values(coreOperators).filter((operator) =>
      !known.has(operator as never)
    );
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  it("names every use once", () => {
    const names = subjects.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(subjects.map((subject) => [subject.name, subject] as const))(
    "%s answers the same whatever is around it",
    async (_name, subject) => {
      for (const seed of SEEDS) expect(await checkSubject(subject, seed)).toBeGreaterThan(0);
    },
  );
});
