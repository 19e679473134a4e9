import { describe, expect, it } from "vitest";
import { inFolder, meander, Process } from "./process.ts";

/** Every record is an epoch of its own, and goes out as it came. */
const PASSING = `meander: 1
name: passing
inputs:
  numbers: { format: ndjson, schema: { n: integer }, epochs: { every: 1 } }
nodes:
  checked: { use: core/map, from: numbers, with: { f: "{'n': record.n * 2}" } }
outputs:
  numbers: { from: checked, format: ndjson }
`;

/** Of each record come a hundred, so that no pipe takes what comes of a little input. */
const MULTIPLYING = PASSING.replace("core/map", "core/flatMap")
  .replace("{'n': record.n * 2}", `[${new Array(100).fill("{'n': record.n * 2}").join(", ")}]`);

async function withSpec(text: string, test: (spec: string, folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const spec = `${folder}/spec.yaml`;
    await Deno.writeTextFile(spec, text);
    await test(spec, folder);
  });
}

describe("meander run", () => {
  it("counts words of a pipe, and prints nothing else", async () => {
    const ended = await meander(
      ["run", "examples/wordcount.yaml", "--input", "lines=-"],
      "a b a\nb a\n",
    );
    expect(ended).toEqual({ code: 0, stdout: "a 3\nb 2\n", stderr: "" });
  });

  it("gives the same on two workers", async () => {
    const ended = await meander(
      ["run", "examples/airports.yaml", "--workers", "2", "--set", "from=ANC"],
    );
    const alone = await meander(["run", "examples/airports.yaml", "--set", "from=ANC"]);
    expect(ended.stdout.split("\n").sort()).toEqual(alone.stdout.split("\n").sort());
    expect([ended.code, alone.code, ended.stderr]).toEqual([0, 0, ""]);
  });

  it("ends quietly when nobody reads any more", () =>
    withSpec(PASSING, async (spec) => {
      const process = new Process(["run", spec, "--input", "numbers=-"]);
      const sending = process.sendUntilClosed('{"n":1}\n'.repeat(5000));
      await process.untilOutput('{"n":2}\n');
      await process.closeOutput();
      const child = process.endedAfterClose();
      await sending;
      expect(await child).toEqual({ code: 0, stderr: "" });
    }));

  it("holds the source back while nobody reads, and ends at once when interrupted twice", () =>
    withSpec(MULTIPLYING, async (spec) => {
      const process = new Process(["run", spec, "--input", "numbers=-"]);
      let sent = 0;
      const line = '{"n":1}\n'.repeat(8192);
      const sending = (async () => {
        for (; sent < 400; sent++) await process.send(line);
      })().catch(() => {});
      await process.untilOutput('{"n":2}\n');
      process.signal("SIGINT");
      await process.untilError("interrupt again");
      process.signal("SIGINT");
      await process.untilError("Leaving the rest");
      const { code } = await process.ended();
      await sending;
      // 400 such texts are 26 MB; pipes and queues between hold far less.
      expect([code, sent < 400]).toEqual([130, true]);
    }));
});

describe("interrupting", () => {
  it("drains: what was read is answered, and the code says so", () =>
    withSpec(PASSING, async (spec) => {
      const process = new Process(["run", spec, "--input", "numbers=-"]);
      await process.send('{"n":1}\n{"n":2}\n{"n":');
      await process.untilOutput('{"n":4}\n');
      process.signal("SIGINT");
      const { code, stdout, stderr } = await process.ended();
      expect([code, stdout]).toEqual([8, '{"n":2}\n{"n":4}\n']);
      expect(stderr).toBe("Stopping: what was read is worked on; interrupt again to leave it\n");
    }));

  it("says why outputs are held back, and goes on", () =>
    withSpec(PASSING.replace("every: 1 ", "every: 2 "), async (spec) => {
      const process = new Process(["run", spec, "--input", "numbers=-"]);
      await process.send('{"n":1}\n{"n":2}\n{"n":3}\n');
      await process.untilOutput('{"n":6}\n');
      process.signal("SIGQUIT");
      await process.untilError(
        'numbers is held at 1: input "numbers" is open at 1, close it or advance it ' +
          "(numbers → checked → output numbers)\n",
      );
      await process.closeInput();
      expect((await process.ended()).code).toBe(0);
    }));
});

describe("a failure", () => {
  it("ends the run although more input could come, and says which record it was", () =>
    withSpec(PASSING.replace("record.n * 2", "10 / record.n"), async (spec) => {
      const process = new Process(["run", spec, "--input", "numbers=-"]);
      await process.send('{"n":5}\n{"n":0}\n');
      const { code, stdout, stderr } = await process.ended();
      expect([code, stdout]).toEqual([1, '{"n":2}\n']);
      expect(stderr).toBe(
        `MEANDER_EXPRESSION  Cannot evaluate "{'n': 10 / record.n}": division by zero, in "checked" ` +
          `(written at ${spec}:6:3) at time 1 on record {"n":0}. ` +
          "Filter such records out before\n",
      );
    }));

  it("of an input says where, and no file looks whole", () =>
    withSpec(PASSING, async (spec, folder) => {
      const out = `${folder}/out.ndjson`;
      const args = ["run", spec, "--input", "numbers=-", "--output", `numbers=${out}`];
      const { code, stderr } = await meander(args, '{"n":5}\n{"n":"x"}\n');
      expect([code, await Deno.stat(out).catch(() => "no file")]).toEqual([4, "no file"]);
      expect(stderr).toBe(
        'MEANDER_INPUT  Cannot read standard input:2:6: n is "x", not an integer. ' +
          "Correct the record, or declare another type in the schema\n" +
          `output numbers: what was written so far is in ${out}.partial\n`,
      );
    }));
});

describe("what would destroy its own input", () => {
  it("is refused before anything is read", () =>
    withSpec(PASSING, async (spec, folder) => {
      const file = `${folder}/numbers.ndjson`;
      await Deno.writeTextFile(file, '{"n":1}\n');
      const wiring = [
        "--input",
        `numbers=${file}`,
        "--output",
        `numbers=${folder}/../${folder.slice(6)}/numbers.ndjson`,
      ];
      const { code } = await meander(["run", spec, ...wiring]);
      expect([code, await Deno.readTextFile(file)]).toEqual([2, '{"n":1}\n']);
    }));
});
