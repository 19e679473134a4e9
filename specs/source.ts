/**
 * The text of a spec, YAML or JSON, as data with the place of each part.
 *
 * @module
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  YAMLMap,
} from "yaml";
import { show } from "../operators/contract/fault.ts";
import { type Finding, type Path, pointerOf, type Problem } from "./problem.ts";

/** The most that one spec may hold; beyond it somebody means harm, or generates what should be data. */
export const LIMITS = {
  bytes: 1_048_576,
  depth: 64,
  parts: 100_000,
  aliases: 1000,
  nodes: 10_000,
} as const;

/** A text that was read. */
export interface SpecText {
  /** What it says, as plain data; `undefined` where it cannot be read. */
  readonly data: unknown;
  /** What is wrong with it as YAML or JSON, so that it says nothing. */
  readonly problems: readonly Problem[];
  /** What is wrong with parts of it: the rest can be checked all the same. */
  readonly faults: readonly Problem[];
  /** Gives a finding its line and column. */
  readonly locate: (finding: Finding) => Problem;
}

/** Reads the text. Problems are returned, not thrown, all at once. */
export function readSpecText(written: string): SpecText {
  // A byte order mark is no part of the text, and would count as a column.
  const text = written.replace(/^\uFEFF/, "");
  const nothing = (problem: Problem): SpecText => ({
    data: undefined,
    problems: [problem],
    faults: [],
    locate: (finding) => ({ ...problem, message: finding.message }),
  });
  if (text.length > LIMITS.bytes) {
    return nothing(atStart(`it has ${text.length} characters, more than ${LIMITS.bytes}`, SPLIT));
  }
  const lines = new LineCounter();
  const document = parsed(text, lines);
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const errors = [...document.errors, ...document.warnings];
  // Only what is nested beyond all measure exhausts the stack of the library.
  if (errors.some(({ message }) => message.includes("call stack"))) {
    return nothing(atStart(TOO_DEEP, SPLIT));
  }
  const noYaml = (message: string, offset: number): Problem => ({
    message: `it is no YAML: ${decapitalized(message)}`,
    hint: /mapping|implicit key|plain value|flow/i.test(message) ? QUOTES : undefined,
    pointer: "",
    ...at(offset),
  });
  const { excess, lost } = surveyOf(document);
  if (excess !== undefined) return nothing(atStart(excess, SPLIT));
  const problems = inPlaces([
    ...errors.map(({ message, pos }) => noYaml(message, pos[0])),
    ...lost.map((alias) =>
      noYaml(`nothing before it is called &${alias.source}`, rangeOf(alias) ?? 0)
    ),
  ]);
  if (problems.length > 0) {
    return {
      data: undefined,
      problems,
      faults: [],
      locate: (found) => located(found, 1),
    };
  }
  const data = dataOf(document);
  if (data instanceof Error) return nothing(noYaml(data.message, 0));
  const expanded = excessIn(data);
  if (expanded !== undefined) return nothing(atStart(expanded, SPLIT));
  if (data === null) return nothing(atStart("it is empty", "Begin with `meander init`"));
  const locate = (finding: Finding): Problem => ({
    ...located(finding, 1),
    ...at(offsetOf(document, finding)),
  });
  return { data, problems: [], faults: faultsIn(document).map(locate), locate };
}

function parsed(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    lineCounter,
    // It refuses every tag that is not plain data, such as dates or sets.
    schema: "core",
    prettyErrors: false,
    logLevel: "error",
    // The library compares each name with each other; `faultsIn` looks them up.
    uniqueKeys: false,
  });
}

const TOO_DEEP = `it is nested deeper than ${LIMITS.depth} levels`;
const TOO_MUCH = `it has more than ${LIMITS.parts} parts`;
const QUOTES = 'Put texts with ": ", " #", braces or quotes in them into double quotes';
const SPLIT = "Split it, or generate a smaller one";

function atStart(message: string, hint?: string): Problem {
  return { message, hint, pointer: "", line: 1, column: 1 };
}

function located({ message, hint, code, path }: Finding, line: number): Problem {
  const place = { pointer: pointerOf(path), line, column: 1 };
  return code === undefined ? { message, hint, ...place } : { message, hint, code, ...place };
}

