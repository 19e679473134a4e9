/**
 * What is said of formats, and of the settings of formats and operators.
 */

import type { z } from "zod";
import type { AnyFormat } from "../../plugins/registry.ts";
import { settingsOf } from "../../specs/describe.ts";
import { sentence, table, wrapped } from "./markdown.ts";

/** The section of a format. */
export function aboutFormat(format: AnyFormat): string[] {
  const use = [
    ...(format.decoder === undefined ? [] : ["inputs"]),
    ...(format.encoder === undefined ? [] : ["outputs"]),
  ];
  return [
    `### format ${format.name}`,
    wrapped(`For ${use.join(" and ")}. ${sentence(format.summary)}`),
    ...(format.docs === undefined ? [] : [wrapped(format.docs)]),
    ...settings(format.config),
  ];
}

/** The table of what a configuration takes. */
export function settings(config: z.ZodType): string[] {
  const rows = settingsOf(config).map((line) => {
    const [, name, rest] = /^(\S+)\s+(.*)$/.exec(line)!;
    return [`\`${name}\``, rest];
  });
  return rows.length === 0 ? ["It has no settings."] : [table(["setting", "value"], rows)];
}
