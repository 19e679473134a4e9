/**
 * A log in a file.
 *
 * @module
 */
import type { EventReader, EventSink, LogEvent, Replayable } from "../event.ts";
import { LogReader } from "./log_reader.ts";
import { LogWriter, openFile } from "./log_writer.ts";

/** How a file is written and read. */
export interface FileLogOptions {
  /** For writing: whether a file that is there is begun anew; an error when left out. */
  readonly overwrite?: boolean | undefined;
  /** For reading: whether to wait at the end of the file for what is written there, until the log is complete. */
  readonly follow?: boolean | undefined;
}

/**
 * A log in a file, of one JSON text a line. Give it to a capture to write it, to a replay or `extract` to read it;
 * the file is opened then, and not before. With several workers a capture takes one for each:
 * `captureInto((worker) => new FileLog(`part-${worker}.log`))`, and a replay all of them.
 *
 * It holds one line at a time, and needs the rights to write or to read the file. Records may be all that
 * JSON can say, `undefined`, every number, bigints, dates, maps, sets and `Uint8Array`s, and plain lists and
 * objects of these; others are refused. Rows come back where columns went in.
 *
 * @example
 * ```ts ignore
 * words.captureInto(new FileLog("words.log"));
 * // Later, in another program:
 * const words = root.replay<string>(new FileLog("words.log"));
 * ```
 */
export class FileLog<T = unknown> implements EventSink<T>, Replayable<T> {
  /** Its path. */
  readonly name: string;
  readonly isEverywhere = true;
  readonly #options: FileLogOptions;
  #writer: LogWriter | null = null;

  /** Nothing is opened yet. */
  constructor(path: string, options: FileLogOptions = {}) {
    this.name = path;
    this.#options = options;
  }

  /**
   * Appends an event; the first one makes the file.
   *
   * @throws {MeanderError} `MEANDER_WRITE` when the file cannot be written, `MEANDER_LOG` for an event that
   * breaks a law of logs, `MEANDER_LOG_RECORD` for a record that cannot be written without loss.
   */
  push(event: LogEvent<T>): void {
    const { overwrite = false } = this.#options;
    this.#writer ??= new LogWriter(this.name, openFile(this.name, overwrite));
    this.#writer.push(event);
  }

  /** Closes the file. A complete log is on the disk then. */
  end(): void {
    this.#writer?.end();
  }

  /** Begins to read it. What the file has is taken to be of the type that was captured. */
  open(): EventReader<T> {
    return new LogReader(this.name, this.#options.follow === true) as EventReader<T>;
  }
}
