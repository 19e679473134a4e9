import { describe, expect, it } from "vitest";
import { inFolder, meander, Process } from "./process.ts";

const SPEC = `meander: 1
name: files
inputs:
  numbers:
    format: ndjson
    file: in.ndjson
    follow: FOLLOW
    schema: { n: integer }
    epochs: { every: 1 }
    onError: { deadLetter: bad.ndjson }
nodes:
  inverse:
    use: core/map
    from: numbers
    with: { f: "{'n': 100 / record.n}" }
    onError: { deadLetter: bad.ndjson }
outputs:
  numbers: { from: inverse, format: ndjson, file: out.ndjson }
`;

async function withFiles(
  follow: boolean,
  input: string,
  test: (folder: string, spec: string) => Promise<void>,
) {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/spec.yaml`, SPEC.replace("FOLLOW", String(follow)));
    await Deno.writeTextFile(`${folder}/in.ndjson`, input);
    await test(folder, `${folder}/spec.yaml`);
  });
}

async function names(folder: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { name } of Deno.readDir(folder)) all.push(name);
  return all.sort();
}

describe("files", () => {
  it("get their names when they are whole, with what could not be worked on beside them", () =>
    withFiles(false, '{"n":5}\n{"n":0}\noops\n{"n":50}\n', async (folder, spec) => {
      const { code, stdout, stderr } = await meander(["run", spec]);
      expect([code, stdout]).toEqual([0, ""]);
      expect(stderr).toContain("input numbers: 1 record could not be read; the first: ");
      expect(await Deno.readTextFile(`${folder}/out.ndjson`)).toBe('{"n":20}\n{"n":2}\n');
      const letters = (await Deno.readTextFile(`${folder}/bad.ndjson`)).trim().split("\n")
        .map((line) => JSON.parse(line));
      expect(letters.find(({ node }) => node === "inverse").record).toEqual({ n: 0 });
      expect(letters.find(({ input }) => input === "numbers")).toMatchObject({
        line: 3,
        raw: "oops",
      });
      expect(await names(folder)).toEqual(["bad.ndjson", "in.ndjson", "out.ndjson", "spec.yaml"]);
    }));

  it("that grow are followed until an interrupt, and the result is whole", () =>
    withFiles(true, '{"n":5}\n', async (folder, spec) => {
      const process = new Process(["run", spec, "--output", "numbers=-"]);
      await process.untilOutput('{"n":20}\n');
      await Deno.writeTextFile(`${folder}/in.ndjson`, '{"n":25}\n', { append: true });
      await process.untilOutput('{"n":4}\n');
      process.signal("SIGINT");
      expect((await process.ended()).code).toBe(8);
    }));

  it("keep whole lines under another name when the process is killed", () =>
    withFiles(true, '{"n":5}\n'.repeat(20_000), async (folder, spec) => {
      await Deno.writeTextFile(`${folder}/out.ndjson`, "the last good one\n");
      const process = new Process(["run", spec]);
      const partial = `${folder}/out.ndjson.partial`;
      await grown(folder, partial);
      process.signal("SIGKILL");
      await process.ended();
      const text = await Deno.readTextFile(partial);
      expect(text).toBe('{"n":20}\n'.repeat(text.length / 9));
      expect(await Deno.readTextFile(`${folder}/out.ndjson`)).toBe("the last good one\n");
    }));

  it("that cannot be read end the run, and what was read before was written beside", () =>
    withFiles(false, "", async (folder, spec) => {
      await Deno.remove(`${folder}/in.ndjson`);
      const { code, stderr } = await meander(["run", spec]);
      expect(code).toBe(4);
      expect(stderr).toBe(
        `MEANDER_FILE  Cannot read "${folder}/in.ndjson": there is no such file\n`,
      );
      expect(await names(folder)).not.toContain("out.ndjson");
    }));
});

/** Resolves when the file is there and has something in it. */
async function grown(folder: string, path: string): Promise<void> {
  const watcher = Deno.watchFs(folder);
  try {
    for await (const _event of watcher) {
      const { size } = await Deno.stat(path).catch(() => ({ size: 0 }));
      if (size > 0) return;
    }
  } finally {
    watcher.close();
  }
}
