/**
 * For `deno task vitest`: real vitest on the test files that need nothing of Deno's, to show that
 * they are plain vitest files. `deno task test` runs all of them.
 */

import type {} from "./tests/_support/vitest/on_deno.ts";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Their threads import the examples themselves, which vite has transformed for the test alone. */
const onThreads = [
  "tests/cli/system/stats.test.ts",
  "tests/dataflow/events.test.ts",
  "tests/examples/airports.test.ts",
  "tests/examples/bfs.test.ts",
  "tests/examples/connected_components.test.ts",
  "tests/examples/hashjoin.test.ts",
  "tests/examples/pagerank.test.ts",
  "tests/examples/words.test.ts",
  "tests/workers/asking.test.ts",
];

const root = fileURLToPath(new URL(".", import.meta.url));

function portableTests(): string[] {
  return readdirSync(`${root}tests`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `tests/${path.replaceAll("\\", "/")}`)
    .filter((path) =>
      !onThreads.includes(path) &&
      !/\bDeno\.|new Worker\(|_support\/vitest\//.test(readFileSync(root + path, "utf8"))
    );
}

export default {
  resolve: {
    alias: [
      { find: /^meander$/, replacement: `${root}mod.ts` },
      { find: /^meander\/plugin$/, replacement: `${root}plugin.ts` },
      { find: /^meander\/specs$/, replacement: `${root}specs.ts` },
      { find: /^meander\/testing$/, replacement: `${root}testing.ts` },
    ],
  },
  test: {
    include: portableTests(),
    // A worker thread needs no permission to start a process.
    pool: "threads",
    // Nothing has to be written, so nothing may be.
    fsModuleCache: false,
    // A slow machine is no failure.
    testTimeout: 120_000,
    update: "none",
    setupFiles: ["tests/_support/vitest/on_deno.ts"],
  },
};
