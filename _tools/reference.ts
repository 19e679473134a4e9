/**
 * Writes what is published of the grammar of specs and of the operators: JSON Schemas, for editors, and pages,
 * for people. All come from the schemas that check specs, so that they cannot say anything else.
 */

import { z } from "zod";
import { core } from "../plugins/core.ts";
import { publishedSchema } from "../plugins/manifest/published.ts";
import type { Plugin } from "../plugins/registry.ts";
import { NAME, specSchema } from "../specs/grammar.ts";
import { aboutFormat } from "./reference/formats.ts";
import { Grammar, type JsonSchema } from "./reference/grammar.ts";
import { wrapped } from "./reference/markdown.ts";
import { operatorsPage } from "./reference/operators.ts";

/** The grammar as a JSON Schema, draft 2020-12. */
export function jsonSchema(): JsonSchema {
  const published = specSchema((value) => z.record(z.string().regex(NAME), value));
  const { $schema, title, ...rest } = z.toJSONSchema(published, { target: "draft-2020-12" });
  return { $schema, $id: "urn:meander:spec:1", title, ...rest } as JsonSchema;
}

/** The files by their paths from the root of the project. */
export function files(): Readonly<Record<string, string>> {
  return {
    "docs/plugin.schema.json": `${JSON.stringify(publishedSchema(), null, 2)}\n`,
    "docs/spec.schema.json": `${JSON.stringify(jsonSchema(), null, 2)}\n`,
    "docs/spec-reference.md": reference(jsonSchema(), core),
    "docs/operators.md": operatorsPage(core),
  };
}

function reference(schema: JsonSchema, plugin: Plugin): string {
  const { formats = [] } = plugin;
  const parts = [
    "<!-- deno-fmt-ignore-file -->",
    "# Reference of specs",
    wrapped(
      "Every part of a spec and every format. [specs.md](specs.md) shows them at work, " +
        "[operators.md](operators.md) has what nodes can use, " +
        "[expressions.md](expressions.md) is about the texts under `with`, and " +
        "[spec.schema.json](spec.schema.json) is the same grammar as a JSON Schema for editors. This page " +
        "is written by `deno task reference` from the schemas that check specs.",
    ),
    "## Grammar",
    wrapped(
      "NAME stands for a name that you choose: letters, digits, `_` and `-`, beginning with a letter or " +
        "`_`. A span of time is a number with its unit, such as `500ms`, `5s`, `1m`, `1h` or `1d`; without " +
        "a unit it counts milliseconds, or the unit of the field that it is about. A size is a number with " +
        "`B`, `kB`, `MB`, `GB`, `TB`, `KiB`, `MiB`, `GiB` or `TiB` behind it.",
    ),
    ...new Grammar(schema).sections(),
    "## Formats",
    ...formats.flatMap(aboutFormat),
  ];
  return `${parts.join("\n\n")}\n`;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(files())) Deno.writeTextFileSync(path, text);
}
