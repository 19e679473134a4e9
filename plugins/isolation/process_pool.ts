/**
 * The processes of one owner: those that work, and a few that have worked and wait for the next dataflow with the
 * same plugin version. Nobody else's plugins ever run in them.
 *
 * @module
 */
import type { InstalledPlugin } from "../content.ts";
import {
  type Ground,
  GuestProcess,
  type ProcessOptions,
  type ProcessOwner,
} from "./guest_process.ts";
import type { AllLimits, Timing } from "./limits.ts";
import { PluginUnit } from "./plugin_unit.ts";

/** What all processes of an owner have in common. */
export interface PoolOptions {
  readonly ground: () => Promise<Ground>;
  readonly limits: AllLimits;
  readonly timing: Timing;
  /** Lines that a plugin wrote. */
  readonly heard: (plugin: string, line: string) => void;
}

/** As many of a plugin version wait at most, for so long. */
const MOST_IDLE = 2;
const IDLE_MS = 10_000;

/** A process, for people. */
export interface ProcessStatus {
  /** `name@version`. */
  readonly plugin: string;
  /** The system's number of it. */
  readonly pid: number;
}

/** One owner's. */
export class ProcessPool {
  readonly #options: PoolOptions;
  readonly #idle = new Map<string, GuestProcess[]>();
  readonly #all = new Set<GuestProcess>();
  readonly #units = new WeakMap<object, Map<string, PluginUnit>>();
  readonly #timers = new Set<() => void>();
  readonly #waiting: (() => void)[] = [];
  #vertices = 0;
  #isClosed = false;

  /** Starts nothing yet. */
  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Its processes. */
  status(): ProcessStatus[] {
    return [...this.#all].map(({ plugin, pid }) => ({ plugin, pid }));
  }

  /** Waits until all processes have answered everything; false when there was nothing to wait for. */
  async settled(): Promise<boolean> {
    const isBusy = () => [...this.#all].some((process) => process.isBusy);
    if (!isBusy()) return false;
    while (isBusy()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return true;
  }

  /** The unit of a dataflow and a plugin version. */
  unitOf(dataflow: object, plugin: InstalledPlugin): PluginUnit {
    const units = this.#units.get(dataflow) ?? new Map<string, PluginUnit>();
    this.#units.set(dataflow, units);
    const known = units.get(plugin.sha256);
    if (known !== undefined) return known;
    const { name, version } = plugin.manifest;
    const unit = new PluginUnit(
      `${name}@${version}`,
      {
        take: (owner) => this.#take(plugin, owner),
        giveBack: (process) => this.#giveBack(plugin, process),
        nextVertex: () => ++this.#vertices,
      },
      this.#options,
      () => units.delete(plugin.sha256),
    );
    units.set(plugin.sha256, unit);
    return unit;
  }

  /** A process for one question: what is in it. */
  async describe(plugin: InstalledPlugin): Promise<unknown> {
    const process = this.#start(plugin, { message() {}, lost() {} }, true);
    try {
      return await process.loaded;
    } finally {
      process.kill("it has answered");
      await process.over;
    }
  }

  /** Ends all of them, and waits until they have. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#timers) stop();
    for (const process of this.#all) process.kill("the engine ends");
    await Promise.all([...this.#all].map(({ over }) => over));
  }

  #take(plugin: InstalledPlugin, owner: ProcessOwner): GuestProcess {
    const idle = this.#idle.get(plugin.sha256) ?? [];
    for (let process = idle.pop(); process !== undefined; process = idle.pop()) {
      if (process.isLost) continue;
      process.owner = owner;
      return process;
    }
    return this.#start(plugin, owner, false);
  }

  #start(plugin: InstalledPlugin, owner: ProcessOwner, describe: boolean): GuestProcess {
    const { name, version } = plugin.manifest;
    const of = `${name}@${version}`;
    const options: ProcessOptions = {
      ...this.#options,
      plugin: of,
      code: plugin.readCode(),
      granted: plugin.granted,
      describe,
      heard: (line) => this.#options.heard(of, line),
      quiet: () => {
        if (this.#waiting.length > 0) this.#waiting.splice(0).forEach((resolve) => resolve());
      },
    };
    const process = new GuestProcess(options, owner);
    this.#all.add(process);
    process.over.finally(() => this.#all.delete(process));
    return process;
  }

  #giveBack({ sha256 }: InstalledPlugin, process: GuestProcess): void {
    const idle = this.#idle.get(sha256) ?? [];
    process.owner = { message() {}, lost() {} };
    if (this.#isClosed || process.isLost || idle.length >= MOST_IDLE) {
      return process.kill("it is not needed any more");
    }
    this.#idle.set(sha256, [...idle, process]);
    const stop = this.#options.timing.aside(IDLE_MS, () => {
      this.#timers.delete(stop);
      const waiting = this.#idle.get(sha256) ?? [];
      if (!waiting.includes(process)) return;
      this.#idle.set(sha256, waiting.filter((each) => each !== process));
      process.kill("it is not needed any more");
    });
    this.#timers.add(stop);
  }
}
