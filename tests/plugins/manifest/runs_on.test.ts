import { expect, it } from "vitest";
import { engineProblem } from "../../../plugins/manifest/runs_on.ts";
import { whole } from "./manifests.ts";

it.each([
  ["^0.1", "0.1.7", true],
  ["^0.1", "0.2.0", false],
  [">=0.2.0", "0.2.0-rc.1", false],
  [">=0.1", "0.2.0-rc.1", true],
  ["*", "0.1.0", true],
  ["^0.1 || ^1", "1.9.0", true],
])("a plugin for %s runs on %s: %s", (meander, version, does) => {
  const problem = engineProblem({ ...whole, meander }, version);
  expect(problem).toBe(
    does ? undefined : `/meander: it runs on "${meander}", and this is Meander ${version}`,
  );
});
