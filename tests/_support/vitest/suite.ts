import { beginAssertions, endAssertions, type RunningTest } from "./expect.ts";
import { withDifference } from "./difference.ts";
import { closeSnapshots, nameSnapshots, openSnapshots, usedSnapshots } from "./snapshot.ts";
import { titleOfRow } from "./titles.ts";
import { unsupported } from "./unsupported.ts";

type Body = () => unknown;
/** As in vitest, a function returned by a `before…` hook undoes what the hook did. */
type Hook = () => unknown;
type HookKind = "beforeAll" | "afterAll" | "beforeEach" | "afterEach";

interface Options {
  /** Milliseconds after which Deno ends the test as failed. */
  timeout?: number;
  skip?: boolean;
  only?: boolean;
}

interface Suite extends Options {
  name: string;
  parent: Suite | undefined;
  hooks: Record<HookKind, Hook[]>;
  /** Undone, latest first, when the suite closes. */
  cleanups: Hook[];
  /** Tests that have not run yet; at zero the suite closes. */
  left: number;
  opened: boolean;
  /** What a beforeAll hook threw: every test of the suite fails with it. */
  failure?: { error: unknown };
}

function makeSuite(name: string, parent: Suite | undefined, options: Options): Suite {
  const hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
  return { name, parent, hooks, cleanups: [], left: 0, opened: false, ...options };
}

const root = makeSuite("", undefined, {});
// The file closes in Deno's own hook, outside of any test.
root.left = Infinity;
let collecting = root;
let openSuites: Suite[] = [];
/** What the running test asked to undo; undefined between tests. */
let finishers: Hook[] | undefined;

function lineage(suite: Suite): Suite[] {
  const path: Suite[] = [];
  for (let at: Suite | undefined = suite; at !== undefined; at = at.parent) path.unshift(at);
  return path;
}

