/**
 * A world in memory for the command line: files, pipes, signals and time, all of them values. Nothing is read
 * from the disk and nothing waits for a clock.
 *
 * ```ts ignore
 * const world = new MemoryWorld({ "words.yaml": text });
 * const { code, stdout, stderr } = await world.run(["run", "words.yaml"], { stdin: "to be\n" });
 * ```
 */
import type { StoreOpener } from "../../cli/open_plugins.ts";
import { main } from "../../cli/main.ts";
import { registry } from "../../cli/program.ts";
import type { World } from "../../cli/world.ts";
import picomatch from "picomatch";
import { fileError } from "../../operators/connectors/file_source.ts";
import { MeanderError } from "../../operators/contract/fault.ts";
import type { ByteSource, TextSink } from "../../specs/io.ts";

type Signal = Parameters<World["onSignal"]>[0];
type Module = Readonly<Record<string, unknown>>;

/** What a command line left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they were written: what a person sees. */
  readonly screen: string;
}

/** How one command line is run. */
export interface RunOptions {
  /** What is piped in: a text that ends, or pieces that come when they come. */
  readonly stdin?: string | AsyncIterable<Uint8Array>;
}

/**
 * The world. Files that a command writes are in `disk` under `NAME.partial` until they are finished, as on a
 * disk; a test looks there for what was written, and changes them there with `write`.
 */
export class MemoryWorld implements World {
  /** Texts by path. */
  readonly disk: Map<string, string>;
  /** What modules export, by path. */
  readonly modules: Map<string, Module> = new Map();
  isWatched = false;
  hasColours = false;
  columns = 80;
  /** Set when the process was to be ended at once. */
  exited: number | undefined = undefined;
  /** Opens stores; from disk when left out. */
  openStore: StoreOpener | undefined = undefined;
  /** Called with every path that is opened for reading, before it is read. */
  onRead: (path: string) => void = () => {};
  #stdin: string | AsyncIterable<Uint8Array> = "";
  #written: { readonly stdout: string; readonly stderr: string; readonly screen: string } = BLANK;
  #now = 0;
  readonly #listeners = new Map<Signal, Set<() => void>>();
  readonly #timers = new Set<{ readonly ms: number; due: number; readonly task: () => void }>();
  readonly #watchers = new Set<{ readonly paths: readonly string[]; readonly done: () => void }>();

