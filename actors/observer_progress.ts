/**
 * What one worker's part of the progress of an observed dataflow says of itself.
 *
 * @module
 */
import type { Frontiers } from "../progress/frontiers.ts";
import { maskOf } from "./events.ts";
import type { DataflowObserver } from "./observer_vertex.ts";

const PROGRESS = maskOf(["progress"]);

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

  /** `ports` has those that somebody asks about, by slot. */
  constructor(dataflow: DataflowObserver, ports: ReadonlyMap<number, WatchedPort>) {
    this.#dataflow = dataflow;
    this.#ports = ports;
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
