/**
 * Which version of which plugin every name in a spec stands for: by the range it was written with, that of the
 * whole spec where it has none, a pin, and the lock.
 *
 * @module
 */
import type { AnyOperator } from "../operators/contract/definition.ts";
import { show } from "../operators/contract/fault.ts";
import { isVersion } from "../plugins/names.ts";
import { isRange, parseReference, type Reference } from "../plugins/reference.ts";
import {
  type AnyFormat,
  fullFormat,
  isWithin,
  type Plugin,
  type Registry,
  type Resolved,
  type Unresolved,
  type Wanted,
} from "../plugins/registry.ts";
import { noPin, noRange, noReference } from "../plugins/unresolved.ts";
import {
  LOCK_CODE,
  type LockedChoice,
  lockedVersion,
  lockKey,
  type PluginLock,
} from "./plugin_lock.ts";
import { type Path, pointerOf, type Report } from "./problem.ts";
import { BROKEN } from "./scopes.ts";
import type { Names, OperatorSpec } from "./spec.ts";

/** Ranges for the whole spec, as far as the grammar takes them. */
type Ranges = Names<string | typeof BROKEN>;

/** How versions are chosen. */
export interface ChoiceOptions {
  /** Choices that are kept. */
  readonly lock?: PluginLock | undefined;
  /**
   * Whether the lock has to have every choice: for threads, which have to make what the first worker made, whatever
   * was installed since.
   */
  readonly isExact?: boolean | undefined;
}

/** Chooses, and reports what cannot be. Each `plugin@range` is chosen once, for all that is asked of it. */
export class PluginChoices {
  /** What is chosen from. */
  readonly registry: Registry;
  readonly #report: Report;
  readonly #known: PluginLock;
  readonly #isExact: boolean;
  readonly #ranges = new Map<string, string>();
  readonly #chosen = new Map<string, Plugin>();
  // Keys of which the lock was found to be wrong, which is told once.
  readonly #faulty = new Set<string>();
  // Plugins whose range for the whole spec is none.
  readonly #refused = new Set<string>();
  // Plugins for whose nodes the range of the whole spec counts, and those whose nodes have their own.
  readonly #needed = new Set<string>();
  readonly #ownRanges = new Set<string>();

  /** With the ranges of the spec. */
  constructor(
    registry: Registry,
    ranges: Ranges | undefined,
    { lock = new Map(), isExact = false }: ChoiceOptions,
    report: Report,
  ) {
    this.registry = registry;
    this.#known = lock;
    this.#isExact = isExact;
    this.#report = report;
    for (const [plugin, range] of Object.entries(ranges ?? {})) {
      if (range !== BROKEN && isRange(range)) this.#ranges.set(plugin, range);
      else {
        this.#refused.add(plugin);
        if (range !== BROKEN) this.#refuse(noRange(range), ["plugins", plugin]);
      }
    }
  }

  /** What was chosen of plugins that have bytes of their own: the lock as it has to be. */
  get lock(): PluginLock {
    const lock = new Map<string, LockedChoice>();
    for (const [key, { version, provenance }] of this.#chosen) {
      if (provenance !== undefined) lock.set(key, { version, sha256: provenance.sha256 });
    }
    return lock;
  }

  /** The operator of a node; `undefined` when there is none, which is then reported. */
  operator({ use, pin }: OperatorSpec, path: Path): Resolved<AnyOperator> | undefined {
    const at = [...path, "use"];
    const reference = parseReference(use);
    if (reference === undefined) return this.#refuse(noReference(use, "operator"), at);
    const plugin = pin === undefined
      ? this.#inRange(reference, at)
      : this.#pinned(reference, pin, at, [...path, "pin"]);
    if (plugin === undefined) return undefined;
    const found = this.registry.operatorOf(plugin, reference.name);
    return "problem" in found ? this.#refuse(found, at) : found;
  }

  /** The format of an input or output; `undefined` when there is none, which is then reported. */
  format(name: string, path: Path): Resolved<AnyFormat> | undefined {
    const at = [...path, "format"];
    const reference = parseReference(fullFormat(name));
    if (reference === undefined) return this.#refuse(noReference(name, "format"), at);
    const plugin = this.#inRange(reference, at);
    if (plugin === undefined) return undefined;
    const found = this.registry.formatOf(plugin, reference.name);
    return "problem" in found ? this.#refuse(found, at) : found;
  }

