/**
 * How far a run is, on standard error: a line that is drawn anew for a person, JSON lines for a program.
 *
 * @module
 */
import { formatBytes } from "../dataflow/insight/format_bytes.ts";
import { formatTime, type Time } from "../progress/time.ts";
import type { SpecProgress, SpecRun } from "../specs/run.ts";
import { rateOf } from "./summary.ts";
import { type Style, styleFor } from "./style.ts";
import type { World } from "./world.ts";

/** `auto` draws for people and is silent otherwise. */
export type ProgressMode = "auto" | "json" | "none";

/** How often it is drawn, in milliseconds: often enough to look alive, seldom enough to cost nothing. */
const EVERY_MS = 200;
/** How long an output may stay at one time, while records come in, before that is worth a warning. */
const HELD_MS = 5_000;

interface Stream {
  readonly write: (text: string) => void;
}

/** Draws until it is ended, and leaves nothing behind. */
export class ProgressDisplay {
  readonly #run: SpecRun;
  readonly #stream: Stream;
  readonly #world: World;
  readonly #mode: ProgressMode;
  readonly #off: () => void;
  readonly #style: Style;
  readonly #started: number;
  #isDrawn = false;
  // When the outputs' frontiers were last seen to move, and where they were.
  #movedAt: number;
  #frontiers = "";
  #last = { at: 0, records: 0 };

  /** Begins to draw after the first while: a short run draws nothing. */
  constructor(run: SpecRun, stream: Stream, world: World, mode: ProgressMode) {
    this.#run = run;
    this.#stream = stream;
    this.#world = world;
    this.#mode = mode;
    this.#style = styleFor(world.hasColours);
    this.#started = this.#movedAt = world.now();
    const draws = mode === "json" || (mode === "auto" && world.isWatched);
    this.#off = draws ? world.every(EVERY_MS, () => this.#draw()) : () => {};
  }

  /** A line of text that stays. */
  say(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Draws no more. */
  end(): void {
    this.#off();
    if (this.#mode === "json") this.#draw();
    this.clear();
  }

  #draw(): void {
    const progress = this.#run.progress;
    if (this.#mode === "json") {
      const elapsed = Math.round(this.#world.now() - this.#started);
      return this.#stream.write(`${JSON.stringify({ elapsed_ms: elapsed, ...progress })}\n`);
    }
    this.clear();
    const text = fitted(this.#line(progress), this.#world.columns - 1);
    this.#stream.write(this.#isHeld(progress) ? this.#style(text, "yellow") : text);
    this.#isDrawn = true;
  }

  /** Takes the line away until it is drawn again. */
  clear(): void {
    if (this.#isDrawn) this.#stream.write("\r\x1b[2K");
    this.#isDrawn = false;
  }

  #line(progress: SpecProgress): string {
    const { inputs, outputs } = progress;
    const now = this.#world.now();
    const records = inputs.reduce((sum, input) => sum + input.records, 0);
    const seconds = Math.max(1, now - this.#last.at) / 1000;
    const rate = rateOf(records - this.#last.records, seconds);
    this.#last = { at: now, records };
    const parts = inputs.map(({ name, records: count, time, size, bytes, isOver }) => {
      const share = isOver
        ? "done"
        : size === undefined || size === 0
        ? formatBytes(bytes)
        : `${Math.floor(100 * Math.min(1, bytes / size))}%`;
      return `${name} ${count} ${share}${time === undefined ? "" : ` @${shown(time)}`}`;
    });
    parts.push(`${rate}/s`);
    for (const { name, records: count, frontier } of outputs) {
      parts.push(`→ ${name} ${count}${at(frontier)}`);
    }
    if (this.#isHeld(progress)) parts.unshift("HELD BACK (Ctrl-\\ says why)");
    return parts.join("  ");
  }

  /** Whether records come in and no output has come further for long. */
  #isHeld({ inputs, outputs }: SpecProgress): boolean {
    const frontiers = JSON.stringify(outputs.map(({ frontier }) => frontier));
    const now = this.#world.now();
    if (frontiers !== this.#frontiers) [this.#frontiers, this.#movedAt] = [frontiers, now];
    const isMoving = inputs.some(({ time, isOver }) => !isOver && time !== undefined && time !== 0);
    return isMoving && now - this.#movedAt > HELD_MS;
  }
}

/** A date's milliseconds as the time of day: nobody reads thirteen digits. */
function shown(time: Time): string {
  return typeof time === "number" && time > 1e11
    ? new Date(time).toISOString().slice(11, 19)
    : formatTime(time);
}

function at(frontier: readonly Time[]): string {
  return frontier.length === 0 ? " done" : ` @${frontier.map(shown).join(" ")}`;
}

function fitted(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
