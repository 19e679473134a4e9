/**
 * What a JSON text says that is gone once it is parsed: a name that occurs twice, of which the last would win;
 * names that mean something to JavaScript; and how deep it is, before anything recursive looks at it.
 *
 * @module
 */
import { show } from "../../operators/contract/fault.ts";
import type { Path, Report } from "./finding.ts";

/** Names that reach into the prototypes of objects. */
export const FORBIDDEN_NAMES: readonly string[] = ["__proto__", "constructor", "prototype"];

interface Level {
  /** Of an object: its names so far. */
  readonly names: Set<string> | undefined;
  /** The name or index that we are at. */
  at: string | number;
}

// A text without its end is taken to the end of everything, so that nothing is looked at twice.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"?|[{}[\],:]/gs;

/**
 * Reports what is wrong in a text that may be no JSON at all, of which it then says nothing. One pass, whatever
 * the text is. False when it is deeper than `deepest`: then nobody should parse it.
 */
export function checkJsonText(text: string, deepest: number, report: Report): boolean {
  const levels: Level[] = [];
  let name: string | undefined = undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    const top = levels.at(-1);
    if (token === "{" || token === "[") {
      levels.push(token === "{" ? { names: new Set(), at: "" } : { names: undefined, at: 0 });
      if (levels.length > deepest) {
        report(pathOf(levels).slice(0, -1), `is nested deeper than ${deepest} levels`);
        return false;
      }
    } else if (token === "}" || token === "]") levels.pop();
    else if (token === "," && typeof top?.at === "number") top.at++;
    else if (token === ":" && top !== undefined && name !== undefined) take(levels, name, report);
    name = token.startsWith('"') ? token : undefined;
  }
  return true;
}

/** A name within an object; what was not decoded is no JSON, and will be refused as that. */
function take(levels: readonly Level[], token: string, report: Report): void {
  const top = levels[levels.length - 1];
  const name = decoded(token);
  if (top.names === undefined || name === undefined) return;
  top.at = name;
  // Escapes are decoded by now: "__pr\u006fto__" is the same name.
  if (FORBIDDEN_NAMES.includes(name)) {
    report(pathOf(levels), `the name ${show(name)} is not allowed`);
  } else if (top.names.has(name)) report(pathOf(levels), "is there twice");
  top.names.add(name);
}

function decoded(token: string): string | undefined {
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}

function pathOf(levels: readonly Level[]): Path {
  return levels.map(({ at }) => at);
}
