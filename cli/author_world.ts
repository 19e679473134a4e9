/**
 * What the commands for authors of plugins ask of the world, and the real one.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf } from "../operators/contract/fault.ts";
import { fileError } from "../operators/connectors/file_source.ts";
import { type Launch, launch } from "../plugins/launcher.ts";
import type { PluginContext } from "./plugin_world.ts";

/** How a program ended. */
export interface Finished {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writing the files of a plugin, and running its code in a process of its own. */
export interface AuthorWorld {
  /** Writes a file with the folders around it; `false` when it is there and must not be replaced. */
  write(path: string, text: string, replaces: boolean): boolean;
  /** Runs `deno` to its end, or until it has taken too long. */
  run(launch: Launch): Promise<Finished>;
  /** The folder of this Meander's sources as a `file:` URL that ends in a slash. */
  readonly home: string;
  /** The import map of this Meander. */
  readonly imports: Readonly<Record<string, string>>;
  /** Of this Meander. */
  readonly version: string;
}

/** The context of commands for authors. */
export interface AuthorContext extends PluginContext {
  readonly author: AuthorWorld;
}

/** What only the composition root knows. */
export interface AuthorParts {
  readonly version: string;
  readonly imports: Readonly<Record<string, string>>;
  /** Of the programs that are started: where their cache is, and how the network is reached. */
  readonly env: Readonly<Record<string, string>>;
}

/** Tests and checks of a plugin take no longer. */
const LONGEST_MS = 120_000;
/** Nobody reads more. */
const MOST_OUTPUT = 4 * 2 ** 20;

/** The real one. */
export function systemAuthorWorld({ version, imports, env }: AuthorParts): AuthorWorld {
  return {
    version,
    imports,
    home: new URL("../", import.meta.url).href,
    write(path, text, replaces) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text, { flag: replaces ? "w" : "wx" });
        return true;
      } catch (error) {
        if ((error as { code?: string }).code === "EEXIST") return false;
        throw fileError("write", path, error);
      }
    },
    run: (given) => runToEnd({ ...given, env: { ...env, ...given.env } }),
  };
}

async function runToEnd(given: Launch): Promise<Finished> {
  const child = launch(given);
  let end = "";
  const kill = (why: string): void => {
    end ||= why;
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const timer = setTimeout(() => kill(`it took longer than ${LONGEST_MS / 1000} s`), LONGEST_MS);
  try {
    const tooMuch = () => kill(`it wrote more than ${MOST_OUTPUT / 2 ** 20} MiB`);
    const [, stdout, stderr, { success }] = await Promise.all([
      child.stdin.close().catch(() => {}),
      textOf(child.stdout, tooMuch),
      textOf(child.stderr, tooMuch),
      child.status,
    ]);
    return {
      success: success && end === "",
      stdout,
      stderr: end === "" ? stderr : `${stderr}\nIt was ended: ${end}\n`,
    };
  } catch (error) {
    kill("");
    return { success: false, stdout: "", stderr: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function textOf(stream: ReadableStream<Uint8Array>, tooMuch: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > MOST_OUTPUT) tooMuch();
    else text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
