import { describe, expect, it } from "vitest";
import { dataflow, execute } from "../../../mod.ts";
import { directoryAt } from "../../../operators/spill/files/directory.ts";
import { inFolder, meander } from "./process.ts";

/** Two thousand texts of a thousand characters wait until the end. */
function waiting(directory: string, records = 100) {
  return dataflow("waiting", (root) => {
    const texts = root.input<string>("texts");
    const out = texts.synchronize({ per: "forever", spill: { directory, records }, name: "wait" });
    return { texts, out: out.output("out") };
  });
}

const text = (n: number) => `${n} `.padEnd(1000, "x");

async function names(folder: string): Promise<string[]> {
  const all = await Array.fromAsync(Deno.readDir(folder));
  return all.map(({ name }) => name).sort();
}

describe("spilling to files", () => {
  it("brings everything back, and has no file that a kill could leave behind", () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/meander-spill-0.tmp`, "of somebody else");
      const run = execute(waiting(folder));
      const { texts, out } = run.handles;
      for (let epoch = 0; epoch < 200; epoch++) {
        texts.advanceTo(epoch);
        await texts.send(Array.from({ length: 10 }, (_unused, i) => text(10 * epoch + i)));
      }
      const during = await names(folder);
      expect(during.slice(0, 1)).toEqual(["meander-spill-0.tmp"]);
      if (Deno.build.os !== "windows") expect(during.length).toBe(1);
      texts.close();
      const found = await out.toArray();
      expect(found).toEqual(Array.from({ length: 2000 }, (_unused, n) => text(n)));
      await run.done;
      expect(await names(folder)).toEqual(["meander-spill-0.tmp"]);
      const left = await Deno.readTextFile(`${folder}/meander-spill-0.tmp`);
      expect(left).toBe("of somebody else");
    }));

  it("reads and writes at places, and ends where the file ends", () =>
    inFolder((folder) => {
      const file = directoryAt(folder).open();
      expect(file.write(Uint8Array.of(1, 2, 3), 0)).toBe(3);
      expect(file.write(Uint8Array.of(9), 1)).toBe(1);
      const into = new Uint8Array(8);
      expect(file.read(into, 1)).toBe(2);
      expect(into.subarray(0, 2)).toEqual(Uint8Array.of(9, 3));
      expect(file.read(into, 3)).toBe(0);
      file.close();
      return Promise.resolve();
    }));

  it("says what is wrong with a directory when the dataflow begins", () =>
    inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      const refusal = (directory: string) => {
        try {
          execute(waiting(directory)).cancel();
        } catch (error) {
          return String(error);
        }
      };
      const about = (directory: string) =>
        `MEANDER_SPILL  Cannot spill records of "wait" to directory "${directory}": `;
      expect(refusal(`${folder}/none`)).toContain(
        `${about(`${folder}/none`)}there is no folder "${folder}/none". Make it first`,
      );
      expect(refusal(`${folder}/file`)).toContain(about(`${folder}/file`));
      expect(refusal("docs")).toContain(
        `${about("docs")}Deno was not given the rights to read and to write there. ` +
          "Start with --allow-read=docs --allow-write=docs",
      );
    }));

  it("is a setting of a spec", () =>
    inFolder(async (folder) => {
      const spec = `${folder}/spec.yaml`;
      const text = (directory: string) =>
        `meander: 1
name: late
inputs:
  numbers: { format: ndjson, schema: { n: integer } }
nodes:
  held:
    use: core/delay
    from: numbers
    with: { f: time + 1, spill: { directory: "${directory}", records: 2 } }
outputs:
  held: { from: held, format: ndjson }
`;
      // Beside the spec, as all files that a spec names.
      await Deno.writeTextFile(spec, text("."));
      const lines = Array.from({ length: 500 }, (_unused, n) => `{"n":${n}}\n`).join("");
      const ended = await meander(["run", spec, "--input", "numbers=-"], lines);
      expect(ended).toMatchObject({ code: 0, stdout: lines });
      await Deno.writeTextFile(spec, text("none"));
      const failed = await meander(["run", spec, "--input", "numbers=-"], lines);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain(`there is no folder "${folder}/none"`);
    }));
});
