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
      expect(stderr.split("\n")[0]).toBe(
        `MEANDER_FILE  Cannot read "${folder}/in.ndjson": there is no such file`,
      );
      expect(await names(folder)).not.toContain("out.ndjson");
    }));
});

describe("files that are used twice", () => {
  const LINES = "meander: 1\nname: l\ninputs: { i: { format: ndjson, onError: POLICY } }\n" +
    "outputs: { o: { from: i } }\n";
  const used: [string, (folder: string) => [string, string], string][] = [
    ["dead letters into the input", (at) => [`${at}/in.ndjson`, `${at}/o`], "in.ndjson"],
    ["dead letters into the output", (at) => [`${at}/in.ndjson`, `${at}/o`], "o"],
    ["dead letters into a part of the output", (at) => [`${at}/in.ndjson`, `${at}/o`], "o.partial"],
    ["the output into a link to the input", (at) => [`${at}/in.ndjson`, `${at}/link`], "b"],
    ["the output among the inputs", (at) => [`${at}/*.ndjson`, `${at}/in.ndjson`], "b"],
    ["the output into the spec", (at) => [`${at}/in.ndjson`, `${at}/spec.yaml`], "b"],
  ];
  it.each(used)("are refused: %s", (_what, wiring, letters) =>
    inFolder(async (folder) => {
      const spec = LINES.replace("POLICY", `{ deadLetter: ${letters} }`);
      await Deno.writeTextFile(`${folder}/spec.yaml`, spec);
      await Deno.writeTextFile(`${folder}/in.ndjson`, '{"n":1}\noops\n');
      await Deno.link(`${folder}/in.ndjson`, `${folder}/link`);
      const [input, output] = wiring(folder);
      const args = ["--input", `i=${input}`, "--output", `o=${output}`];
      const { code, stderr } = await meander(["run", `${folder}/spec.yaml`, ...args]);
      expect([code, stderr.slice(0, 10)]).toEqual([2, "Cannot use"]);
      expect(await Deno.readTextFile(`${folder}/in.ndjson`)).toBe('{"n":1}\noops\n');
      expect(await Deno.readTextFile(`${folder}/spec.yaml`)).toBe(spec);
    }));
});

describe("a module of functions", () => {
  const FUNCTIONS =
    'meander: 1\nname: f\n"func\\x74ions": FILE\ninputs: { i: { format: lines } }\n' +
    "nodes: { m: { use: core/map, from: i, with: { f: { function: up } } } }\n" +
    "outputs: { o: { from: m, format: text } }\n";

  it.each([["../evil.ts"], ["specs/../../evil.ts"], ["/etc/passwd"], ["data:text/javascript,1"]])(
    "has to lie beside the spec, however it is named: %s",
    (file) =>
      inFolder(async (folder) => {
        await Deno.mkdir(`${folder}/specs`);
        await Deno.writeTextFile(`${folder}/specs/f.yaml`, FUNCTIONS.replace("FILE", file));
        await Deno.writeTextFile(
          `${folder}/evil.ts`,
          "console.log('LOADED'); export const up = 1;",
        );
        for (const workers of ["1", "2"]) {
          const args = ["run", `${folder}/specs/f.yaml`, "--input", "i=-", "--workers", workers];
          const { code, stdout } = await meander(args, "x\n");
          expect([code, stdout]).toEqual([3, ""]);
        }
      }),
  );
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
