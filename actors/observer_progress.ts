/**
 * What one worker's part of the progress of an observed dataflow says of itself.
 *
 * @module
 */
import type { Frontiers } from "../progress/frontiers.ts";
import { maskOf } from "./events.ts";
import type { MemoryAccount, VertexMemory } from "./memory_account.ts";
import { Figures } from "./memory_figures.ts";
import type { DataflowObserver } from "./observer_vertex.ts";

const PROGRESS = maskOf(["progress"]);
const MEMORY = maskOf(["memory"]);

/** The port whose frontier a slot of the tracker has. */
export interface WatchedPort {
  readonly vertex: number;
  readonly path: string;
  readonly port: string;
  readonly side: "input" | "output";
}

/** See the module. */
export class ProgressObserver {
  readonly #dataflow: DataflowObserver;
  readonly #ports: ReadonlyMap<number, WatchedPort>;
  readonly #paths: readonly string[];
  // What was last said of the memory of each vertex.
  readonly #said = new Map<VertexMemory, Figures>();

  /** `ports` has those that somebody asks about, by slot; `paths` those of the vertices, by number. */
  constructor(
    dataflow: DataflowObserver,
    ports: ReadonlyMap<number, WatchedPort>,
    paths: readonly string[],
  ) {
    this.#dataflow = dataflow;
    this.#ports = ports;
    this.#paths = paths;
  }

  /** Somebody looked where the memory is. */
  looked(account: MemoryAccount): void {
    if (!this.#dataflow.wants(MEMORY)) return;
    const at = this.#dataflow.observer.now();
    for (const memory of account.vertices()) this.#tell(memory, at);
  }

  #tell(memory: VertexMemory, at: number): void {
    const { now, vertex, actor } = memory;
    let said = this.#said.get(memory);
    if (said === undefined) this.#said.set(memory, said = new Figures());
    if (said.equals(now)) return;
    said.assign(now);
    const { observer, name, run } = this.#dataflow;
    observer.add({
      kind: "memory",
      dataflow: name,
      run,
      worker: observer.worker,
      at,
      vertex,
      path: this.#paths[vertex],
      ...now.copy(),
      isSuspended: actor.isSuspended,
      isHeldBack: actor.isHeld,
    });
  }

  /** So many changes went to the tracker. */
  changes(action: "applied" | "reported", changes: number): void {
    if (changes === 0 || !this.#dataflow.wants(PROGRESS)) return;
    const { observer, name, run } = this.#dataflow;
    const { worker } = observer;
    const at = observer.now();
    observer.add({ kind: "progress", action, dataflow: name, run, worker, at, changes });
  }

  /** The frontier at a slot moved. */
  moved(slot: number, frontiers: Frontiers): void {
    const port = this.#ports.get(slot);
    if (port === undefined || !this.#dataflow.wants(PROGRESS)) return;
    const { observer, name, run } = this.#dataflow;
    observer.add({
      kind: "progress",
      action: "frontier",
      dataflow: name,
      run,
      worker: observer.worker,
      at: observer.now(),
      ...port,
      frontier: frontiers.frontier(slot),
    });
  }
}
