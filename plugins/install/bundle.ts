/**
 * Puts a plugin and all that it depends on together into one module, in a folder of its own. Nothing of it is
 * run: no script of a package either.
 *
 * @module
 */
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";
import { pathToFileURL } from "node:url";
import type { Launch } from "../launcher.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { sdkModule } from "../sdk_key.ts";
import { MOST_CONTENT } from "../store/content_file.ts";
import { checkBundle, type SdkUse, sdkUseOf } from "./bundled_code.ts";
import { dependenciesOf, SDK_NAMES } from "./dependencies.ts";
import type { SourceFiles, Staging } from "./disk.ts";
import { checkGraph } from "./graph.ts";
import type { SourceTree } from "./paths.ts";

/** What is needed of the system to bundle. */
export interface BundleTools {
  readonly files: SourceFiles;
  /** Starts `deno`; `launch` of the launcher. */
  readonly launch: (launch: Launch) => Deno.ChildProcess;
  /**
   * The environment of the bundler: where its cache is (`DENO_DIR`, `HOME`, `XDG_CACHE_HOME`), which registry
   * (`NPM_CONFIG_REGISTRY`), and how the network is reached (proxies and certificates).
   */
  readonly env: Readonly<Record<string, string>>;
  /** What `meander/plugin` exports. */
  readonly sdkNames: readonly string[];
  readonly signal: AbortSignal;
}

const SDK_FILE = "meander_plugin.mjs";
/** What would say how to bundle, in whichever folder: we say it. */
const OURS = /(?:^|\/)(?:deno|package)\.json$/;

const encoder = new TextEncoder();

/** Of the text of a graph, and of a bundle. */
const MOST_OUTPUT = 4 * MOST_CONTENT;

/**
 * The module of a plugin, without imports but harmless built-ins.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_IMPORT` for an import that must not be, `MEANDER_PLUGIN_BUNDLE` when it
 * cannot be bundled otherwise.
 */
export async function bundle(
  tree: SourceTree,
  manifest: Manifest,
  where: string,
  tools: BundleTools,
): Promise<Uint8Array<ArrayBuffer>> {
  const entry = manifest.entry.replace(/^\.\//, "");
  if (!tree.has(entry)) throw bundleError(where, `its entry ${show(manifest.entry)} is not there`);
  if (tree.has(SDK_FILE)) {
    throw bundleError(where, `it has a file ${show(SDK_FILE)}, which is ours`);
  }
  const dependencies = dependenciesOf(tree);
  const config = {
    nodeModulesDir: "auto",
    lock: false,
    imports: {
      ...dependencies.imports,
      ...Object.fromEntries(SDK_NAMES.map((name) => [name, `./${SDK_FILE}`])),
    },
  };
  const staged: SourceTree = new Map([
    ...[...tree].filter(([path]) => !OURS.test(path)),
    // All names at first: which of them it uses is known when it was bundled without.
    [SDK_FILE, encoder.encode(sdkModule(tools.sdkNames))],
    ["deno.json", encoder.encode(JSON.stringify(config))],
  ]);
  const staging = tools.files.stage(staged);
  try {
    const base = `${pathToFileURL(staging.folder).href}/`;
    const info = await run(["info", "--json", "--no-remote", entry], staging, where, tools);
    checkGraph(info, where, { base, tree: staged, dependencies });
    const external = SDK_NAMES.flatMap((name) => ["--external", name]);
    const use = sdkUseOf(await run(bundling(entry, ...external), staging, where, tools), where);
    const names = namesOf(use, tools.sdkNames, where);
    staging.write(SDK_FILE, encoder.encode(sdkModule(names)));
    return encoder.encode(
      checkBundle(await run(bundling(entry), staging, where, tools), where),
    );
  } finally {
    staging.remove();
  }
}

function bundling(entry: string, ...more: readonly string[]): string[] {
  const plain = ["--quiet", "--no-check", "--no-remote", "--platform", "deno", "--format", "esm"];
  // What is left out comes first: the flag takes all words that follow it, the entry too.
  return ["bundle", ...more, ...plain, entry];
}

/** Those that it uses: an older Meander that has these will do. */
function namesOf(use: SdkUse, there: readonly string[], where: string): readonly string[] {
  const unknown = use.names.filter((name) => !there.includes(name));
  if (unknown.length === 0) return use.all ? there : use.names;
  throw new MeanderError("MEANDER_PLUGIN_IMPORT", `Cannot use the code of ${show(where)}`, {
    where,
    hint: `"meander/plugin" has ${there.join(", ")}`,
    problems: unknown.map((name) => `"meander/plugin" has no ${show(name)}`),
  });
}

async function run(
  args: readonly string[],
  { folder }: Staging,
  where: string,
  { launch, env, signal }: BundleTools,
): Promise<string> {
  signal.throwIfAborted();
  const child = launch({ args, env, cwd: folder });
  const kill = (): void => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener("abort", kill);
  try {
    const [, out, err, { success }] = await Promise.all([
      child.stdin.close().catch(() => {}),
      textOf(child.stdout, kill),
      textOf(child.stderr, kill),
      child.status,
    ]);
    if (success && out !== undefined && out !== "") return out;
    if (signal.aborted) throw bundleError(where, "it took too long");
    throw bundleError(where, out === undefined ? "it is too large" : reasonIn(err ?? "", folder));
  } catch (error) {
    throw MeanderError.is(error) ? error : bundleError(where, reasonOf(error), error);
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

/** All of it, or undefined when it was too much. */
async function textOf(
  stream: ReadableStream<Uint8Array>,
  kill: () => void,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const piece of stream) {
    length += piece.length;
    if (length > MOST_OUTPUT) kill();
    else text += decoder.decode(piece, { stream: true });
  }
  return length > MOST_OUTPUT ? undefined : text + decoder.decode();
}

/** What the bundler said, without where it worked. */
function reasonIn(text: string, folder: string): string {
  const lines = text.replaceAll(pathToFileURL(folder).href, ".").replaceAll(folder, ".").split("\n")
    .map((line) => line.replace(/^\s*error: /, "").trim())
    .filter((line) =>
      line !== "" && !/^(?:Stack backtrace|\d+: |bundling failed|Download )/.test(line)
    );
  return show(lines.slice(0, 4).join(" ") || "the bundler failed", 400).slice(1, -1);
}

function bundleError(where: string, why: string, cause?: unknown): MeanderError {
  return new MeanderError(
    "MEANDER_PLUGIN_BUNDLE",
    `Cannot bundle plugin from ${show(where)}: ${why}`,
    {
      where,
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
