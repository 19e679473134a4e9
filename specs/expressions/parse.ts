/**
 * From text to the syntax tree of the CEL library, within limits that hold for hostile texts too.
 *
 * @module
 */

import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import type { ExpressionProblem } from "./problem.ts";

export type { ASTNode };

/** The most characters of one expression. */
export const maxLength = 20_000;

/**
 * The most operators on a path from the root to a leaf. The library bounds parentheses, but reads a
 * row such as `1 + 1 + 1` without a limit into a tree as deep as the row is long.
 */
export const maxDepth = 250;

const environment = new Environment({
  limits: {
    maxAstNodes: 10_000,
    maxDepth: 64,
    maxListElements: 1000,
    maxMapEntries: 1000,
    maxCallArguments: 32,
  },
});

/** The tree, or the one problem: the syntax of a text is read up to its first mistake. */
export function parse(text: string): ASTNode | ExpressionProblem {
  if (text.length > maxLength) {
    return whole(text, `has ${text.length} characters, at most ${maxLength} are allowed`);
  }
  if (text.trim() === "") return whole(text, "is empty");
  let tree: ASTNode;
  try {
    tree = environment.parse(text).ast;
  } catch (error) {
    if (error instanceof ParseError) return syntaxProblem(text, error);
    // A row of thousands of `!` or `-` exhausts the stack of the recursive parser.
    if (error instanceof RangeError) return whole(text, "is nested too deeply");
    throw error;
  }
  return isDeep(tree)
    ? whole(text, `is nested too deeply: at most ${maxDepth} operators within each other`)
    : tree;
}

/** Whether the result of {@linkcode parse} is a tree. */
export function isTree(parsed: ASTNode | ExpressionProblem): parsed is ASTNode {
  return "op" in parsed;
}

/** The operands of a node that are expressions themselves. */
export function operands(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case "!_":
    case "-_":
      return [node.args];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "map":
      return node.args.flat();
    default:
      return node.args;
  }
}

function isDeep(tree: ASTNode): boolean {
  let level: ASTNode[] = [tree];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((node) => [...operands(node)]);
  }
  return false;
}

function whole(text: string, what: string): ExpressionProblem {
  return { message: `The expression ${what}`, offset: 0, length: text.length };
}

function syntaxProblem(text: string, error: ParseError): ExpressionProblem {
  const start = Math.min(error.range?.start ?? 0, text.length);
  const end = Math.min(error.range?.end ?? text.length, text.length);
  const found = text.slice(start, end);
  const { message, hint } = reword(error.summary, found, text.slice(start));
  const problem = { message, offset: start, length: Math.max(end - start, 0) };
  return hint === undefined ? problem : { ...problem, hint };
}

/** Words of other languages, and what this one writes instead. */
const foreign: Readonly<Record<string, string>> = {
  "=": "Compare with ==",
  "&": "Write && for and",
  "|": "Write || for or",
  "and": "Write && for and",
  "or": "Write || for or",
  "not": "Write ! for not",
  "`": "Write text in ' or \"",
  "?": "Write a ? b : c; ?. and ?? are not offered",
};

/** How the library calls what is missing. */
const tokens: Readonly<Record<string, string>> = {
  RPAREN: '")"',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
  IDENTIFIER: "a name",
};

function reword(
  summary: string,
  found: string,
  rest: string,
): { message: string; hint?: string } {
  if (summary.startsWith("Exceeded ")) {
    return { message: `The expression is too large: ${summary.slice("Exceeded ".length)}` };
  }
  if (/EOF$/.test(summary) && found === "") {
    return { message: "The expression ends too early", hint: "Close what was opened" };
  }
  const word = /^(?:[A-Za-z]+|.)/u.exec(rest)?.[0] ?? "";
  const hint = Object.hasOwn(foreign, word) ? foreign[word]! : undefined;
  const message = `Cannot read the expression: ${reasonOf(summary, found)}`;
  return hint === undefined ? { message } : { message, hint };
}

function reasonOf(summary: string, found: string): string {
  const expected = /^Expected (\w+), got/.exec(summary)?.[1];
  if (expected !== undefined) return `expected ${tokens[expected] ?? expected}, found "${found}"`;
  if (/^Unexpected (?:character|token)/.test(summary)) return `unexpected "${found}"`;
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}
