/**
 * A thread of an engine's, as it sees itself: what it was started with, and how it speaks to the first
 * worker's thread.
 *
 * @module
 */
import process from "node:process";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Clock } from "../clock.ts";
import { END, type ThreadMessage, type ThreadStart } from "./threads.ts";

/** As much of Web Locks as is used here; the platform's own types leave them out. */
interface LockManager {
  request(
    name: string,
    options: { readonly mode: "shared" },
    held: () => Promise<void>,
  ): Promise<void>;
}

/** What this thread was started with, or `null` when it is none of Meander's. */
export function threadStart(): ThreadStart | null {
  if (isMainThread) return null;
  const start = workerData as Partial<ThreadStart> | null;
  return start?.meander === true ? start as ThreadStart : null;
}

/** Says something to the first worker's thread. */
export function say(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

/**
 * Calls back with what the first worker's thread posts, in a later turn of the clock: running out of memory
 * within the callback of a message would not be noticed by anybody.
 */
export function onMessage(clock: Clock, heard: (message: unknown) => void): void {
  parentPort!.on("message", (message: unknown) => {
    if (message === END) process.exit(0);
    clock.defer(() => heard(message));
  });
}

/**
 * From now on what nobody catches in this thread is reported, with its message, before the thread ends, and
 * `ended` is called when it does.
 */
export function reportFaults(ended: () => void): void {
  addEventListener("unload", ended);
  const report = (error: unknown) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    say({ kind: "fault", fault: { message } });
  };
  addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error);
    process.exit(1);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
    process.exit(1);
  });
}

/**
 * Holds a lock for as long as the thread lives. Without it, Deno's `terminate` leaves a thread that is in
 * the middle of a loop running for ever (runtime/ops/worker_host.rs ends what runs only when there are
 * locks to give back). It also keeps the thread alive while it sleeps.
 */
export async function holdLock(): Promise<void> {
  const { locks } = navigator as unknown as { readonly locks: LockManager };
  await new Promise<void>((held) => {
    locks.request("meander worker", { mode: "shared" }, () => {
      held();
      return new Promise<void>(() => {});
    });
  });
}
