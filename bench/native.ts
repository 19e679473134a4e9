/**
 * The programs on the public Rust crates, from bench/native. Nobody needs cargo but for `--native`.
 */
import { fileURLToPath } from "node:url";
import { argumentList } from "./arguments.ts";
import type { Task } from "./child.ts";
import { RunFailure, Side } from "./harness.ts";

const manifest = fileURLToPath(new URL("./native/Cargo.toml", import.meta.url));

/**
 * glibc gives memory back to the system and fetches it again at every large buffer, which takes more
 * than half of the time of flow_control. With these it keeps what it has.
 */
export const tunedMalloc: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: "33554432",
  MALLOC_TOP_PAD_: "67108864",
  MALLOC_TRIM_THRESHOLD_: "4294967296",
};

/** Builds the programs, if anything has changed since they were built. */
export async function buildNative(): Promise<void> {
  const build = cargo(["build", "--release", "--quiet", "--manifest-path", manifest], {
    stdout: "inherit",
    stderr: "inherit",
  });
  const { success, code } = await outputOf(build);
  if (!success) throw new RunFailure(`Cannot build bench/native: cargo failed (exit code ${code})`);
}

async function outputOf(build: Deno.Command): Promise<Deno.CommandOutput> {
  try {
    return await build.output();
  } catch (error) {
    // A name that is not on the path may be told as one that is not permitted.
    const missing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotCapable;
    throw missing ? new RunFailure(withoutCargo) : error;
  }
}

const withoutCargo = "Cannot build bench/native: cargo was not found. Install Rust with cargo, " +
  "or leave out --native; nothing else of Meander needs it";

/** The native twin of a program. */
export function nativeSide(task: Task, tuned: boolean): Side {
  const command = cargo([
    "run",
    "--release",
    "--quiet",
    "--manifest-path",
    manifest,
    "--",
    ...nativeArguments(task),
  ], {
    env: tuned ? tunedMalloc : {},
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  return new Side("native", command);
}

/** The same arguments in the same order; options are written apart there. */
export function nativeArguments({ name, given, workers, group }: Task): string[] {
  const args = argumentList(given).map(String).flatMap((word) =>
    word.startsWith("--") ? word.split("=") : [word]
  );
  return [name, ...args, "-w", String(workers), "--group", String(group), "--serve"];
}

function cargo(args: string[], options: Deno.CommandOptions): Deno.Command {
  return new Deno.Command("cargo", { ...options, args });
}
