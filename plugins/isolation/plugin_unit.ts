/**
 * The vertices of one dataflow that run one plugin version on one worker, and the process that they share: what a
 * plugin does ends no other dataflow, and no other plugin.
 *
 * @module
 */
import { show } from "../../operators/contract/fault.ts";
import type { GuestProcess, ProcessOwner } from "./guest_process.ts";
import type { IsolatedVertex, Unit } from "./isolated_vertex.ts";
import type { AllLimits, Timing } from "./limits.ts";
import { CLOSED, type Message } from "./messages.ts";

/** Where processes come from. */
export interface ProcessSource {
  /** One with the plugin, which may have begun before; it is told to that owner from now on. */
  take(owner: ProcessOwner): GuestProcess;
  /** One in which nothing is left of a dataflow. */
  giveBack(process: GuestProcess): void;
  /** A number that no other vertex has. */
  nextVertex(): number;
}

/** How often is looked back for how often it was begun anew, in milliseconds. */
const WINDOW_MS = 60_000;

/** See the module. */
export class PluginUnit implements Unit, ProcessOwner {
  readonly plugin: string;
  readonly #processes: ProcessSource;
  readonly #limits: AllLimits;
  readonly #timing: Timing;
  readonly #emptied: () => void;
  readonly #vertices = new Map<number, IsolatedVertex>();
  readonly #closing = new Set<number>();
  /** When it was begun anew. */
  #restarts: number[] = [];
  #process: GuestProcess | null = null;
  #waiting: (() => void) | null = null;
  #isBroken = false;

  /** For that plugin; `emptied` is told when no vertex is left. */
  constructor(
    plugin: string,
    processes: ProcessSource,
    { limits, timing }: { readonly limits: AllLimits; readonly timing: Timing },
    emptied: () => void,
  ) {
    this.plugin = plugin;
    this.#processes = processes;
    this.#limits = limits;
    this.#timing = timing;
    this.#emptied = emptied;
  }

  get snapshotCalls(): number {
    return this.#limits.snapshotCalls;
  }

  /** How often its process was begun anew. */
  get restarts(): number {
    return this.#restarts.length;
  }

  join(vertex: IsolatedVertex): number {
    const id = this.#processes.nextVertex();
    this.#vertices.set(id, vertex);
    this.#process ??= this.#processes.take(this);
    return id;
  }

  send(message: Uint8Array): void {
    // Whoever is begun anew is told all of it then.
    if (this.#waiting === null) this.#process?.send(message);
  }

  setDue(vertex: number, isDue: boolean): void {
    this.#process?.setDue(vertex, isDue);
  }

  failed(_vertex: IsolatedVertex): void {
    this.#isBroken = true;
    this.#process?.kill("one of its vertices failed");
  }

  leave(vertex: IsolatedVertex): void {
    this.#vertices.delete(vertex.id);
    const hasToAnswer = this.#process !== null && !this.#isBroken;
    this.setDue(vertex.id, hasToAnswer);
    if (hasToAnswer) this.#closing.add(vertex.id);
    if (this.#vertices.size > 0) return;
    this.#emptied();
    this.#waiting?.();
    this.#waiting = null;
    if (this.#isBroken) this.#process?.kill("its dataflow has ended");
    else this.#settle();
  }

  message(message: Message): void {
    if (message.kind === CLOSED) {
      if (!this.#closing.delete(message.vertex)) return;
      this.setDue(message.vertex, false);
      return this.#settle();
    }
    const vertex = this.#vertices.get(message.vertex);
    if (vertex === undefined) return;
    try {
      vertex.take(message);
    } catch (error) {
      // It broke a rule: nobody is begun anew who does.
      this.#isBroken = true;
      this.#process?.kill("it broke a rule");
      vertex.fail(error instanceof Error ? error.message : show(error));
    }
  }

  lost(why: string, tookTooLong: boolean): void {
    const wasLoaded = this.#process?.hasLoaded ?? false;
    this.#process = null;
    if (this.#isBroken || this.#vertices.size === 0) return;
    const refusal = tookTooLong ? why : this.#refusal(why, wasLoaded);
    if (refusal !== null) {
      this.#isBroken = true;
      for (const vertex of this.#vertices.values()) vertex.fail(refusal);
      return;
    }
    const { backoffMs } = this.#limits;
    const wait = Math.min(backoffMs * 4 ** Math.min(this.#restarts.length, 10), WINDOW_MS / 2);
    this.#restarts.push(this.#timing.now());
    this.#waiting = this.#timing.after(wait, () => this.#again());
  }

  #again(): void {
    this.#waiting = null;
    this.#process = this.#processes.take(this);
    for (const vertex of this.#vertices.values()) vertex.repeat();
  }

  /** Why it is not begun anew, `null` when it is. */
  #refusal(why: string, wasLoaded: boolean): string | null {
    if (!wasLoaded) return why;
    const { restarts } = this.#limits;
    const now = this.#timing.now();
    this.#restarts = this.#restarts.filter((at) => now - at < WINDOW_MS);
    if (this.#restarts.length >= restarts) {
      return restarts === 0
        ? `its process is gone: ${why}`
        : `its process is gone for the ${restarts + 1}th time within a minute: ${why}`;
    }
    const lost = [...this.#vertices.values()].some((vertex) => !vertex.canRepeat);
    return lost
      ? `its process is gone, and with it what it kept, of which it makes no snapshots: ${why}`
      : null;
  }

  /** Once nothing is left in it, the process may serve another dataflow. */
  #settle(): void {
    if (this.#vertices.size > 0 || this.#closing.size > 0 || this.#process === null) return;
    const process = this.#process;
    this.#process = null;
    this.#processes.giveBack(process);
  }
}
