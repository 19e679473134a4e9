/**
 * The callbacks of a vertex that are under way in another process, and what it takes to do them again in a new
 * one: the last snapshot, and every message since.
 *
 * @module
 */
import type { Capability } from "../../operators/contract/definition.ts";
import type { Rights } from "./ledger.ts";
import { repeated } from "./messages.ts";
import { metaHash } from "./meta_hash.ts";
import type { Opened } from "./open_meta.ts";

/** A callback that was told and has not been done completely. */
export interface Call {
  /** What it may send at, by output. */
  readonly rights: Rights;
  /** Held by the engine until it is done. */
  readonly held: readonly Capability[];
  readonly bytes: number;
  readonly records: number;
}

/** A message to the process. */
interface Entry {
  readonly message: Uint8Array<ArrayBuffer>;
  /** Of what was answered, `null` as long as nothing was, `ANY` where nothing is or it may differ. */
  hash: number | null;
}

/** All messages of one callback. */
interface Group {
  /** `null` for what has no answer. */
  readonly call: Call | null;
  readonly entries: Entry[];
}

const ANY = -1;

/** Bytes that are kept before a snapshot is asked for. */
const SNAPSHOT_BYTES = 1024 * 1024;
const MOST_LOGGED = 8 * 1024 * 1024;

/** More slices of one callback than these are not kept. */
const MOST_SLICES = 10_000;

/** Of one vertex. */
export class CallLog {
  /** Bytes and records under way. */
  bytes = 0;
  records = 0;
  /** Bytes that are kept for doing it again. */
  loggedBytes = 0;
  readonly #reopen: (snapshot: Uint8Array) => Uint8Array<ArrayBuffer>;
  #groups: Group[] = [];
  /** Those that are not done. */
  #open: Group[] = [];
  /** How many of them were answered to the end. */
  #answered = 0;
  /** Whether the first that was not has to be told to go on. */
  #waits = false;
  #mode: "all" | "under way" | "nothing" = "all";
  #snapshots = false;
  /** Groups up to this one are in the snapshot that was asked for. */
  #asked: Group | null = null;
  #isAsked = false;
  #snapshotBytes = 0;
  #expected: number[] = [];

  readonly #snapshotCalls: number;

  /** Told how a vertex is opened with a snapshot, and after how many callbacks it wants one. */
  constructor(
    reopen: (snapshot: Uint8Array) => Uint8Array<ArrayBuffer>,
    snapshotCalls: number,
  ) {
    this.#reopen = reopen;
    this.#snapshotCalls = snapshotCalls;
  }

  /** Callbacks under way. */
  get calls(): number {
    return this.#open.length;
  }

  /** The first callback that is not done. */
  get first(): Call {
    return this.#open[0].call!;
  }

