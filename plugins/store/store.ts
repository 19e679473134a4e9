/**
 * The plugins of one owner: contents under their hashes, a lock that only grows, and what the owner decided.
 *
 * @module
 */
import { MeanderError, reasonOf, show } from "../../operators/contract/fault.ts";
import type { InstalledPlugin } from "../content.ts";
import type { Permissions } from "../manifest/manifest.ts";
import {
  contentError,
  type ContentParts,
  isSha256,
  MOST_CONTENT,
  parseContent,
  sha256Of,
} from "./content_file.ts";
import { PARTIAL, type StoreFiles } from "./files.ts";
import { checkGrants } from "./grants.ts";
import { checkedIdentity, isName, parseIdentity } from "./identity.ts";
import {
  ALLOW,
  changeLedger,
  LOCK,
  OWNER,
  type OwnerEntry,
  parseUse,
  readLedger,
  readWhole,
  USES,
} from "./ledgers.ts";

/** What is known when a content is installed, besides the content. */
export interface InstallFacts {
  /** Where it came from, for people. */
  readonly source: string;
  /** When, as ISO 8601. */
  readonly when: string;
  /** Of what it asks for; nothing when left out. */
  readonly granted?: Permissions;
}

/** What lies in a store. */
export interface StoreView {
  /** All that is in order. */
  readonly plugins: readonly InstalledPlugin[];
  /** What is not, each in a sentence: it is not among the plugins. */
  readonly problems: readonly string[];
}

/** Where a version came from, and who needs it. */
export interface Provenance {
  /** `name@version`. */
  readonly identity: string;
  /** In the lock. */
  readonly sha256: string;
  /** The owner's entry, while it is installed. */
  readonly entry: OwnerEntry | undefined;
  /** The specs, by path, that were locked to it. */
  readonly usedBy: readonly string[];
}

/** What was deleted. */
export interface Collected {
  /** The names of the files. */
  readonly files: readonly string[];
}

const FOLDER = "content";
/** The plugin that comes with the program: a spec would get another one for it. */
const OURS = "core";

/** A store on some files. It keeps nothing in memory: whatever another process did is seen. */
export class PluginStore {
  readonly #files: StoreFiles;

  /** The store in these files, which may be empty. */
  constructor(files: StoreFiles) {
    this.#files = files;
  }

  /** Where it is, for people. */
  get where(): string {
    return this.#files.where;
  }

