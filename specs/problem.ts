/**
 * Everything that is wrong with a spec, each with its place, and the error that carries all of it.
 *
 * @module
 */
import { MeanderError } from "../operators/contract/fault.ts";

/** The way to a part of a spec: names and indices from the root. */
export type Path = readonly (string | number)[];

/** One thing that is wrong. */
export interface Problem {
  /** What is wrong and why, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** For what is not the spec's own fault: a lock that says otherwise has `MEANDER_PLUGIN_LOCK`. */
  readonly code?: string | undefined;
  /** Where: JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
}

/** What a check reports, before its place in the text is looked up. */
export interface Finding {
  /** What is wrong and why. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
  /** Of the error, where that is not the spec's own. */
  readonly code?: string | undefined;
  /** Where. */
  readonly path: Path;
  /** Whether the name at the end of the path is meant, and not the value that it has. */
  readonly atKey?: boolean;
  /** Whether something has to be there and is not. */
  readonly isMissing?: boolean;
  /** Whether the grammar does not know the name at the end of the path. */
  readonly isUnknown?: boolean;
  /** Of such a name: the one that was meant, when one is near. */
  readonly meant?: string | undefined;
  /** So many characters into the text of the value. */
  readonly offset?: number;
}

/** Takes findings. */
export type Report = (finding: Finding) => void;

/**
 * A spec that cannot be used, with every problem of it; `code` is `MEANDER_SPEC`, or that of its problems where all
 * of them have another one.
 */
export class SpecError extends MeanderError {
  /** All that is wrong, in the order of the text. */
  readonly found: readonly Problem[];

  /** Of the spec with that name (mostly of a file). */
  constructor(name: string, found: readonly Problem[]) {
    const count = found.length === 1 ? "1 problem" : `${found.length} problems`;
    const codes = new Set(found.map(({ code }) => code ?? "MEANDER_SPEC"));
    super(codes.size === 1 ? [...codes][0] : "MEANDER_SPEC", `Cannot use spec ${name}: ${count}`, {
      where: name,
      problems: found.map((problem) => formatProblem(problem)),
    });
    this.found = found;
  }
}

/** The hint for a name that does not exist: the one that was meant, or what there is otherwise. */
export function hintFor(meant: string | undefined, otherwise: string): string {
  return meant === undefined ? otherwise : `Did you mean "${meant}"?`;
}

/** `line:column pointer: message. Hint`. */
export function formatProblem({ line, column, pointer, message, hint }: Problem): string {
  const what = hint === undefined ? message : `${message}. ${hint}`;
  return `${line}:${column} ${pointer === "" ? "/" : pointer}: ${what}`;
}

/** RFC 6901. */
export function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(
    "",
  );
}

/** Names for a hint: the first of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  const most = 12;
  if (names.length === 0) return "none";
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}
