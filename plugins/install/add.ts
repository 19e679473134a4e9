/**
 * From a source to an installed plugin: allowed, fetched, unpacked, bundled, compared, and put into the store.
 *
 * @module
 */
import { MeanderError, show } from "../../operators/contract/fault.ts";
import type { InstalledPlugin } from "../content.ts";
import type { Manifest, Permissions } from "../manifest/manifest.ts";
import { parseManifest } from "../manifest/parse.ts";
import { makeContent } from "../store/content_file.ts";
import { checkGrants } from "../store/grants.ts";
import type { PluginStore } from "../store/store.ts";
import { checkAllowed } from "./allowlist.ts";
import { MOST_PACKED, unpack } from "./archive.ts";
import { bundle, type BundleTools } from "./bundle.ts";
import { downloadNpm, type Downloads, downloadUrl } from "./download.ts";
import { onlyBelonging, readFolder } from "./folder.ts";
import type { SourceTree } from "./paths.ts";
import { parseSource, type Source } from "./source.ts";

/** Asks the code of a content, isolated, what it has: where that differs from its manifest, a sentence each. */
export type Describe = (content: Uint8Array<ArrayBuffer>) => Promise<readonly string[]>;

/** What installing needs besides the store. */
export interface AddTools extends BundleTools, Downloads {
  readonly describe: Describe;
}

/** What the owner says. */
export interface AddFacts {
  /** When, as ISO 8601. */
  readonly when: string;
  readonly granted: Permissions;
}

/**
 * Installs a plugin from a source.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_…`: what was installed before is as it was.
 */
export async function addPlugin(
  store: PluginStore,
  text: string,
  { when, granted }: AddFacts,
  tools: AddTools,
): Promise<InstalledPlugin> {
  const { tree, source } = await fetchSource(store, text, tools);
  const manifest = manifestOf(tree, source);
  const identity = `${manifest.name}@${manifest.version}`;
  checkGrants(identity, manifest.permissions ?? {}, granted);
  const content = makeContent(manifest, await bundle(tree, manifest, source, tools));
  const differences = await tools.describe(content);
  if (differences.length > 0) {
    throw new MeanderError(
      "MEANDER_PLUGIN_DIFFERS",
      `Cannot add plugin ${show(identity)}: its code is not what its manifest says`,
      { where: identity, hint: "Tell its author", problems: differences },
    );
  }
  return store.install(content, { source, when, granted });
}

/**
 * The manifest among the files of a plugin.
 *
 * @throws {MeanderError} `MEANDER_PLUGIN_MANIFEST` when there is none, or it is not in order.
 */
export function manifestOf(tree: SourceTree, where: string): Manifest {
  const bytes = tree.get("plugin.json");
  if (bytes === undefined) {
    throw new MeanderError(
      "MEANDER_PLUGIN_MANIFEST",
      `Cannot find plugin.json in ${show(where, 200)}`,
      { where, hint: "`meander plugin new NAME` makes a plugin to begin with" },
    );
  }
  return parseManifest(textOf(bytes, where), where);
}

function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MeanderError(
      "MEANDER_PLUGIN_MANIFEST",
      `Cannot use manifest ${show(where, 200)}: it is not UTF-8`,
      { where, cause },
    );
  }
}

async function fetchSource(
  store: PluginStore,
  text: string,
  tools: AddTools,
): Promise<{ readonly tree: SourceTree; readonly source: string }> {
  const parsed = parseSource(text);
  if (parsed.kind === "path") return readPath(store, parsed.path, tools);
  if (parsed.kind === "npm") {
    checkAllowed(parsed, store.allowed(), store.where);
    const source = `npm:${parsed.name}@${parsed.version}`;
    const tree = unpack(await downloadNpm(parsed, tools), source);
    return { tree: onlyBelonging(tree), source };
  }
  return await fetchUrl(store, parsed, tools);
}

async function fetchUrl(
  store: PluginStore,
  parsed: Extract<Source, { kind: "https" }>,
  tools: AddTools,
): Promise<{ readonly tree: SourceTree; readonly source: string }> {
  const patterns = store.allowed();
  const check = (url: string): void => checkAllowed({ kind: "https", url }, patterns, store.where);
  const tree = unpack(await downloadUrl(parsed, tools, check), parsed.url);
  return { tree: onlyBelonging(tree), source: `${parsed.url}#sha256-${parsed.sha256}` };
}

function readPath(
  store: PluginStore,
  path: string,
  { files }: AddTools,
): { readonly tree: SourceTree; readonly source: string } {
  const full = files.resolve(path);
  const kind = files.kindOf(full);
  // Whether something is there is not told about places that are not allowed.
  checkAllowed({ kind: kind ?? "folder", path: full }, store.allowed(), store.where);
  if (kind === undefined) {
    throw new MeanderError(
      "MEANDER_PLUGIN_FILE",
      `Cannot add plugin from ${show(full)}: it is not there`,
      {
        where: full,
      },
    );
  }
  const source = `${kind}:${full}`;
  if (kind === "folder") return { tree: readFolder(files, full), source };
  return { tree: onlyBelonging(unpack(files.read(full, MOST_PACKED), full)), source };
}
