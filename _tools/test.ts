/**
 * Runs the tests and the examples in the documentation under `deno test`, with the permissions and
 * sanitizers that the project has decided on, and ends with the line `N passed, N failed`.
 *
 * Arguments go to `deno test` (files, --filter, --fail-fast …); `--update` writes snapshots.
 */

import { countsOf, stripColors } from "./test_summary.ts";

const flags = [
  "--doc",
  "--parallel",
  "--no-prompt",
  "--sanitize-ops",
  "--sanitize-resources",
  // Tests read sources and fixtures; they see no environment, no network and no other process.
  "--allow-read=.",
  "--ignore-env",
];

const update = Deno.args.includes("--update");
const given = Deno.args.filter((argument) => argument !== "--update");
const child = new Deno.Command("deno", {
  args: [
    "test",
    ...flags,
    ...(update ? ["--allow-write=tests"] : []),
    ...given,
    ...(update ? ["--", "--update"] : []),
  ],
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
console.log(`\n${passed} passed, ${failed} failed`);
if (!success || failed > 0 || passed === 0) Deno.exit(1);

async function writeAll(bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await Deno.stdout.write(bytes.subarray(written));
}
