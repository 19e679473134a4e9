/**
 * What the parts of the checker offer each other.
 *
 * @module
 */

import type { ASTNode } from "./parse.ts";
import type { Variable } from "./loops.ts";
import { call, type Term } from "./terms.ts";
import { BOOLEAN, BROKEN, name } from "./types.ts";

/** The checker as its parts see it. */
export interface Checking {
  /** The term of a node; what is wrong in it is reported. */
  check(node: ASTNode): Term;
  /** The same where the places have their types without `null`. */
  checkWhere(node: ASTNode, present: readonly string[]): Term;
  /** The same where one more name is known, and places have their types without `null`. */
  checkWith(
    node: ASTNode,
    variableName: string,
    variable: Variable,
    present: readonly string[],
  ): Term;
  /** Reports a problem; its term fits everywhere. */
  problem(node: ASTNode, message: string, hint?: string): Term;
  /** Whether something has the name here. */
  knows(name: string): boolean;
  /** The text of a node, shortened. */
  textOf(node: ASTNode): string;
}

/** The term when it cannot be null; otherwise a problem is reported. */
export function present(checking: Checking, node: ASTNode, term: Term): Term {
  if (term.type.kind !== "optional") return term;
  const text = checking.textOf(node);
  return checking.problem(
    node,
    `${text} is ${name(term.type)}, which may be null`,
    `Write ${text} == null ? … : ${text}`,
  );
}

/** Checks a condition. */
export function condition(checking: Checking, node: ASTNode, term: Term): Term {
  const value = present(checking, node, term);
  if (value.type === BROKEN || value.type.kind === "boolean") return value;
  if (value.type.kind === "any") return call("needBoolean", BOOLEAN, [value], true);
  return checking.problem(
    node,
    `${checking.textOf(node)} is ${name(value.type)}, not boolean`,
    "Compare it with something",
  );
}
