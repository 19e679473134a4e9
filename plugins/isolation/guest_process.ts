/**
 * One process with the code of one plugin version, as the engine sees it.
 *
 * @module
 */
import { setImmediate } from "node:timers";
import { launch } from "../launcher.ts";
import { reasonOf } from "../../operators/contract/fault.ts";
import type { Permissions } from "../manifest/manifest.ts";
import { BOOT_URL, bootBytes } from "./boot.ts";
import type { AllLimits, Timing } from "./limits.ts";
import {
  CLOSED,
  encodeMessage,
  FAULT,
  LOAD,
  LOADED,
  type Message,
  MessageReader,
  PING,
  PONG,
  READY,
  SNAPSHOT_TAKEN,
  TURN,
} from "./messages.ts";
import { confine, type Platform, through } from "./sandbox.ts";

/** What a process is started with. */
export interface ProcessOptions {
  /** `name@version`, for messages. */
  readonly plugin: string;
  /** The plugin's module. Its hash was checked. */
  readonly code: Uint8Array<ArrayBuffer>;
  /** What its owner lets it do. */
  readonly granted: Permissions;
  /** What is needed to start it; asked for once, by the first. */
  readonly ground: () => Promise<Ground>;
  readonly limits: AllLimits;
  readonly timing: Timing;
  /** Whether it is to say what is in the plugin. */
  readonly describe?: boolean;
  /** Lines that it wrote to standard error. */
  readonly heard: (line: string) => void;
  /** It has answered everything, or is gone. */
  readonly quiet: () => void;
}

/** What every process stands on. */
export interface Ground {
  /** The program that it runs, as a script. */
  readonly program: Uint8Array;
  readonly platform: Platform;
}

/** Who is told. */
export interface ProcessOwner {
  /** A message for a vertex; its bytes last until this returns. A throw ends the process. */
  message(message: Message): void;
  /** It is gone: nothing more will come. What took too long would take too long again. */
  lost(why: string, tookTooLong: boolean): void;
}

/** Lines of standard error that are passed on. */
const MOST_LINES = 200;
/** Bytes of standard error that are kept for saying why it ended. */
const KEPT_ERRORS = 4096;
/** How often the time limit is looked at, as a part of it. */
const LOOKS = 20;

/** See the module. */
export class GuestProcess {
  /** Resolves with what is in the plugin when it was loaded. */
  readonly loaded: Promise<unknown>;
  /** Resolves when nothing is left of it. */
  readonly over: Promise<void>;
  owner: ProcessOwner;
  readonly #options: ProcessOptions;
  #child: Deno.ChildProcess | null = null;
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null;
  readonly #settle: PromiseWithResolvers<unknown> = Promise.withResolvers();
  #state: "begins" | "ready" | "loaded" | "lost" = "begins";
  #pending: Uint8Array[] = [];
  #isWriting = false;
  #isPlanned = false;
  /** What has to answer, and since when nothing was heard. */
  readonly #due = new Set<number>();
  #since: number;
  #unwatch: (() => void) | null = null;
  #killed: string | null = null;
  #hasLoaded = false;
  /** Whether something may come of it that nobody asked for. */
  #speaksByItself = true;
  #isAwaited = true;
  #tookTooLong = false;
  #errors = "";
  #lines = 0;

  /** Starts it. */
  constructor(options: ProcessOptions, owner: ProcessOwner) {
    this.#options = options;
    this.owner = owner;
    this.#since = options.timing.now();
    this.loaded = this.#settle.promise;
    this.loaded.catch(() => {});
    this.over = this.#run();
    this.#due.add(START);
    this.#watch();
  }

  /** `name@version` of the plugin in it. */
  get plugin(): string {
    return this.#options.plugin;
  }

  /** The process's number, for status. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Whether it has ended, or is about to. */
  get isLost(): boolean {
    return this.#state === "lost" || this.#killed !== null;
  }

  /** Whether it has to answer something. */
  get isBusy(): boolean {
    return !this.isLost && this.#due.size > 0;
  }

  /** Whether the plugin's code was loaded in it. */
  get hasLoaded(): boolean {
    return this.#hasLoaded;
  }

