/**
 * The project's own lint rules. They need a syntax tree, and as a plugin of `deno lint` they show
 * in the editor too. An exception stands where it is made, with its reason:
 * `// deno-lint-ignore meander/function-length -- one table of cases`.
 */

import { importProblem, roomOf } from "./rooms.ts";

const maxLines = 60;

const clock = "take the time from the injected clock (actors/clock.ts), which simulation needs";
const seed = "take numbers from the injected seeded source, so that a failure can be replayed";

/** Calls that the core must not make, because they reach past the clock and the seed. */
const banned: Readonly<Record<string, string>> = {
  "Date.now": clock,
  "performance.now": clock,
  "setTimeout": clock,
  "setInterval": clock,
  "setImmediate": clock,
  "Math.random": seed,
  "crypto.randomUUID": seed,
  "crypto.getRandomValues": seed,
};

const core = ["progress", "batches", "operators", "dataflow", "actors"];
const speakers = ["cli.ts", "bench", "examples", "_tools"];

const root = new URL("../", import.meta.url).pathname;

function relative(filename: string): string {
  return filename.startsWith(root) ? filename.slice(root.length) : filename;
}

function isCore(path: string): boolean {
  return path !== "actors/clock.ts" && core.includes(path.split("/")[0]!);
}

type Callable =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** The callback of a describe is as long as its tests; each of those is measured by itself. */
function groupsTests(node: Callable): boolean {
  const parent = node.parent as Deno.lint.Node;
  return parent.type === "CallExpression" && parent.callee.type === "Identifier" &&
    parent.callee.name === "describe";
}

const functionLength: Deno.lint.Rule = {
  create(context) {
    const measure = (node: Callable): void => {
      const lines = context.sourceCode.getText(node).split("\n").length;
      if (lines <= maxLines || groupsTests(node)) return;
      context.report({
        node,
        message: `Function has ${lines} lines, more than ${maxLines}`,
        hint: "Split it where it changes its subject",
      });
    };
    return {
      FunctionDeclaration: measure,
      FunctionExpression: measure,
      ArrowFunctionExpression: measure,
    };
  },
};

const injectedTime: Deno.lint.Rule = {
  create(context) {
    if (!isCore(relative(context.filename))) return {};
    const refuse = (node: Deno.lint.Node, name: string): void => {
      if (Object.hasOwn(banned, name)) {
        context.report({ node, message: `${name} in the core`, hint: banned[name]! });
      }
    };
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
        const name = `${node.object.name}.${node.property.name}`;
        refuse(node, name.replace(/^globalThis\./, ""));
      },
      CallExpression(node) {
        if (node.callee.type === "Identifier") refuse(node, node.callee.name);
      },
      NewExpression(node) {
        const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" &&
          node.arguments.length === 0;
        if (isNow) context.report({ node, message: "new Date() in the core", hint: clock });
      },
    };
  },
};

const quiet: Deno.lint.Rule = {
  create(context) {
    if (speakers.includes(relative(context.filename).split("/")[0]!)) return {};
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier" || node.object.name !== "console") return;
        context.report({
          node,
          message: "console outside of cli.ts, bench/, examples/ and _tools/",
          hint: "Return the text, throw an error, or report to the caller",
        });
      },
    };
  },
};

const roomRule: Deno.lint.Rule = {
  create(context) {
    const path = relative(context.filename);
    const check = (node: Deno.lint.Node, source: Deno.lint.Node | null): void => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const message = importProblem(path, source.value);
      if (message !== undefined) {
        context.report({ node, message, hint: "See _tools/rooms.ts for the directions" });
      }
    };
    return {
      Program(node) {
        if (roomOf(path) !== undefined) return;
        context.report({ node, message: `"${path}" is in no room`, hint: "See _tools/rooms.ts" });
      },
      ImportDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
    };
  },
};

const skipReason: Deno.lint.Rule = {
  create(context) {
    return {
      MemberExpression(node) {
        const isSkip = node.object.type === "Identifier" && node.property.type === "Identifier" &&
          ["it", "test", "describe"].includes(node.object.name) && node.property.name === "skip";
        if (!isSkip) return;
        const line = context.sourceCode.text.slice(0, node.range[0]).split("\n").length;
        const above = context.sourceCode.text.split("\n")[line - 2] ?? "";
        if (above.trim().startsWith("//")) return;
        context.report({
          node,
          message: "Test skipped without a reason",
          hint: "Comment above it",
        });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "meander",
  rules: {
    "function-length": functionLength,
    "injected-time": injectedTime,
    "quiet": quiet,
    "rooms": roomRule,
    "skip-reason": skipReason,
  },
};

export default plugin;