  /**
   * Puts a content in. First the content is written, then the lock, then the owner's entry, which is what makes
   * it installed: whenever that ends, what was installed before is as it was, and doing it again goes through.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_CONTENT` when it is none, `MEANDER_PLUGIN_LOCK` when that version is
   * locked to other bytes, `MEANDER_PLUGIN_GRANT` for more than it asks for.
   */
  install(content: Uint8Array, { source, when, granted = {} }: InstallFacts): InstalledPlugin {
    const { manifest, sha256 } = parseContent(content, source);
    const identity = checkedIdentity(`${manifest.name}@${manifest.version}`);
    if (manifest.name === OURS) throw contentError(source, `${show(OURS)} is a part of Meander`);
    checkGrants(identity, manifest.permissions ?? {}, granted);
    return this.#files.exclusively(() => {
      const before = readLedger(this.#files, OWNER).entries.get(identity);
      const locked = readLedger(this.#files, LOCK).entries.get(identity);
      for (const other of [locked, before?.sha256]) {
        if (other !== undefined && other !== sha256) throw otherBytes(identity, other, sha256);
      }
      const path = pathOf(sha256);
      if (!this.#isWhole(path, sha256)) this.#files.write(path, content);
      if (locked === undefined) {
        changeLedger(this.#files, LOCK, (entries) => entries.set(identity, sha256));
      }
      const entry: OwnerEntry = {
        sha256,
        source,
        installed: when,
        ...(before?.trusted === undefined ? {} : { trusted: before.trusted }),
        granted,
      };
      changeLedger(this.#files, OWNER, (entries) => entries.set(identity, entry));
      return this.#installed(identity, entry);
    });
  }

  /** All that is installed and in order, by name and version. */
  plugins(): readonly InstalledPlugin[] {
    return this.look().plugins;
  }

  /** What is installed, and what is damaged, forged or torn. Every content is read and held against its hash. */
  look(): StoreView {
    const plugins: InstalledPlugin[] = [];
    const problems: string[] = [];
    const attempt = (task: () => void): void => {
      try {
        task();
      } catch (error) {
        if (!MeanderError.is(error)) throw error;
        problems.push(reasonOf(error));
      }
    };
    attempt(() => {
      const owner = readLedger(this.#files, OWNER);
      const lock = readLedger(this.#files, LOCK);
      problems.push(...owner.problems, ...lock.problems);
      for (const [identity, entry] of owner.entries) {
        attempt(() => void plugins.push(this.#checked(identity, entry, lock.entries)));
      }
    });
    return { plugins, problems };
  }

  /**
   * One that is installed and in order.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when it is not installed, `MEANDER_PLUGIN_CONTENT` or
   * `MEANDER_PLUGIN_LOCK` when it is not in order.
   */
  get(identity: string): InstalledPlugin {
    const entry = this.#entry(checkedIdentity(identity));
    return this.#checked(identity, entry, readLedger(this.#files, LOCK).entries);
  }

  /**
   * Takes a version out of what is installed, and with it what was decided about it. The lock keeps its line,
   * and the content stays until it is collected.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_STORE` when it is not installed.
   */
  remove(identity: string): void {
    this.#files.exclusively(() => {
      this.#entry(checkedIdentity(identity));
      changeLedger(this.#files, OWNER, (entries) => void entries.delete(identity));
    });
  }

  /**
   * Trusts these bytes: they run inline from now on.
   *
   * @throws {MeanderError} `MEANDER_PLUGIN_TRUST` when they are not what is installed.
   */
  trust(identity: string, sha256: string): void {
    this.#decide(identity, (entry) => {
      if (sha256 === entry.sha256) return { ...entry, trusted: sha256 };
      throw new MeanderError(
        "MEANDER_PLUGIN_TRUST",
        `Cannot trust plugin ${show(identity)}: its hash is ${entry.sha256}, not ${show(sha256)}`,
        { where: identity, hint: "Compare both with what its author published" },
      );
    });
  }

  /** Trusts it no longer: it runs in a process of its own. */
  untrust(identity: string): void {
    this.#decide(identity, ({ trusted: _, ...entry }) => entry);
  }

  /** Puts permissions in the place of those that it had. */
  grant(identity: string, granted: Permissions): void {
    this.#decide(identity, (entry) => {
      checkGrants(identity, this.get(identity).manifest.permissions ?? {}, granted);
      return { ...entry, granted };
    });
  }

  /** Deletes contents that are not installed and whose hashes are not among `roots`, and files of broken writes. */
  collect(roots: Iterable<string> = []): Collected {
    return this.#files.exclusively(() => {
      // What cannot be read might refer to anything: nothing is deleted then.
      const owner = readWhole(this.#files, OWNER);
      const kept = new Set([...owner.values()].map(({ sha256 }) => pathOf(sha256)));
      for (const root of roots) if (isSha256(root)) kept.add(pathOf(root));
      const files = this.#files.list(FOLDER).map((name) => `${FOLDER}/${name}`)
        .filter((path) => isOurs(path) && !kept.has(path));
      for (const path of files) this.#files.remove(path);
      return { files };
    });
  }

  /** All versions of a plugin that ever were here, or one `name@version`. */
  why(text: string): readonly Provenance[] {
    const owner = readLedger(this.#files, OWNER).entries;
    const uses = this.uses();
    return [...readLedger(this.#files, LOCK).entries]
      .filter(([identity]) => identity === text || parseIdentity(identity)?.name === text)
      .map(([identity, sha256]) => ({
        identity,
        sha256,
        entry: owner.get(identity),
        usedBy: usersOf(uses, identity),
      }));
  }

  /** The specs that were locked, by path, each with the `name@version sha256` that it uses. */
  uses(): ReadonlyMap<string, readonly string[]> {
    return readLedger(this.#files, USES).entries;
  }

  /** Remembers what a spec was locked to, each `name@version sha256`; with none, that it uses nothing here. */
  recordUse(spec: string, pins: readonly string[]): void {
    const wrong = pins.find((pin) => parseUse(pin) === undefined);
    if (wrong !== undefined) {
      throw new MeanderError(
        "MEANDER_PLUGIN_STORE",
        `Cannot record what ${show(spec)} uses: ${show(wrong)} is no name@version and hash`,
        { where: spec },
      );
    }
    this.#files.exclusively(() =>
      changeLedger(this.#files, USES, (entries) => {
        if (pins.length === 0) entries.delete(spec);
        else entries.set(spec, [...pins].sort());
      })
    );
  }

  /** The patterns of sources that may be installed from; none at first. */
  allowed(): readonly string[] {
    return [...readLedger(this.#files, ALLOW).entries.keys()];
  }

  /** Adds a pattern, which the caller has checked. */
  allow(pattern: string): void {
    this.#files.exclusively(() =>
      changeLedger(this.#files, ALLOW, (entries) => entries.set(pattern, true))
    );
  }

  #decide(identity: string, change: (entry: OwnerEntry) => OwnerEntry): void {
    this.#files.exclusively(() => {
      const changed = change(this.#entry(checkedIdentity(identity)));
      changeLedger(this.#files, OWNER, (entries) => entries.set(identity, changed));
    });
  }

  #entry(identity: string): OwnerEntry {
    const { entries } = readLedger(this.#files, OWNER);
    const entry = entries.get(identity);
    if (entry !== undefined) return entry;
    const name = identity.slice(0, identity.indexOf("@"));
    const others = [...entries.keys()].filter((each) =>
      isName(name) && each.startsWith(`${name}@`)
    );
    throw new MeanderError(
      "MEANDER_PLUGIN_STORE",
      `Cannot find plugin ${show(identity)} in the store at ${show(this.where)}`,
      {
        where: identity,
        hint: others.length === 0
          ? "`meander plugin list` shows what is installed"
          : `Installed: ${others.join(", ")}`,
      },
    );
  }

  /** Lock, owner's entry, the file's name and its bytes have to agree, and the manifest with what it is called. */
  #checked(
    identity: string,
    entry: OwnerEntry,
    lock: ReadonlyMap<string, string>,
  ): InstalledPlugin {
    const locked = lock.get(identity);
    if (locked === undefined) {
      throw new MeanderError(
        "MEANDER_PLUGIN_LOCK",
        `Cannot use plugin ${show(identity)}: ${LOCK.path} has no line for it any more`,
        {
          where: identity,
          hint: "Put the lock back as it was, or remove the plugin and add it again",
        },
      );
    }
    if (locked !== entry.sha256) throw otherBytes(identity, locked, entry.sha256);
    return this.#installed(identity, entry);
  }

  #installed(identity: string, entry: OwnerEntry): InstalledPlugin {
    const { sha256, granted, source } = entry;
    const read = (): ContentParts => this.#read(identity, sha256);
    const { manifest } = read();
    checkGrants(identity, manifest.permissions ?? {}, granted);
    return {
      manifest,
      sha256,
      isolation: entry.trusted === sha256 ? "trusted" : "isolated",
      granted,
      source,
      readCode: () => read().code,
    };
  }

  #read(identity: string, sha256: string): ContentParts {
    const bytes = this.#files.read(pathOf(sha256), MOST_CONTENT);
    if (bytes === undefined) throw contentError(identity, `its content ${sha256} is not there`);
    const found = sha256Of(bytes);
    if (found !== sha256) {
      throw contentError(identity, `the bytes of ${sha256} were changed: their hash is ${found}`);
    }
    const parts = parseContent(bytes, identity);
    const { name, version } = parts.manifest;
    if (`${name}@${version}` === identity) return parts;
    throw contentError(identity, `its content ${sha256} is ${show(`${name}@${version}`)}`);
  }

  #isWhole(path: string, sha256: string): boolean {
    try {
      const bytes = this.#files.read(path, MOST_CONTENT);
      return bytes !== undefined && sha256Of(bytes) === sha256;
    } catch (error) {
      if (MeanderError.is(error)) return false;
      throw error;
    }
  }
}

function usersOf(uses: ReadonlyMap<string, readonly string[]>, identity: string): string[] {
  return [...uses].filter(([, pins]) => pins.some((pin) => parseUse(pin)?.identity === identity))
    .map(([spec]) => spec);
}

/** Of a hash that was checked. */
function pathOf(sha256: string): string {
  return `${FOLDER}/${sha256}.plugin`;
}

/** What a store itself writes into its folder; anything else is somebody's, and stays. */
function isOurs(path: string): boolean {
  const whole = path.endsWith(PARTIAL) ? path.slice(0, -PARTIAL.length) : path;
  return /^content\/[0-9a-f]{64}\.plugin$/.test(whole);
}

function otherBytes(identity: string, locked: string, found: string): MeanderError {
  return new MeanderError(
    "MEANDER_PLUGIN_LOCK",
    `Cannot use plugin ${show(identity)} with the bytes ${found}: the lock has ${locked}`,
    { where: identity, hint: "A version never changes: give other code another version" },
  );
}