  /** Sends a message when it can take one; in the order of calls. */
  send(message: Uint8Array): void {
    this.#pending.push(message);
    if (this.#state !== "loaded" || this.#isWriting || this.#isPlanned) return;
    // What else the engine does in this turn of the event loop goes with it.
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#write();
    });
  }

  /** Whether a vertex has to answer. While any has, time counts. */
  setDue(vertex: number, isDue: boolean): void {
    if (isDue === this.#due.has(vertex)) return;
    if (this.#due.size === 0 || vertex < 0) this.#since = this.#options.timing.now();
    if (isDue) this.#due.add(vertex);
    else this.#due.delete(vertex);
    // When nothing is due any more is looked at now and then: these are two calls for each batch.
    if (isDue) this.#keepAlive(true);
    if (this.#due.size === 0) this.#options.quiet();
  }

  /** By itself a process in which nothing happens keeps nothing from ending, or from being found to stall. */
  #keepAlive(isAwaited: boolean): void {
    if (isAwaited === this.#isAwaited) return;
    this.#isAwaited = isAwaited;
    if (isAwaited) this.#child?.ref();
    else this.#child?.unref();
  }

  /** Ends it at once. */
  kill(why: string): void {
    if (this.#state === "lost") return;
    this.#keepAlive(true);
    this.#killed ??= why;
    try {
      this.#child?.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  async #run(): Promise<void> {
    let ended = "it never began";
    try {
      const ground = await this.#options.ground();
      if (this.#killed === null) ended = await this.#runOn(ground);
    } catch (error) {
      ended = reasonOf(error);
    }
    this.#unwatch?.();
    this.#state = "lost";
    const why = this.#killed ?? ended;
    this.#settle.reject(new Error(why));
    this.owner.lost(why, this.#tookTooLong);
    this.#options.quiet();
  }

  /** From its start to its end; says why it ended. */
  async #runOn(ground: Ground): Promise<string> {
    const child = launch(launchOf(this.#options, ground));
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#since = this.#options.timing.now();
    this.#writer.write(bootBytes(ground.program)).catch(() => {});
    const errors = this.#readErrors(child.stderr);
    try {
      await this.#readMessages(child.stdout, ground);
    } catch (error) {
      this.kill(reasonOf(error));
    }
    const { code, signal } = await child.status;
    await errors;
    this.#writer.abort().catch(() => {});
    return this.#reason(code, signal);
  }

  async #readMessages(stdout: ReadableStream<Uint8Array>, ground: Ground): Promise<void> {
    const reader = stdout.getReader({ mode: "byob" });
    try {
      await this.#readFrom(reader, ground);
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  async #readFrom(reader: ReadableStreamBYOBReader, ground: Ground): Promise<void> {
    const messages = new MessageReader();
    let room = new Uint8Array(128 * 1024);
    for (;;) {
      const { value, done } = await reader.read(room);
      if (done || value === undefined) return;
      messages.push(value);
      room = new Uint8Array(value.buffer);
      for (let next = messages.next(); next !== null; next = messages.next()) {
        this.#take(next, ground);
      }
    }
  }

  #take(message: Message, ground: Ground): void {
    if (this.#killed !== null) return;
    switch (this.#state) {
      case "begins":
        if (message.kind !== READY) throw new Error("it did not say that it is ready");
        this.#state = "ready";
        this.#load(ground).catch((error) => this.kill(`it cannot be limited: ${error.message}`));
        return;
      case "ready":
        if (message.kind === FAULT) throw new Error(textOf(message.meta));
        if (message.kind !== LOADED) {
          throw new Error("it did not say that it has loaded the plugin");
        }
        this.#state = "loaded";
        this.#hasLoaded = true;
        this.#speaksByItself = (message.meta as { hasLoop?: unknown } | null)?.hasLoop !== false;
        this.setDue(START, false);
        this.#settle.resolve((message.meta as { described?: unknown } | null)?.described);
        this.#write();
        return;
      default:
        if (message.kind === PONG) return this.setDue(HEART, false);
        this.owner.message(message);
        // Bytes alone, and what nobody waits for, are no answer: a loop could write them for ever.
        if (ANSWERS.includes(message.kind)) this.#since = this.#options.timing.now();
    }
  }

  /** No line of the plugin's code is read before the process has its limits. */
  async #load({ platform }: Ground): Promise<void> {
    const { limits, plugin, describe = false, code } = this.#options;
    if (platform.prlimit) await confine(this.pid, limits.memoryMb * 1024 * 1024);
    await this.#writer!.write(encodeMessage(LOAD, 0, { of: plugin, describe }, [code]));
  }

  /** All that waits in one piece; while it is written, more comes together. */
  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      while (this.#pending.length > 0) {
        const all = joined(this.#pending);
        this.#pending = [];
        await this.#writer!.write(all);
      }
    } catch {
      // It has ended, which is noticed elsewhere.
    }
    this.#isWriting = false;
  }

  async #readErrors(stderr: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of stderr) {
      const isTooMuch = this.#lines > MOST_LINES;
      const text = decoder.decode(isTooMuch ? chunk.subarray(-KEPT_ERRORS) : chunk, {
        stream: true,
      });
      this.#errors = (this.#errors + text).slice(-KEPT_ERRORS);
      if (isTooMuch) continue;
      const lines = (rest + text).split("\n");
      rest = lines.pop()!.slice(-KEPT_ERRORS);
      for (const line of lines) this.#hear(line);
    }
  }

  #hear(line: string): void {
    this.#lines++;
    if (line === "" || this.#lines > MOST_LINES + 1 || this.#state !== "loaded") return;
    const isLast = this.#lines > MOST_LINES;
    this.#options.heard(isLast ? "(what else it says is left out)" : line.slice(0, 500));
  }

  /** Kills it when what has to answer does not, and asks whether it is there when nobody else does. */
  #watch(): void {
    const { timing, limits } = this.#options;
    const every = Math.min(limits.callbackMs, limits.heartbeatMs) / LOOKS;
    this.#unwatch = timing.aside(every, () => {
      if (this.#state === "lost") return;
      this.#watch();
      this.#keepAlive(this.#due.size > 0 || this.#speaksByItself);
      const passed = timing.now() - this.#since;
      if (this.#due.size === 0) {
        if (passed < limits.heartbeatMs || this.#state !== "loaded") return;
        this.send(encodeMessage(PING, 0, null));
        this.setDue(HEART, true);
        return;
      }
      const most = this.#due.has(START) ? limits.startMs : limits.callbackMs;
      if (passed < most) return;
      this.#tookTooLong = true;
      this.kill(
        this.#due.has(START)
          ? `it did not begin within ${most} ms`
          : `a callback took longer than ${most} ms`,
      );
    });
  }

  #reason(code: number, signal: string | null): string {
    const { memoryMb } = this.#options.limits;
    if (/out of memory|heap limit|Allocation failed/i.test(this.#errors)) {
      return `it took more memory than its ${memoryMb} MiB`;
    }
    const last = this.#errors.split("\n").map((line) => line.trim()).find((line) => line !== "");
    const what = signal === null ? `code ${code}` : signal;
    return `it ended with ${what}${last === undefined ? "" : `: ${last.slice(0, 200)}`}`;
  }
}

/** The process itself, among the vertices that have to answer. */
const START = -1;
const HEART = -2;
/** What shows that a callback came to an end: each is refused when nobody asked for it. */
const ANSWERS: readonly number[] = [TURN, SNAPSHOT_TAKEN, CLOSED];

function launchOf({ granted, limits }: ProcessOptions, { platform }: Ground) {
  const grants = flagsOf(granted);
  return {
    through: through(platform, granted),
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-remote", "--no-npm", "--cached-only"],
      ...["--no-config", "--no-lock", "--no-code-cache"],
      `--v8-flags=--max-old-space-size=${limits.memoryMb},--max-semi-space-size=1`,
      ...grants,
      BOOT_URL,
    ],
    // There is no such folder, and none can be made: nothing is ever kept on a disk.
    env: { DENO_DIR: "/dev/null/none", DENO_NO_UPDATE_CHECK: "1" },
  };
}

function flagsOf(granted: Permissions): string[] {
  return (["net", "read", "write", "env"] as const).flatMap((name) => {
    const list = granted[name] ?? [];
    return list.length === 0 ? [] : [`--allow-${name}=${list.join(",")}`];
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function textOf(meta: unknown): string {
  const { text } = (meta ?? {}) as { text?: unknown };
  return typeof text === "string" ? text.slice(0, 4000) : "it failed";
}
