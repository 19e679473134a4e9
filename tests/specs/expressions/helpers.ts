/** What the tests of expressions share. */

import type { RecordType } from "../../../operators/contract/record_type.ts";
import { MeanderError } from "../../../operators/contract/fault.ts";
import { compileExpression, type ExpressionScope } from "../../../specs/expressions/compile.ts";

/** The type in the notation of the tests: `integer`, `[string]`, `{n: integer}`, `string?`, `map of any`. */
export function t(text: string): RecordType {
  if (text.endsWith("?")) return { kind: "optional", of: t(text.slice(0, -1)) };
  if (text.startsWith("map of ")) return { kind: "map", of: t(text.slice(7)) };
  if (text.startsWith("[")) return { kind: "list", of: t(text.slice(1, -1)) };
  if (!text.startsWith("{")) return { kind: text } as RecordType;
  const fields = new Map<string, RecordType>();
  for (const part of text.slice(1, -1).split(", ")) {
    const [name, type] = part.split(": ");
    fields.set(name!, t(type!));
  }
  return { kind: "object", fields };
}

/** Names with types and values, in the order of parameters. */
export type Variables = Readonly<Record<string, readonly [type: string, value?: unknown]>>;

export function scopeOf(variables: Variables): ExpressionScope {
  return {
    parameters: new Map(Object.entries(variables).map(([name, [type]]) => [name, t(type)])),
  };
}

/** The result, or what went wrong: `problem: …` before evaluation, `error: …` during it. */
export function outcome(text: string, variables: Variables = {}): unknown {
  const compiled = compileExpression(text, scopeOf(variables));
  if (!compiled.ok) {
    return compiled.problems
      .map(({ message, hint }) => `problem: ${message}${hint === undefined ? "" : ` (${hint})`}`)
      .join("\n");
  }
  try {
    return compiled.f(...Object.values(variables).map(([, value]) => value));
  } catch (error) {
    if (!MeanderError.is(error) || error.code !== "MEANDER_EXPRESSION") throw error;
    return `error: ${error.message.slice(error.message.indexOf('": ') + 3)}`;
  }
}

/** The problems with the part of the text that each is about. */
export function problems(text: string, variables: Variables = {}): string[] {
  const compiled = compileExpression(text, scopeOf(variables));
  if (compiled.ok) return [];
  return compiled.problems.map(({ message, hint, offset, length }) =>
    `${text.slice(offset, offset + length)} | ${message}${hint === undefined ? "" : ` | ${hint}`}`
  );
}
