/**
 * The part of vitest's API that this project's tests use, over `Deno.test`.
 *
 * The import map points "vitest" here, so that a test file reads like any vitest file: `deno task
 * test` runs it on this module, with Deno's permissions and sanitizers, and `deno task vitest`
 * runs the same file, unchanged, on the real thing. Matchers, spies and snapshots are vitest's own
 * packages; only the collecting and running of tests is ours. What is missing here fails with a
 * sentence that says what to do instead.
 */

export { expect } from "./expect.ts";
export {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  it,
  onTestFinished,
  test,
} from "./suite.ts";
export { vi } from "./vi.ts";
export type { Mock, MockInstance } from "@vitest/spy";
