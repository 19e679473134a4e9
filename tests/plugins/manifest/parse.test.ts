import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { MeanderError } from "../../../operators/contract/fault.ts";
import type { Manifest } from "../../../plugins/manifest/manifest.ts";
import { parseManifest } from "../../../plugins/manifest/parse.ts";
import { publishedSchema } from "../../../plugins/manifest/published.ts";
import { hostile } from "./hostile.ts";
import { bent, whole } from "./manifests.ts";

function refusalOf(text: string, where = "plugin.json"): MeanderError {
  try {
    parseManifest(text, where);
  } catch (error) {
    expect(MeanderError.is(error)).toBe(true);
    return error as MeanderError;
  }
  throw new Error("it was taken");
}

describe("a manifest", () => {
  it("is taken as it is, frozen, with a byte order mark and a $schema or without", () => {
    const text = JSON.stringify(whole, null, 2);
    const manifest: Manifest = parseManifest(text, "plugin.json");
    expect(manifest).toEqual(whole);
    expect(Object.isFrozen(manifest.operators.warmest.config)).toBe(true);
    expect(parseManifest(`\uFEFF${text}`, "plugin.json")).toEqual(whole);
    expect(parseManifest(bent("/$schema", "./plugin.schema.json"), "plugin.json")).toEqual(whole);
  });

  it("is refused with all that is wrong, each with its place", () => {
    const text = bent("/operators/warmest/config/properties/least", { type: "nmber" });
    const both = JSON.stringify({ ...JSON.parse(text), version: "1", entry: "../mod.ts" });
    const { code, message, problems, where } = refusalOf(both, "my/plugin.json");
    expect({ code, where }).toEqual({ code: "MEANDER_PLUGIN_MANIFEST", where: "my/plugin.json" });
    expect(message).toMatch(/^MEANDER_PLUGIN_MANIFEST {2}Cannot use manifest "my\/plugin.json"\n/);
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "/version",
      "/entry",
      "/operators/warmest/config/properties/least/type",
    ]);
  });

  it.each(hostile)("is refused: %s", (_what, text, said) => {
    const { message, problems } = refusalOf(text);
    expect(problems.join("\n")).toMatch(said);
    for (const problem of problems.slice(0, 50)) expect(problem).toMatch(/^\/[^]*: \S[^]*[^.]$/);
    expect(message.length).toBeLessThan(30_000);
    // deno-lint-ignore no-control-regex
    expect(message).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });

  it("is refused by more than a hundred tests of different texts", () => {
    expect(new Set(hostile.map(([, text]) => text)).size).toBeGreaterThan(150);
  });

  it("fits what is published of its grammar, which refuses most of what we refuse", () => {
    const ajv = new Ajv2020({ strict: false, logger: false });
    const accepts = ajv.compile(publishedSchema() as object);
    expect(accepts(structuredClone(whole)), JSON.stringify(accepts.errors)).toBe(true);
    const parsed = hostile.flatMap(([, text]) => {
      try {
        return [JSON.parse(text)];
      } catch {
        return [];
      }
    });
    expect(parsed.filter((data) => !accepts(data)).length).toBeGreaterThan(parsed.length / 2);
  });
});