  /** Reports ranges of the whole spec that mean nothing, once everything was asked for that is to be. */
  finish(isWhole: boolean): void {
    for (const plugin of this.#ranges.keys()) {
      const path = ["plugins", plugin];
      const found = this.registry.choose({ plugin });
      if ("problem" in found && !this.#isLocked(plugin)) this.#refuse(found, path, { atKey: true });
      else if (isWhole && !this.#needed.has(plugin)) {
        this.#refuse(this.#unused(plugin), path, { atKey: true });
      }
    }
  }

  #unused(plugin: string): Unresolved {
    return this.#ownRanges.has(plugin)
      ? {
        problem: `every node of plugin "${plugin}" has a range of its own, which goes before this`,
        hint: "Leave this one out, or theirs",
      }
      : { problem: `no node uses plugin "${plugin}"`, hint: "Leave it out" };
  }

  #isLocked(plugin: string): boolean {
    return [...this.#faulty].some((key) => key.startsWith(lockKey(plugin, "")));
  }

  #inRange(reference: Reference, at: Path): Plugin | undefined {
    const { plugin, range } = reference;
    (range === undefined ? this.#needed : this.#ownRanges).add(plugin);
    if (range !== undefined) return this.#choose(reference, at);
    if (this.#refused.has(plugin)) return undefined;
    const ofSpec = this.#ranges.get(plugin);
    const isThere = this.registry.versionsOf(plugin).length > 0;
    return this.#choose(
      { ...reference, range: ofSpec },
      ofSpec === undefined || !isThere ? at : ["plugins", plugin],
    );
  }

  /** A pin has to be in the node's own range; one of a node without in that of the spec. */
  #pinned(reference: Reference, pin: string, use: Path, at: Path): Plugin | undefined {
    const { plugin, range } = reference;
    (range === undefined ? this.#needed : this.#ownRanges).add(plugin);
    const isThere = this.registry.versionsOf(plugin).length > 0;
    const inRange = range === undefined || !isThere ? undefined : this.registry.choose(reference);
    // A range that nothing is in is at fault, whatever the pin is.
    if (inRange !== undefined && "problem" in inRange) return this.#refuse(inRange, use);
    if (!isVersion(pin)) return this.#refuse(noPin(pin), at);
    const chosen = this.#choose({ ...reference, range: pin }, isThere ? at : use);
    const contradiction = chosen && this.#contradiction(reference, pin);
    return contradiction === undefined ? chosen : this.#refuse(contradiction, at);
  }

  #contradiction({ plugin, name, range }: Reference, pin: string): Unresolved | undefined {
    const ofSpec = this.#ranges.get(plugin);
    if (range !== undefined) {
      return isWithin(pin, range) ? undefined : {
        problem: `version ${pin} does not satisfy ${show(range)} of ` +
          show(`${plugin}/${name}@${range}`),
        hint: "Leave one of them out",
      };
    }
    if (ofSpec === undefined || isWithin(pin, ofSpec)) return undefined;
    return {
      problem: `version ${pin} does not satisfy ${show(ofSpec)}, the range of plugin "${plugin}" ` +
        `at ${pointerOf(["plugins", plugin])}`,
      hint: `Change one of them, or write use: ${plugin}/${name}@${pin}, which goes before it`,
    };
  }

  /** What is locked, or else the latest in the range. */
  #choose(wanted: Wanted, at: Path): Plugin | undefined {
    const key = lockKey(wanted.plugin, wanted.range);
    if (this.#faulty.has(key)) return undefined;
    const known = this.#chosen.get(key) ??
      lockedVersion(key, this.registry.versionsOf(wanted.plugin), this.#known);
    const chosen = known ?? this.registry.choose(wanted);
    const isNew = known === undefined && this.#isExact && "provenance" in chosen;
    if (!("problem" in chosen) && !isNew) {
      this.#chosen.set(key, chosen);
      return chosen;
    }
    const isLock = known !== undefined || isNew;
    if (isLock) this.#faulty.add(key);
    const fault = "problem" in chosen ? chosen : {
      problem: `${show(key)} is not among the choices`,
      hint: "Make it of the same spec as the first worker",
    };
    return this.#refuse(fault, at, isLock ? { code: LOCK_CODE } : {});
  }

  #refuse(
    { problem, hint }: Unresolved,
    path: Path,
    how: { readonly atKey?: true; readonly code?: string } = {},
  ): undefined {
    this.#report({ path, message: problem, hint, ...how });
    return undefined;
  }
}
