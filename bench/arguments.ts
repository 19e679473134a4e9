/**
 * The command line of the benchmarks.
 */
import { findProgram, peers, pingPong, programs } from "./catalog.ts";
import type { Argument, Arguments, ProgramInfo } from "./program.ts";

/** A command line that cannot be carried out: the message says what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What the command line asks for. */
export interface Command {
  readonly action: "list" | "run" | "peers";
  /** What to run, or whose peers; undefined for the list and for the peers of all programs. */
  readonly program: ProgramInfo | undefined;
  readonly given: Arguments;
  readonly workers: number;
  readonly group: number;
  readonly runs: number;
  readonly warmup: number;
  readonly json: boolean;
  readonly native: boolean;
  readonly tunedMalloc: boolean;
}

interface Tokens {
  readonly words: readonly string[];
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, number>;
}

const switches = ["help", "json", "native", "tuned-malloc"];
const counts = ["group", "runs", "warmup", "workers"];

/** Reads the arguments after `bench`. Throws a UsageError. */
export function parseCommand(argv: readonly string[]): Command {
  const tokens = split(argv);
  const [name, ...rest] = tokens.words;
  const action = name === undefined ? "list" : name === "peers" ? "peers" : "run";
  const [subject, args] = action === "peers" ? [rest[0], rest.slice(1)] : [name, rest];
  const program = subject === undefined ? undefined : requireProgram(subject);
  if (program === undefined || tokens.switches.has("help")) refuseLeftovers(action, tokens);
  const given = program === undefined
    ? { numbers: [], words: [], options: {} }
    : argumentsOf(program, args, tokens.values);
  const native = tokens.switches.has("native");
  if (native && (action !== "run" || !program!.native)) {
    throw new UsageError(
      `Cannot run ${subject ?? action} --native: bench/native has no such program`,
    );
  }
  return {
    action: tokens.switches.has("help") ? "list" : action,
    program,
    given,
    workers: count(tokens, "workers", 1, 1),
    group: count(tokens, "group", 1, program?.group?.(given) ?? 1),
    runs: count(tokens, "runs", 1, 3),
    warmup: count(tokens, "warmup", 0, program?.warmup ?? 1),
    json: tokens.switches.has("json"),
    native,
    tunedMalloc: tokens.switches.has("tuned-malloc"),
  };
}

function split(argv: readonly string[]): Tokens {
  const known = [...programs, ...peers, pingPong].flatMap((program) => program.options ?? []);
  const words: string[] = [];
  const given = new Set<string>();
  const values = new Map<string, number>();
  const rest = argv.values();
  for (const token of rest) {
    const [, name, inline] = /^--?([a-z][a-z-]*)(?:=(.*))?$/.exec(token) ?? [];
    const flag = name === "w" ? "workers" : name;
    if (flag === undefined) words.push(token);
    else if (switches.includes(flag) && inline === undefined) given.add(flag);
    else if ([...counts, ...known].includes(flag)) {
      values.set(flag, wholeNumber(`--${flag}`, inline ?? rest.next().value));
    } else throw new UsageError(`Cannot use ${token}: no such flag. ${flagsHint(known)}`);
  }
  return { words, switches: given, values };
}

function flagsHint(options: readonly string[]): string {
  const withNumber = [...counts, ...options].map((name) => `--${name} N`);
  return `Flags: ${[...withNumber, ...switches.map((name) => `--${name}`)].join(", ")}`;
}

function requireProgram(name: string): ProgramInfo {
  const program = findProgram(name);
  if (program !== undefined) return program;
  const names = programs.map((known) => known.name).join(", ");
  throw new UsageError(`Cannot run "${name}": no such program. Programs: ${names}, peers`);
}

function refuseLeftovers(action: string, tokens: Tokens): void {
  const option = [...tokens.values.keys()].find((name) => !counts.includes(name));
  if (option !== undefined) throw new UsageError(`Cannot use --${option} with ${action}`);
}

function argumentsOf(
  program: ProgramInfo,
  args: readonly string[],
  values: ReadonlyMap<string, number>,
): Arguments {
  const complain = (why: string): never => {
    throw new UsageError(`Cannot run ${program.name}: ${why}. Usage: ${usageOf(program)}`);
  };
  const words = args.filter((token) => !/^[\d_]+$/.test(token));
  const unknown = words.find((word) => !program.words?.includes(word));
  if (unknown !== undefined) complain(`"${unknown}" is none of its words`);
  const [defaults] = program.sizes;
  const numbers = args.filter((token) => /^[\d_]+$/.test(token)).map((token) =>
    wholeNumber("an argument", token.replaceAll("_", ""))
  );
  if (args.length === 0) return fromSize(defaults, optionsOf(program, values, complain));
  if (numbers.length > program.numbers.length) complain("too many numbers");
  // Numbers that were left out at the end are those of the default size.
  const filled = program.numbers.map((_, index) => numbers[index] ?? (defaults[index] as number));
  return { numbers: filled, words, options: optionsOf(program, values, complain) };
}

function optionsOf(
  program: ProgramInfo,
  values: ReadonlyMap<string, number>,
  complain: (why: string) => never,
): Record<string, number> {
  const own = [...values].filter(([name]) => !counts.includes(name));
  const foreign = own.find(([name]) => !program.options?.includes(name));
  if (foreign !== undefined) complain(`--${foreign[0]} is none of its options`);
  return Object.fromEntries(own);
}

function fromSize(size: readonly Argument[], options: Record<string, number>): Arguments {
  const numbers = size.filter((argument) => typeof argument === "number");
  const words = size.filter((argument) => typeof argument === "string");
  return { numbers, words, options };
}

function count(tokens: Tokens, name: string, least: number, otherwise: number): number {
  const value = tokens.values.get(name) ?? otherwise;
  if (value >= least) return value;
  throw new UsageError(`Cannot use --${name} ${value}: it has to be at least ${least}`);
}

function wholeNumber(what: string, text: string | undefined): number {
  const value = Number(text);
  if (text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UsageError(`Cannot read ${what}: it needs a whole number, not ${text ?? "nothing"}`);
}

/** `NAME NUMBERS [words] [--option N]`, for the list and for messages. */
export function usageOf(program: ProgramInfo): string {
  const words = (program.words ?? []).map((word) => `[${word}]`);
  const options = (program.options ?? []).map((option) => `[--${option} N]`);
  const numbers = program.numbers.map((name) => name.toUpperCase());
  return [program.name, ...numbers, ...words, ...options].join(" ");
}

/** The arguments as they are written on the command line and reported. */
export function argumentList(given: Arguments): Argument[] {
  const options = Object.entries(given.options).map(([name, value]) => `--${name}=${value}`);
  return [...given.numbers, ...given.words, ...options];
}
