/**
 * What a condition says about `null`: where `record.x != null` holds, `record.x` has its type without `null`.
 *
 * @module
 */

import type { ASTNode } from "./parse.ts";

/** The name of a place in a record, such as `record.address.city`; undefined for other expressions. */
export function pathOf(node: ASTNode): string | undefined {
  if (node.op === "id") return node.args;
  if (node.op !== "." && node.op !== "[]") return undefined;
  const [baseNode, part] = node.args;
  const field = typeof part === "string" ? part : keyOf(part);
  const base = pathOf(baseNode);
  // Quoted, since a field called `a.b` is not the field `b` of `a`.
  return base === undefined || field === undefined ? undefined : `${base}.${JSON.stringify(field)}`;
}

/**
 * The places that are not `null` when the condition is `truth`. It holds of `b` in `a && b` even though
 * `b` is evaluated after an error in `a`, too: one comparison with null that is false makes the whole of
 * `a` false, whatever else of it fails.
 */
export function presentWhen(node: ASTNode, truth: boolean): readonly string[] {
  switch (node.op) {
    case "==":
    case "!=": {
      if ((node.op === "!=") !== truth) return [];
      const [a, b] = node.args;
      if (isNull(b)) return [pathOf(a)].filter((path) => path !== undefined);
      return isNull(a) ? [pathOf(b)].filter((path) => path !== undefined) : [];
    }
    case "!_":
      return presentWhen(node.args, !truth);
    case "&&":
    case "||":
      if ((node.op === "&&") !== truth) return [];
      return node.args.flatMap((side) => presentWhen(side, truth));
    case "call": {
      const [name, [argument]] = node.args;
      const path = name === "has" && truth && argument ? pathOf(argument) : undefined;
      return path === undefined ? [] : [path];
    }
    default:
      return [];
  }
}

/** The key, where it is written in the text. */
export function keyOf(node: ASTNode): string | undefined {
  return node.op === "value" && typeof node.args === "string" ? node.args : undefined;
}

function isNull(node: ASTNode): boolean {
  return node.op === "value" && node.args === null;
}