  /** Whether the process has to answer something now. */
  get isDue(): boolean {
    if (this.isRepeating || this.#isAsked) return true;
    return this.#answered < this.#open.length && !this.#waits;
  }

  /** Whether it can be done again. */
  get isKept(): boolean {
    return this.#mode !== "nothing";
  }

  /** What the vertex is decides what has to be kept. */
  keeps({ snapshots, transform }: Opened): void {
    this.#snapshots = snapshots;
    if (transform) this.#mode = "under way";
    else if (!snapshots) this.keepsNothing();
  }

  /** It cannot be done again: what it does comes from outside, or it has no snapshots. */
  keepsNothing(): void {
    this.#mode = "nothing";
    this.#groups = [];
    this.loggedBytes = 0;
  }

  /** A callback was told. */
  called(call: Call, message: Uint8Array<ArrayBuffer>): void {
    const group: Group = { call, entries: [{ message, hash: null }] };
    this.#open.push(group);
    this.bytes += call.bytes;
    this.records += call.records;
    this.#keep(group, message);
  }

  /** Something was told that has no answer. */
  told(message: Uint8Array<ArrayBuffer>): void {
    this.#keep({ call: null, entries: [{ message, hash: ANY }] }, message);
  }

  /** The first callback was told to go on. */
  resumed(message: Uint8Array<ArrayBuffer>): void {
    const { entries } = this.#open[0];
    // Who goes on for so long is not done again from the beginning.
    if (entries.length > MOST_SLICES) this.keepsNothing();
    if (this.#mode === "nothing") entries.length = 0;
    else this.loggedBytes += message.length;
    entries.push({ message, hash: null });
    this.#waits = false;
  }

  /**
   * A turn came.
   *
   * @throws {Error} when nobody asked for one.
   */
  answered(meta: Uint8Array, more: boolean): void {
    if (this.#answered >= this.#open.length || this.#waits) {
      throw new Error("nobody asked for a turn");
    }
    const { entries } = this.#open[this.#answered];
    entries[entries.length - 1].hash = metaHash(meta);
    if (more) this.#waits = true;
    else this.#answered++;
  }

  /** The first callback is done. */
  done(): Call {
    const group = this.#open.shift()!;
    const call = group.call!;
    this.#answered--;
    this.bytes -= call.bytes;
    this.records -= call.records;
    // The first of all says how the vertex is made.
    if (this.#mode === "under way") this.#forget((each) => each === group && each !== this.#first);
    return call;
  }

  /** Whether enough came since the last snapshot. */
  get wantsSnapshot(): boolean {
    if (!this.#snapshots || this.#mode !== "all" || this.#isAsked) return false;
    const most = Math.min(MOST_LOGGED, Math.max(SNAPSHOT_BYTES, 4 * this.#snapshotBytes));
    return this.loggedBytes > most || this.#groups.length > this.#snapshotCalls;
  }

  /** A snapshot was asked for, behind all that was told so far. */
  snapshotAsked(): void {
    this.#isAsked = true;
    this.#asked = this.#groups.at(-1) ?? null;
  }

  /** It came: what is in it need not be done again. */
  snapshotTaken(snapshot: Uint8Array): void {
    if (!this.#isAsked) throw new Error("nobody asked for a snapshot");
    const upTo = this.#groups.indexOf(this.#asked!);
    this.#groups.splice(0, upTo + 1);
    this.#isAsked = false;
    this.#snapshotBytes = snapshot.length;
    const entry = { message: this.#reopen(snapshot), hash: ANY };
    this.#groups.unshift({ call: null, entries: [entry] });
    this.#restored = this.#groups[0];
    this.loggedBytes = 0;
    for (const { entries } of this.#groups) {
      for (const { message } of entries) this.loggedBytes += message.length;
    }
  }

  /** Everything that a new process has to be told, in an order that is one of those in which it was. */
  again(): Uint8Array<ArrayBuffer>[] {
    this.#isAsked = false;
    this.#expected = [];
    return this.#groups.flatMap((group) =>
      group.entries.map(({ message, hash }) => {
        const isAnswered = hash !== null;
        if (isAnswered && (group.call !== null || group === this.#restored)) {
          this.#expected.push(hash);
        }
        return isAnswered ? repeated(message) : message;
      })
    );
  }

  /** Whether turns are still those that were taken already. */
  get isRepeating(): boolean {
    return this.#expected.length > 0;
  }

  /** Such a turn came; false when it was another one before. */
  repeated(meta: unknown): boolean {
    const expected = this.#expected.shift()!;
    return expected === ANY || expected === (meta as { x?: unknown } | null)?.x;
  }

  #restored: Group | null = null;

  get #first(): Group {
    return this.#groups[0];
  }

  #keep(group: Group, message: Uint8Array<ArrayBuffer>): void {
    if (this.#mode === "nothing") return;
    this.#groups.push(group);
    this.loggedBytes += message.length;
  }

  #forget(is: (group: Group) => boolean): void {
    const at = this.#groups.findIndex(is);
    if (at < 0) return;
    const [{ entries }] = this.#groups.splice(at, 1);
    for (const { message } of entries) this.loggedBytes -= message.length;
  }
}
