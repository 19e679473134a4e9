/** A document as its reader does what it says: files are written as shown, commands are run where they stand. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** A command with what is shown below it. */
export interface Shown {
  readonly line: string;
  readonly shown: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^(`{3,})([^`\n]*)\n([^]*?)^\1$/gm)]
    .map(([, _fence, language, text]) => ({ language, text }));
}

/** Lines with `$`, each with what is shown below it. */
export function commandsOf({ text }: Block): Shown[] {
  return text.split(/^\$ /m).slice(1).map((part) => {
    const end = part.indexOf("\n");
    return { line: part.slice(0, end), shown: part.slice(end + 1) };
  });
}

/** The name that a block gives itself in its first line. */
export function fileOf({ text }: Block): string | undefined {
  return /^(?:#|\/\/) file: (\S+)\n/.exec(text)?.[1];
}

/** The command that an alias stands for, as words. */
export function aliasOf(page: string, name: string): string[] {
  const [, command] = new RegExp(`^alias ${name}='([^']*)'$`, "m").exec(page)!;
  return command.split(" ");
}

/** As much of a shell as documents need, in a folder. */
export class Desk {
  readonly #folder: string;
  readonly #meander: readonly string[];

  /** `meander` is the command that this name stands for. */
  constructor(folder: string, meander: readonly string[]) {
    this.#folder = folder;
    this.#meander = meander;
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.#at(path)), { recursive: true });
    writeFileSync(this.#at(path), text);
  }

  /** What a line puts on the screen: messages, then results. */
  async run(line: string): Promise<string> {
    const [, command, file] = /^(.*?)(?: > (\S+))?$/.exec(line)!;
    const [name, ...args] = wordsOf(command);
    const screen = name === "meander" ? await this.#start(args) : this.#builtIn(name, args);
    if (file === undefined) return screen;
    this.write(file, screen);
    return "";
  }

  #builtIn(name: string, args: readonly string[]): string {
    if (name === "printf") return args[0].replaceAll("\\n", "\n");
    if (name === "cat") return readFileSync(this.#at(args[0]), "utf8");
    const edit = name === "sed" && args[0] === "-i" ? /^s\/(.*)\/(.*)\/$/.exec(args[1]) : null;
    if (edit === null) throw new Error(`The shell of the tests cannot do ${name} ${args}`);
    const text = readFileSync(this.#at(args[2]), "utf8");
    if (!text.includes(edit[1])) throw new Error(`There is no ${edit[1]} in ${args[2]}`);
    this.write(args[2], text.replace(edit[1], edit[2]));
    return "";
  }

  async #start(args: readonly string[]): Promise<string> {
    const [program, ...rest] = this.#meander;
    const { stdout, stderr } = await new Deno.Command(program, {
      args: [...rest, ...args],
      cwd: this.#folder,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return decoder.decode(stderr) + decoder.decode(stdout);
  }

  #at(path: string): string {
    return `${this.#folder}/${path}`;
  }
}

/** Without the quotes around them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) =>
    word.replace(/'([^']*)'/g, "$1")
  );
}
