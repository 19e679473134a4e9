/** The command line as a process, with its pipes held open and its files in a folder of the test's own. */

const FLAGS = [
  "run",
  "--quiet",
  "--no-prompt",
  "--allow-read",
  "--allow-write=.test",
  "--allow-env=LOG_TOKENS,LOG_STREAM",
  "cli.ts",
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How a process ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `meander` on a text as standard input, to its end. */
export async function meander(args: readonly string[], stdin = ""): Promise<Ended> {
  const process = new Process(args);
  await process.send(stdin);
  await process.closeInput();
  return await process.ended();
}

/** One that runs. */
export class Process {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  readonly #errors: ReadableStreamDefaultReader<Uint8Array>;
  #stdout = "";
  #stderr = "";

  /** Starts it. */
  constructor(args: readonly string[]) {
    this.#child = new Deno.Command("deno", {
      args: [...FLAGS, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.getReader();
    this.#errors = this.#child.stderr.getReader();
  }

  /** Writes to its standard input. */
  async send(text: string): Promise<void> {
    await this.#input.write(encoder.encode(text));
  }

  /** Writes for as long as it reads; what it does not read any more is no fault. */
  async sendUntilClosed(text: string): Promise<void> {
    const bytes = encoder.encode(text);
    try {
      for (;;) await this.#input.write(bytes);
    } catch {
      // The pipe is closed.
    }
  }

  /** Ends its standard input. */
  async closeInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Reads standard output until the text has come. */
  async untilOutput(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) this.#stdout += await next(this.#output, text, this);
  }

  /** Reads standard error until the text has come. */
  async untilError(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) this.#stderr += await next(this.#errors, text, this);
  }

  /** Does not read its standard output any more, as `head` does. */
  async closeOutput(): Promise<void> {
    await this.#output.cancel();
  }

  /** Waits for its end after its output was closed. */
  async endedAfterClose(): Promise<Omit<Ended, "stdout">> {
    let stderr = "";
    for (;;) {
      const { done, value } = await this.#errors.read();
      if (done) break;
      stderr += decoder.decode(value);
    }
    const { code } = await this.#child.status;
    return { code, stderr };
  }

  /** Sends it a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Reads what is left, and waits for its end. */
  async ended(): Promise<Ended> {
    const rest = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += decoder.decode(value);
      }
    };
    const [stdout, stderr] = await Promise.all([rest(this.#output), rest(this.#errors)]);
    const { code } = await this.#child.status;
    await this.closeInput();
    return { code, stdout: this.#stdout + stdout, stderr: this.#stderr + stderr };
  }

  /** What it has said so far, for messages. */
  get said(): string {
    return `${this.#stdout}\n${this.#stderr}`;
  }
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: string,
  { said }: Process,
): Promise<string> {
  const { done, value } = await reader.read();
  if (done) throw new Error(`It ended without saying ${JSON.stringify(wanted)}: ${said}`);
  return decoder.decode(value);
}

/** A folder for one test, gone afterwards. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await Deno.mkdir(".test", { recursive: true });
  const folder = await Deno.makeTempDir({ dir: ".test" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
