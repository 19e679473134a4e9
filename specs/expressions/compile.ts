/**
 * The expressions of specs: CEL, checked against the types of records and compiled to JavaScript.
 *
 * @module
 */

import { MeanderError } from "../../operators/contract/fault.ts";
import type { RecordType } from "../../operators/contract/record_type.ts";
import { Body } from "./body.ts";
import { Checker } from "./check.ts";
import { isTree, parse } from "./parse.ts";
import type { ExpressionProblem } from "./problem.ts";
import { runtime } from "./runtime.ts";
import { call, named, quote, type Term } from "./terms.ts";

export type { ExpressionProblem };

/** What an expression can name. */
export interface ExpressionScope {
  /** By name, in the order of the function's parameters. */
  readonly parameters: ReadonlyMap<string, RecordType>;
  /** Bound when compiled, such as `params`. */
  readonly constants?: ReadonlyMap<string, { readonly type: RecordType; readonly value: unknown }>;
  /** What has to come out: where it is not known to, the function looks at what came out. */
  readonly wanted?: RecordType | undefined;
}

/** The function of an expression and the type of its results, or all problems by their place. */
export type Compiled =
  | {
    readonly ok: true;
    readonly f: (...args: unknown[]) => unknown;
    readonly type: RecordType;
    readonly text: string;
  }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

const texts = new WeakMap<
  object,
  { readonly text: string; readonly parameters: readonly string[] }
>();

/**
 * Checks an expression and compiles it. Values that have a type are trusted to be of it, since inputs
 * validate their records; where nothing is known, the function checks when it is called, and throws a
 * `MeanderError` with the code `MEANDER_EXPRESSION`.
 *
 * @example
 * ```ts ignore
 * const record: RecordType = { kind: "object", fields: new Map([["n", { kind: "integer" }]]) };
 * const compiled = compileExpression("record.n * 2 + 1", { parameters: new Map([["record", record]]) });
 * if (compiled.ok) compiled.f({ n: 20 }); // 41
 * ```
 */
export function compileExpression(text: string, scope: ExpressionScope): Compiled {
  const tree = parse(text);
  if (!isTree(tree)) return { ok: false, problems: [tree] };
  const checker = new Checker(text, namesOf(scope));
  const term = sure(checker.check(tree), scope.wanted);
  if (checker.problems.length > 0) {
    return { ok: false, problems: checker.problems.toSorted((a, b) => a.offset - b.offset) };
  }
  const f = build(text, term, scope);
  texts.set(f, { text, parameters: [...scope.parameters.keys()] });
  return { ok: true, f, type: term.type, text };
}

/** The text that a compiled function was made from, or undefined for other functions. */
export function expressionText(f: unknown): string | undefined {
  return typeof f === "function" ? texts.get(f)?.text : undefined;
}

/** The names of the parameters that a compiled function was made with. */
export function expressionParameters(f: object): readonly string[] | undefined {
  return texts.get(f)?.parameters;
}

/** Untyped records may hold anything, and a predicate that takes `"no"` for true gives wrong answers. */
function sure(term: Term, wanted: RecordType | undefined): Term {
  if (term.type.kind !== "any") return term;
  if (wanted?.kind === "boolean") return call("needBoolean", wanted, [term], true);
  return wanted?.kind === "list" ? call("needList", wanted, [term], true) : term;
}

function namesOf({ parameters, constants }: ExpressionScope): Map<string, Term> {
  const names = new Map<string, Term>();
  [...constants ?? []].forEach(([name, { type }], at) =>
    names.set(name, named(type, () => `k${at}`))
  );
  [...parameters].forEach(([name, type], at) => names.set(name, named(type, () => `p${at}`)));
  return names;
}

/** The code has no part of the text in it but literals and names of fields, which JSON has quoted. */
function generate(text: string, term: Term, scope: ExpressionScope): string {
  const body = new Body();
  const result = term.emit(body);
  const inner = `${body.text}\nreturn ${result};`;
  // A function that cannot fail needs no handler, and one that can costs nothing until it does.
  const guarded = term.fails
    ? `try {\n${inner}\n} catch (error) { throw ${body.helper("located")}(error, ${quote(text)}); }`
    : inner;
  const parameters = [...scope.parameters.keys()].map((_, at) => `p${at}`).join(", ");
  const constants = [...scope.constants?.keys() ?? []].map((_, at) => `const k${at} = k[${at}];`);
  const helpers = [...body.helpers].map((name) => `const h_${name} = h.${name};`);
  return `"use strict";\n${[...helpers, ...constants].join("\n")}\n` +
    `return function (${parameters}) {\n${guarded}\n};`;
}

function build(
  text: string,
  term: Term,
  scope: ExpressionScope,
): (...args: unknown[]) => unknown {
  const values = [...scope.constants?.values() ?? []].map(({ value }) => value);
  const code = generate(text, term, scope);
  try {
    return new Function("h", "k", code)(runtime, values);
  } catch (cause) {
    if (!(cause instanceof EvalError)) throw cause;
    throw new MeanderError(
      "MEANDER_EXPRESSION",
      "Cannot compile expressions: code may not be generated here",
      {
        cause,
        hint: "Allow eval, or write the function in TypeScript",
      },
    );
  }
}
