/**
 * Judges a bundled module with a parser: what it still imports, and from where its parts came.
 *
 * A plugin runs without permissions whatever it imports. What is found here is found when it is added instead of
 * when it runs, and no file of this system gets into a content.
 *
 * @module
 */
import { type AnyNode, type Comment, type Literal, parse, type Program } from "acorn";
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";
import { BUILTINS_TEXT, harmlessBuiltin } from "./builtins.ts";
import { SDK_NAMES } from "./dependencies.ts";

/** What a module imports of `meander/plugin`. */
export interface SdkUse {
  /** By name. */
  readonly names: readonly string[];
  /** Whether it takes all there is, under one name. */
  readonly all: boolean;
}

/** How the bundler lets a package that is no ES module ask for built-ins: by what can load anything. */
const MAKER = "__deno_internal_createRequire";
const REQUIRE = "__require";

/**
 * Checks a bundle, and returns it without what can load anything.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_IMPORT` with everything that must not be in it.
 */
export function checkBundle(code: string, where: string): string {
  const { program, problems } = read(code, where);
  const required = new Set<string>();
  let preamble: { readonly start: number; readonly end: number } | undefined;
  for (const node of nodesOf(program)) {
    const source = sourceOf(node);
    if (source !== undefined && isPreamble(node, program)) {
      preamble = {
        start: node.start,
        end: program.body[program.body.indexOf(node as never) + 1].end,
      };
    } else if (source === null) problems.add("it imports what only its run would tell: import(…)");
    else if (source !== undefined && harmlessBuiltin(source) === undefined) {
      problems.add(`it imports ${show(source)}`);
    }
    const asked = requiredBy(node);
    if (asked === undefined) continue;
    if (harmlessBuiltin(asked) === undefined) problems.add(`it requires ${show(asked)}`);
    else required.add(asked);
  }
  if (problems.size > 0) throw importError(where, [...problems]);
  return preamble === undefined
    ? code
    : code.slice(0, preamble.start) + builtinsFor(required) + code.slice(preamble.end);
}

/** What a bundle imports of `meander/plugin`, which was left out of it. */
export function sdkUseOf(code: string, where: string): SdkUse {
  const names = new Set<string>();
  let all = false;
  for (const node of nodesOf(read(code, where).program)) {
    const source = sourceOf(node);
    if (source === undefined || source !== null && !SDK_NAMES.includes(source)) continue;
    if (node.type === "ImportDeclaration") {
      for (const specifier of node.specifiers) {
        if (specifier.type === "ImportNamespaceSpecifier") all = true;
        else {names.add(
            specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "default",
          );}
      }
    } else if (node.type === "ExportNamedDeclaration") {
      for (const { local } of node.specifiers) names.add(nameOf(local));
    } else all = true;
  }
  return { names: [...names].sort(), all };
}

function read(code: string, where: string): { program: Program; problems: Set<string> } {
  const problems = new Set<string>();
  const onComment = (
    isBlock: boolean,
    text: string,
    start: number,
  ): void => {
    // The bundler heads each module that it takes in by its path, which nothing in the module can prevent.
    const isHead = !isBlock && (start === 0 || code[start - 1] === "\n");
    if (isHead && isElsewhere(text)) {
      problems.add(`it holds a file from outside: ${show(text.trim())}`);
    }
  };
  try {
    const program = parse(code, { ecmaVersion: "latest", sourceType: "module", onComment });
    return { program, problems };
  } catch (error) {
    const why = reasonOf(error).split("\n")[0];
    throw importError(where, [`the bundled module cannot be read: ${show(why, 200).slice(1, -1)}`]);
  }
}

function isElsewhere(comment: Comment["value"]): boolean {
  return /^ (?:\.\.[\\/]|[\\/]|[A-Za-z][\w+.-]*:)/.test(comment);
}

/** All nodes, in no order that matters; without recursion, since depth is the author's choice. */
function* nodesOf(program: Program): Generator<AnyNode> {
  const open: unknown[] = [program];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if ("type" in next && typeof next.type === "string") yield next as AnyNode;
    for (const value of Object.values(next)) {
      if (typeof value === "object" && value !== null) open.push(value);
    }
  }
}

/** What a node imports; null where that is no literal, undefined where it imports nothing. */
function sourceOf(node: AnyNode): string | null | undefined {
  if (node.type === "ImportExpression") return literal(node.source) ?? null;
  const isImport = node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
    node.type === "ExportNamedDeclaration";
  if (!isImport || node.source === null || node.source === undefined) return undefined;
  return String(node.source.value);
}

function requiredBy(node: AnyNode): string | undefined {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return undefined;
  if (!/^__require\d*$/.test(node.callee.name) || node.arguments.length !== 1) return undefined;
  return literal(node.arguments[0]);
}

function literal(node: AnyNode): string | undefined {
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

/** The two statements that the bundler puts first, and nothing that looks like them further down. */
function isPreamble(node: AnyNode, program: Program): boolean {
  const at = program.body.indexOf(node as never);
  if (node.type !== "ImportDeclaration" || node.source.value !== "node:module" || at < 0) {
    return false;
  }
  const before = program.body.slice(0, at);
  if (before.some(({ type }) => type !== "VariableDeclaration")) return false;
  const [only, more] = node.specifiers;
  const next = program.body[at + 1];
  if (more !== undefined || only?.type !== "ImportSpecifier" || only.local.name !== MAKER) {
    return false;
  }
  if (next?.type !== "VariableDeclaration" || next.declarations.length !== 1) return false;
  const [{ id, init }] = next.declarations;
  return id.type === "Identifier" && id.name === REQUIRE && init?.type === "CallExpression" &&
    init.callee.type === "Identifier" && init.callee.name === MAKER;
}

/** What takes the bundler's place: a table of the few built-ins that were asked for. */
function builtinsFor(required: ReadonlySet<string>): string {
  const names = [...required].sort();
  const modules = [...new Set(names.map((name) => harmlessBuiltin(name)!))].sort();
  return [
    ...modules.map((name, i) => `import __builtin${i} from ${JSON.stringify(name)};`),
    `var ${REQUIRE} = /* @__PURE__ */ ((table) => (name) => {`,
    "  if (table.has(name)) return table.get(name);",
    '  throw new Error("Cannot require " + name + ": it was not bundled");',
    "})(/* @__PURE__ */ new Map([",
    ...names.map((name) =>
      `  [${JSON.stringify(name)}, __builtin${modules.indexOf(harmlessBuiltin(name)!)}],`
    ),
    "]));",
  ].join("\n");
}

function nameOf(node: { type: "Identifier"; name: string } | Literal): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}

function importError(where: string, problems: readonly string[]): MeanderError {
  return new MeanderError("MEANDER_PLUGIN_IMPORT", `Cannot use the code of ${show(where)}`, {
    where,
    hint: `A plugin's code may import ${BUILTINS_TEXT}`,
    problems,
  });
}
