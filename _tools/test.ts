/**
 * Runs the tests and the examples in the documentation under `deno test`, with the permissions and
 * sanitizers that the project has decided on, then what can run on any number of workers on two and on
 * three, and ends with the line `N passed, N failed`.
 *
 * Arguments go to `deno test` (files, --filter, --fail-fast …), for one run; `--update` writes snapshots,
 * `--workers=2` and `--workers=3` run on several workers.
 */

import config from "../deno.json" with { type: "json" };
import { countsOf, stripColors } from "./test_summary.ts";

const flags = [
  "--parallel",
  "--no-prompt",
  "--sanitize-ops",
  "--sanitize-resources",
  // Tests read sources and fixtures; they see no environment, no network and no other process.
  "--allow-read=.",
  "--ignore-env",
];

/** Tests that start the command line as a process of its own and write files, in a folder that is theirs. */
const system = ["tests/cli/system", "tests/plugins/system"];
const systemFlags = [
  "--allow-run=deno,prlimit,setpriv,unshare",
  "--allow-write=.test",
  // Where packages and the bundler are cached: those who bundle are told.
  "--allow-env=DENO_DIR,HOME",
];

/** Tests of whole dataflows: nothing in them may depend on how many workers there are. */
const anyWorkers = [
  "tests/dataflow",
  "tests/examples",
  "tests/regression",
];

/** What takes the place of the default number of workers. */
const severalWorkers: Readonly<Record<string, string>> = {
  "--workers=2": "../tests/workers/2_workers.ts",
  "--workers=3": "../tests/workers/3_workers.ts",
};

const own = ["--update", ...Object.keys(severalWorkers)];
const given = Deno.args.filter((argument) => !own.includes(argument));
const total = { passed: 0, failed: 0 };
if (given.length === 0 && Deno.args.length === 0) {
  // With --ignore the configuration does not say any more what holds no tests.
  await run(["--doc", `--ignore=${system},_tools,bench,.dist,.test`]);
  await fetchBundler();
  await run([...systemFlags, "--no-check", ...system]);
  for (const [flag, exchanged] of Object.entries(severalWorkers)) {
    // What holds on two holds on three; the tests of dataflows look all the same.
    await run([
      ...onWorkers(exchanged),
      ...(flag === "--workers=2" ? anyWorkers : anyWorkers.slice(0, 1)),
    ]);
  }
} else {
  const workers = Object.keys(severalWorkers).find((flag) => Deno.args.includes(flag));
  const files = workers !== undefined && given.length === 0 ? anyWorkers : given;
  const update = Deno.args.includes("--update");
  const isSystem = files.some((file) => system.some((folder) => file.startsWith(folder)));
  if (isSystem) await fetchBundler();
  await run([
    ...(workers === undefined ? ["--doc"] : onWorkers(severalWorkers[workers]!)),
    ...(update ? ["--allow-write=tests"] : []),
    ...(isSystem ? systemFlags : []),
    ...files,
    ...(update ? ["--", "--update"] : []),
  ]);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
if (total.failed > 0 || total.passed === 0) Deno.exit(1);

/**
 * Tests of plugins bundle, and run the tests of plugins, with next to no environment: what these need of the network
 * is fetched before, by whichever way this machine has.
 */
async function fetchBundler(): Promise<void> {
  const packages = Object.values(config.imports).filter((target) => target.startsWith("npm:"))
    .map((target) => target.replace(/^npm:\/?((?:@[^/]+\/)?[^/]+).*$/, "npm:$1"));
  const bundle = ["bundle", "--quiet", "--no-check", "--platform", "deno", "--output"];
  await fetched([...bundle, ".test/names.js", "plugins/names.ts"]);
  await fetched(["cache", "--quiet", "--no-config", "--no-lock", ...new Set(packages)]);
}

async function fetched(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("deno", { args: [...args] }).output();
  if (!success) console.error(new TextDecoder().decode(stderr));
}

/** Exchanges the default number of workers; types were checked before. */
function onWorkers(instead: string): string[] {
  const root = new URL("../", import.meta.url);
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries(config.imports)) {
    imports[name] = target.startsWith("./") ? new URL(target, root).href : target;
  }
  const exchanged = new URL("dataflow/default_workers.ts", root).href;
  imports[exchanged] = new URL(instead, import.meta.url).href;
  const map = encodeURIComponent(JSON.stringify({ imports }));
  console.log(`\nwith ${instead}`);
  return [`--import-map=data:application/json,${map}`, "--no-check"];
}

async function run(args: readonly string[]): Promise<void> {
  const child = new Deno.Command("deno", {
    args: ["test", ...flags, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of child.stdout) {
    await writeAll(chunk);
    // The summary is the last thing that deno test writes to its output.
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4096);
  }
  const { success } = await child.status;
  const counts = countsOf(stripColors(tail));
  // Without a summary nothing ran, most likely because a file does not compile: that is a failure.
  const { passed, failed } = counts ?? { passed: 0, failed: 1 };
  if (counts !== undefined && passed + failed === 0) console.error("\nNo test ran");
  total.passed += passed;
  total.failed += !success && failed === 0 ? 1 : failed;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await Deno.stdout.write(bytes.subarray(written));
}
