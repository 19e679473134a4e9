/**
 * What the platform can enforce of the limits of a process, beyond what Deno does by itself.
 *
 * @module
 */
import { launch } from "../launcher.ts";

/** What was found. */
export interface Platform {
  /** Limits of memory, of files and of core dumps (`prlimit`). */
  readonly prlimit: boolean;
  /** An end together with the engine, however that ends (`setpriv`). */
  readonly setpriv: boolean;
  /** Namespaces: no network, no view of other processes or files (`bwrap`). */
  readonly bwrap: boolean;
}

/** Asks once which of them there are, and which of those the engine may start. */
export async function findPlatform(): Promise<Platform> {
  const [prlimit, setpriv, bwrap] = await Promise.all([
    answers("prlimit", ["--version"]),
    answers("setpriv", ["--version"]),
    answers("bwrap", [...NAMESPACES, "true"]),
  ]);
  return { prlimit, setpriv, bwrap };
}

/** What cannot be enforced here, in sentences for people; none when everything can. */
export function notEnforced({ prlimit, setpriv, bwrap }: Platform): string[] {
  return [
    ...(prlimit ? [] : [
      "memory outside of the heap has no limit (prlimit is not there, or may not be run)",
    ]),
    ...(setpriv || bwrap ? [] : [
      "a plugin in an endless loop outlives a killed engine (setpriv is not there, or may not be run)",
    ]),
    ...(bwrap ? [] : [
      "no namespaces: Deno's permissions alone keep a plugin from files and the network " +
      "(bwrap is not there, or may not be run)",
    ]),
  ];
}

/** Programs to begin with, so that a process has those limits from its start. */
export function through({ prlimit, setpriv, bwrap }: Platform, hasGrants: boolean): string[] {
  return [
    // Who was granted files or the network needs them to be there.
    ...(bwrap && !hasGrants ? ["bwrap", ...NAMESPACES] : []),
    ...(setpriv ? ["setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--"] : []),
    ...(prlimit
      ? ["prlimit", "--core=0", ...(hasGrants ? [] : ["--fsize=0"]), "--nofile=256"]
      : []),
  ];
}

/** Limits the memory of a running process to so many bytes beyond what it has now. */
export async function confine(pid: number, bytes: number): Promise<void> {
  const status = await outputOf("prlimit", ["--core=0", "cat", `/proc/${pid}/status`]);
  const has = /^VmData:\s*(\d+) kB$/m.exec(status);
  if (has === null) throw new Error("the memory of the process cannot be read");
  const limit = Number(has[1]) * 1024 + bytes;
  await outputOf("prlimit", ["--pid", String(pid), `--data=${limit}:${limit}`]);
}

const NAMESPACES = [
  ...["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ...[
    "--ro-bind",
    "/",
    "/",
    "--tmpfs",
    "/tmp",
    "--tmpfs",
    "/home",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
  ],
];

async function answers(program: string, args: readonly string[]): Promise<boolean> {
  const { state } = await Deno.permissions.query({ name: "run", command: program });
  if (state !== "granted") return false;
  return await outputOf(program, args).then(() => true, () => false);
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = launch({ program, args });
  await child.stdin.close();
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`${program} failed: ${new TextDecoder().decode(stderr).slice(0, 200)}`);
}