/** Runs every step, even after a failure, and hands back what was thrown. */
async function runAll(steps: readonly Hook[], errors: unknown[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
}

async function runBefore(hooks: readonly Hook[], cleanups: Hook[]): Promise<void> {
  for (const hook of hooks) {
    const undo = await hook();
    if (typeof undo === "function") cleanups.push(undo as Hook);
  }
}

async function open(suite: Suite): Promise<void> {
  if (!suite.opened) {
    suite.opened = true;
    openSuites.push(suite);
    try {
      await runBefore(suite.hooks.beforeAll, suite.cleanups);
    } catch (error) {
      suite.failure = { error };
    }
  }
  if (suite.failure !== undefined) throw suite.failure.error;
}

async function close(done: (suite: Suite) => boolean, errors: unknown[]): Promise<void> {
  const closing = openSuites.filter(done).reverse();
  openSuites = openSuites.filter((suite) => !closing.includes(suite));
  for (const suite of closing) {
    await runAll(suite.hooks.afterAll.toReversed(), errors);
    await runAll(suite.cleanups.toReversed(), errors);
  }
}

function rethrow(errors: unknown[]): void {
  if (errors.length === 1) throw withDifference(errors[0]);
  if (errors.length > 1) {
    throw new AggregateError(errors.map(withDifference), `${errors.length} errors in one test`);
  }
}

async function runTest(suite: Suite, body: Body, test: RunningTest): Promise<void> {
  const path = lineage(suite);
  const errors: unknown[] = [];
  const cleanups: Hook[] = [];
  const finished: Hook[] = finishers = [];
  await openSnapshots(test.origin);
  usedSnapshots(test.fullTestName);
  // A filter may have left out the last tests of the suites that the previous test was in.
  await close((open) => !path.includes(open), errors);
  beginAssertions(test);
  try {
    for (const outer of path) await open(outer);
    for (const outer of path) await runBefore(outer.hooks.beforeEach, cleanups);
    await body();
  } catch (error) {
    errors.push(error);
  }
  const afterEach = path.toReversed().flatMap((outer) => outer.hooks.afterEach.toReversed());
  await runAll(afterEach, errors);
  await runAll(cleanups.toReversed(), errors);
  await runAll(finished.toReversed(), errors);
  await runAll([() => endAssertions(test)], errors);
  finishers = undefined;
  for (const outer of path) outer.left--;
  await close((open) => open.left === 0, errors);
  rethrow(errors);
}

function define(name: string, options: Options, body: Body): void {
  if (finishers !== undefined) {
    throw new Error(`Cannot define test "${name}" inside of a running test`);
  }
  const suite = collecting;
  const path = lineage(suite);
  const fullTestName = [...path.slice(1).map((outer) => outer.name), name].join(" > ");
  const ignore = options.skip === true || path.some((outer) => outer.skip === true);
  const only = options.only === true || path.some((outer) => outer.only === true);
  nameSnapshots(fullTestName);
  if (!ignore) { for (const outer of path) outer.left++; }
  Deno.test({
    name: fullTestName,
    ignore,
    only,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    fn: (t) => runTest(suite, body, { type: "test", fullTestName, origin: t.origin }),
  });
}

function group(name: string, options: Options, body: () => void): void {
  const outer = collecting;
  collecting = makeSuite(name, outer, options);
  try {
    const result: unknown = body();
    if (result instanceof Promise) {
      throw new TypeError(`Cannot collect "${name}": the function given to describe is async`);
    }
  } finally {
    collecting = outer;
  }
}

// The hooks of the file itself run outside of any test, where sanitizers do not look.
Deno.test.beforeAll(async () => {
  try {
    await open(root);
  } catch {
    // Kept in root.failure: every test of the file will fail with it.
  }
});

/** Also closes what a filter left open. */
Deno.test.afterAll(async () => {
  const errors: unknown[] = [];
  await close(() => true, errors);
  await runAll([closeSnapshots], errors);
  rethrow(errors);
});

interface Define<Args extends unknown[]> {
  (name: string, body: (...args: Args) => unknown, timeoutMs?: number): void;
  (name: string, options: Options, body: (...args: Args) => unknown): void;
}

interface Each {
  <Row extends unknown[] | [unknown]>(rows: readonly Row[]): Define<Row>;
  <Row extends readonly unknown[]>(rows: readonly Row[]): Define<[...Row]>;
  <Row>(rows: readonly Row[]): Define<[Row]>;
}

interface Definer extends Define<[]> {
  /** Leave a comment that says why; `_tools/tidy.ts` asks for one. */
  skip: Define<[]>;
  only: Define<[]>;
  skipIf(condition: unknown): Define<[]>;
  runIf(condition: unknown): Define<[]>;
  each: Each;
}

type Register = (name: string, options: Options, body: () => void) => void;

function definer(owner: string, register: Register) {
  const make = <Args extends unknown[]>(
    preset: Options,
    rows?: readonly (readonly unknown[])[],
  ): Define<Args> =>
  (
    name: string,
    second: Options | ((...args: Args) => unknown),
    third?: number | ((...args: Args) => unknown),
  ): void => {
    const body = (typeof second === "function" ? second : third) as (...args: unknown[]) => void;
    const given = typeof second === "function"
      ? typeof third === "number" ? { timeout: third } : {}
      : second;
    const options = { ...given, ...preset };
    if (rows === undefined) return register(name, options, () => body());
    for (const [index, row] of rows.entries()) {
      register(titleOfRow(name, row, index), options, () => body(...row));
    }
  };
  const each = (rows: readonly unknown[]): Define<unknown[]> => {
    if ("raw" in rows) throw new Error(`Cannot use ${owner}.each as a template: give it an array`);
    return make({}, rows.map((row) => Array.isArray(row) ? row : [row]));
  };
  return Object.assign(make<[]>({}), {
    skip: make<[]>({ skip: true }),
    only: make<[]>({ only: true }),
    skipIf: (condition: unknown) => make<[]>({ skip: Boolean(condition) }),
    runIf: (condition: unknown) => make<[]>({ skip: !condition }),
    each: each as unknown as Each,
    ...unsupported(owner, {
      concurrent: "tests of a file run one after another; files run in parallel",
      sequential: "tests of a file always run one after another",
      shuffle: "run deno test with --shuffle",
      todo: "write the test, or an issue",
      fails: "expect the failure with toThrow or rejects",
      for: "use each",
      extend: "call a function that makes the fixture",
    }),
  }) satisfies Definer;
}

/** Groups tests; their names become `outer > inner > name`. */
export const describe = definer("describe", group);
/** Defines one test, which is one flat `Deno.test`. */
export const it = definer("it", define);
/** The same as `it`. */
export const test = it;

function addHook(kind: HookKind): (hook: Hook) => void {
  return (hook) => {
    if (finishers !== undefined) {
      throw new Error(`Cannot add ${kind} inside of a running test`);
    }
    collecting.hooks[kind].push(hook);
  };
}

/**
 * Runs before the first test of the suite. At the top of a file that is outside of any test; in a
 * `describe` it is inside of the first one, which then counts as leaking a resource opened here:
 * open those in `beforeEach`, or in the test, with `using`.
 */
export const beforeAll = addHook("beforeAll");
export const afterAll = addHook("afterAll");
export const beforeEach = addHook("beforeEach");
export const afterEach = addHook("afterEach");

/** Undoes something when the running test has ended, whether it passed or not. */
export function onTestFinished(undo: Hook): void {
  if (finishers === undefined) {
    throw new Error("Cannot call onTestFinished outside of a running test");
  }
  finishers.push(undo);
}