/** Aliases may refer to aliases, so that a short text says a long one: `excessIn` counts what comes of them. */
function dataOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** How much it is, and the aliases of what there is not. */
function surveyOf(document: Document) {
  let parts = 0;
  let aliases = 0;
  let deepest = 0;
  const anchors = new Set<string>();
  const lost: Alias[] = [];
  visit(document, {
    Node: (_key, node, path) => {
      parts++;
      if (isAlias(node)) {
        aliases++;
        if (!anchors.has(node.source)) lost.push(node);
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
      deepest = Math.max(deepest, path.filter((part) => !isPair(part)).length);
      const isTooMuch = parts > LIMITS.parts || aliases > LIMITS.aliases;
      return isTooMuch || deepest > LIMITS.depth ? visit.BREAK : undefined;
    },
  });
  const excess = deepest > LIMITS.depth
    ? TOO_DEEP
    : aliases > LIMITS.aliases
    ? `it has more than ${LIMITS.aliases} aliases`
    : parts > LIMITS.parts
    ? TOO_MUCH
    : undefined;
  return { excess, lost };
}

/** One for each place, in their order: what follows from one fault is not told as well. */
function inPlaces(problems: readonly Problem[]): Problem[] {
  const places = new Map<string, Problem>();
  for (const problem of problems) {
    const place = `${problem.line}:${problem.column}`;
    if (!places.has(place)) places.set(place, problem);
  }
  return [...places.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** What aliases stand for counts as often as it is used; one within what it stands for has no end. */
function excessIn(data: unknown): string | undefined {
  let parts = 0;
  const measure = (value: unknown, depth: number): string | undefined => {
    if (++parts > LIMITS.parts) return TOO_MUCH;
    if (typeof value !== "object" || value === null) return undefined;
    if (depth >= LIMITS.depth) return TOO_DEEP;
    for (const part of Object.values(value)) {
      const excess = measure(part, depth + 1);
      if (excess !== undefined) return excess;
    }
    return undefined;
  };
  return measure(data, 0);
}

/** Names that stand twice in one map, of which the last would count, and numbers that are not as written. */
function faultsIn(document: Document): Finding[] {
  const found: Finding[] = [];
  const look = (node: unknown, path: Path): void => {
    if (isSeq(node)) return node.items.forEach((item, i) => look(item, [...path, i]));
    if (isScalar(node)) {
      const message = numberFault(node.value, node.source ?? "");
      if (message !== undefined) found.push({ path, message });
    }
    if (!isMap(node)) return;
    const names = new Set<string>();
    for (const { key, value } of node.items) {
      const at = [...path, nameOf(key)];
      if (names.has(nameOf(key))) {
        found.push({
          path: at,
          atKey: true,
          message: `there is another ${show(nameOf(key))} in the same place`,
          hint: "Call one of them something else, or take one out",
        });
      }
      names.add(nameOf(key));
      look(value, at);
    }
  };
  look(document.contents, []);
  return found;
}

function numberFault(value: unknown, written: string): string | undefined {
  if (typeof value !== "number") return undefined;
  if (!Number.isFinite(value)) return "it is no number that JSON could hold";
  return /^[-+]?\d+$/.test(written) && !Number.isSafeInteger(value)
    ? "it is an integer beyond 2^53, which would be rounded"
    : undefined;
}

/** Where in the text a finding is: the value, its name, or the last part around it that exists. */
function offsetOf(document: Document, { path, atKey, offset }: Finding): number {
  let node: unknown = document.contents;
  let start = rangeOf(node) ?? 0;
  for (let i = 0; i < path.length; i++) {
    if (isAlias(node)) node = node.resolve(document);
    const step = stepInto(node, path[i]);
    if (step === undefined) return start;
    const isLast = i === path.length - 1;
    start = isLast && !atKey ? step.value ?? step.key : step.key;
    node = step.node;
  }
  return start + insideOf(node, offset);
}

interface Step {
  readonly node: unknown;
  readonly key: number;
  readonly value: number | undefined;
}

function stepInto(node: unknown, part: string | number): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    const at = rangeOf(item);
    return at === undefined ? undefined : { node: item, key: at, value: at };
  }
  if (!(node instanceof YAMLMap) && !isMap(node)) return undefined;
  const pair = pairsOf(node).get(String(part));
  if (pair === undefined) return undefined;
  const value = rangeOf(pair.value);
  return { node: pair.value, key: rangeOf(pair.key) ?? 0, value };
}

const known = new WeakMap<YAMLMap, Map<string, Pair>>();

/** The pairs of a map by name; of a name that stands twice the last, which is the one that counts. */
function pairsOf(map: YAMLMap): Map<string, Pair> {
  const before = known.get(map);
  if (before !== undefined) return before;
  const pairs = new Map(map.items.map((pair) => [nameOf(pair.key), pair]));
  known.set(map, pairs);
  return pairs;
}

/** As it is called in the data. */
function nameOf(key: unknown): string {
  return String((isScalar(key) ? key.value : key) ?? "");
}

function rangeOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** Characters of a scalar stand in the text as they are, unless it is folded or escaped. */
function insideOf(node: unknown, offset: number | undefined): number {
  if (offset === undefined || !isScalar(node) || typeof node.value !== "string") return 0;
  const [from, to] = node.range ?? [0, 0];
  if (node.type === "PLAIN" && to - from === node.value.length) return offset;
  const isQuoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
  return isQuoted && to - from === node.value.length + 2 ? offset + 1 : 0;
}

function decapitalized(text: string): string {
  const first = text.split("\n")[0].replace(/[.:]$/, "");
  return first.charAt(0).toLowerCase() + first.slice(1);
}
