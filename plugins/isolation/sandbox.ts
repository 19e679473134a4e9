/**
 * What the platform can enforce of the limits of a process, beyond what Deno does by itself.
 *
 * @module
 */
import { launch } from "../launcher.ts";
import type { Permissions } from "../manifest/manifest.ts";

/** What was found. */
export interface Platform {
  /** Limits of memory, of files and of core dumps (`prlimit`). */
  readonly prlimit: boolean;
  /** An end together with the engine, however that ends (`setpriv`). */
  readonly setpriv: boolean;
  /** A network of its own, with nobody else in it (`unshare`). */
  readonly unshare: boolean;
}

/** Asks once which of them there are, and which of those the engine may start. */
export async function findPlatform(): Promise<Platform> {
  const [prlimit, setpriv, unshare] = await Promise.all([
    answers("prlimit", ["--version"]),
    answers("setpriv", ["--version"]),
    // Some systems have it and let nobody make namespaces.
    answers("unshare", [...NAMESPACES, "true"]),
  ]);
  return { prlimit, setpriv, unshare };
}

/** What cannot be enforced here, in sentences for people; none when everything can. */
export function notEnforced({ prlimit, setpriv, unshare }: Platform): string[] {
  return [
    ...(prlimit ? [] : [
      "memory outside of the heap has no limit (prlimit cannot be run)",
    ]),
    ...(setpriv ? [] : [
      "a plugin in an endless loop outlives a killed engine (setpriv cannot be run)",
    ]),
    ...(unshare ? [] : [
      "Deno's permissions alone keep plugins from the network, and no namespace (unshare cannot be run)",
    ]),
  ];
}

/** Programs to begin with, so that a process has those limits from its start. */
export function through({ prlimit, setpriv, unshare }: Platform, granted: Permissions): string[] {
  const writes = (granted.write ?? []).length > 0;
  const connects = (granted.net ?? []).length > 0;
  return [
    ...(unshare && !connects ? ["unshare", ...NAMESPACES] : []),
    // Behind that, since other rights take back what it sets.
    ...(setpriv ? ["setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--"] : []),
    ...(prlimit ? ["prlimit", "--core=0", ...(writes ? [] : ["--fsize=0"]), "--nofile=256"] : []),
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

const NAMESPACES = ["--user", "--map-current-user", "--net", "--ipc", "--uts", "--"];

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