  /** A world with these files. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.disk = new Map(Object.entries(files));
  }

  /** Runs one command line, such as `["validate", "words.yaml"]`. */
  async run(args: readonly string[], { stdin = "" }: RunOptions = {}): Promise<Finished> {
    this.#stdin = stdin;
    this.#written = BLANK;
    const code = await main(args, {
      world: this,
      registry,
      ...(this.openStore === undefined ? {} : { openStore: this.openStore }),
      version: "0.0.0",
      stdout: { write: (text) => this.#say("stdout", text) },
      stderr: { write: (text) => this.#say("stderr", text) },
    });
    return { code, ...this.#written };
  }

  /** What was written so far by the command line that runs. */
  get written(): Omit<Finished, "code"> {
    return this.#written;
  }

  /** Writes a file, as another process would; those who wait for a change of it go on. */
  write(path: string, text: string): void {
    this.disk.set(path, text);
    for (const watcher of [...this.#watchers]) if (watcher.paths.includes(path)) watcher.done();
  }

  /** Sends a signal to whoever listens to it; says whether anybody did. */
  signal(signal: Signal): boolean {
    const listeners = [...this.#listeners.get(signal) ?? []];
    for (const listener of listeners) listener();
    return listeners.length > 0;
  }

  /** Lets time go by, and calls what is due in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.due <= end)
        .sort((a, b) => a.due - b.due)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.due);
      due.due += due.ms;
      due.task();
    }
    this.#now = end;
  }

  /** How many callbacks are waiting for time or signals: none may be left over by a command. */
  get pending(): number {
    const listeners = [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
    return this.#timers.size + listeners + this.#watchers.size;
  }

  readText(path: string): Promise<string> {
    this.onRead(path);
    const text = this.disk.get(path);
    if (text === undefined) return Promise.reject(absent("read", path));
    return Promise.resolve(text);
  }

  writeNew(path: string, text: string): Promise<boolean> {
    if (this.disk.has(path)) return Promise.resolve(false);
    this.disk.set(path, text);
    return Promise.resolve(true);
  }

  async *files(pattern: string, signal: AbortSignal): AsyncGenerator<ByteSource> {
    const isPattern = /[*?{[]/.test(pattern);
    const matches = isPattern ? picomatch(pattern) : (path: string) => path === pattern;
    const paths = [...this.disk.keys()].filter((path) => matches(path)).sort();
    if (paths.length === 0 && !isPattern) throw absent("read", pattern);
    if (paths.length === 0) {
      throw new MeanderError("MEANDER_FILE", `Cannot read "${pattern}": no file matches it`, {
        where: pattern,
      });
    }
    for (const name of paths) {
      this.onRead(name);
      yield await Promise.resolve(sourceOf(name, this.disk.get(name)!, signal));
    }
  }

  stdin(signal: AbortSignal): ByteSource {
    const given = this.#stdin;
    if (typeof given === "string") {
      return { ...sourceOf("standard input", given, signal), size: undefined };
    }
    return { name: "standard input", size: undefined, chunks: untilAborted(given, signal) };
  }

  stdout(): TextSink {
    return {
      name: "standard output",
      write: (text) => this.#say("stdout", text),
      finish: () => Promise.resolve(),
      abandon: () => Promise.resolve(),
    };
  }

  file(path: string): Promise<TextSink> {
    const partial = `${path}.partial`;
    this.disk.set(partial, "");
    return Promise.resolve({
      name: path,
      write: (text) => void this.disk.set(partial, this.disk.get(partial)! + text),
      finish: () => {
        this.disk.set(path, this.disk.get(partial)!);
        this.disk.delete(partial);
        return Promise.resolve();
      },
      abandon: () => Promise.resolve(),
    });
  }

  importModule(path: string): Promise<Module> {
    const module = this.modules.get(path);
    if (module !== undefined) return Promise.resolve(module);
    return Promise.reject(new Error(`Cannot find module "${path}"`));
  }

  isFolder(path: string): Promise<boolean> {
    return Promise.resolve([...this.disk.keys()].some((each) => each.startsWith(`${path}/`)));
  }

  onSignal(signal: Signal, task: () => void): () => void {
    const listeners = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, listeners.add(task));
    return () => void listeners.delete(task);
  }

  identity(path: string): Promise<string> {
    return Promise.resolve(path.replace(/^\.\//, ""));
  }

  expand(pattern: string): Promise<readonly string[]> {
    return Promise.resolve([pattern]);
  }

  /** Nothing here waits for anything but what it was given. */
  quiet(): Promise<void> {
    return Promise.resolve();
  }

  every(ms: number, task: () => void): () => void {
    const timer = { ms, due: this.#now + ms, task };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  now(): number {
    return this.#now;
  }

  memory(): number {
    return 64_000_000;
  }

  changed(paths: readonly string[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#watchers.delete(watcher);
        resolve();
      };
      const watcher = { paths, done };
      this.#watchers.add(watcher);
      if (signal.aborted) return done();
      signal.addEventListener("abort", done, { once: true });
    });
  }

  exit(code: number): void {
    this.exited = code;
  }

  #say(stream: "stdout" | "stderr", text: string): undefined {
    const { screen } = this.#written;
    this.#written = {
      ...this.#written,
      [stream]: this.#written[stream] + text,
      screen: screen + text,
    };
  }
}

const BLANK = { stdout: "", stderr: "", screen: "" } as const;

/**
 * Runs a line of a shell as far as documents need one: commands with pipes between them, and `> FILE` at the
 * end. There is `meander`, `printf`, `cat`, `ls`, `sort`, and `echo $?` with the code of the command before.
 * Returns what a terminal would show.
 *
 * @throws {Error} for any other command.
 */
export async function runLine(world: MemoryWorld, line: string, last = 0): Promise<Finished> {
  let stdin = "";
  let finished: Finished = { code: last, ...BLANK };
  const [, command, file] = /^(.*?)(?: > (\S+))?$/.exec(line)!;
  for (const words of pipeline(command)) {
    const [name, ...args] = words.map((word) => word === "$?" ? String(last) : word);
    if (name === "meander") finished = await world.run(args, { stdin });
    else {
      const stdout = builtIn(world, name, args, stdin);
      finished = { code: 0, stdout, stderr: "", screen: stdout };
    }
    stdin = finished.stdout;
  }
  if (file === undefined) return finished;
  world.write(file, finished.stdout);
  return { ...finished, stdout: "", screen: finished.stderr };
}

function builtIn(
  world: MemoryWorld,
  name: string,
  args: readonly string[],
  stdin: string,
): string {
  if (name === "printf") return args[0].replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  if (name === "echo") return `${args.join(" ")}\n`;
  if (name === "sort") return stdin.split(/(?<=\n)/).sort().join("");
  if (name === "ls") return [...world.disk.keys()].sort().map((path) => `${path}\n`).join("");
  if (name === "cat") return args.map((path) => contents(world, path)).join("");
  throw new Error(`The shell of the tests has no command "${name}"`);
}

function contents(world: MemoryWorld, path: string): string {
  const text = world.disk.get(path);
  if (text === undefined) throw new Error(`cat: there is no file "${path}"`);
  return text;
}

/** Commands of a pipe as words, without the quotes around them. */
function pipeline(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"|])+|\|/g)) {
    if (word === "|") commands.push([]);
    else commands.at(-1)!.push(word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return commands;
}

function absent(what: "read" | "write", path: string): MeanderError {
  return fileError(what, path, Object.assign(new Error(), { code: "ENOENT" }));
}

function sourceOf(name: string, text: string, signal: AbortSignal): ByteSource {
  const bytes = new TextEncoder().encode(text);
  const chunks = (async function* () {
    if (signal.aborted) return;
    yield await Promise.resolve(bytes);
  })();
  return { name, size: bytes.length, chunks };
}

/** What comes until the signal is aborted, also while nothing comes. */
async function* untilAborted(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const aborted = new Promise<"aborted">((resolve) =>
    signal.addEventListener("abort", () => resolve("aborted"), { once: true })
  );
  while (!signal.aborted) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next === "aborted" || next.done === true) return;
    yield next.value;
  }
}
