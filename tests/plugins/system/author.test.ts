/** The commands for authors, on folders of their own, with the processes that they start. */
import { bundlerEnvironment } from "../../../cli/plugin_runtime.ts";
import { buildApplication, buildRouteMap, run } from "@stricli/core";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as sdk from "../../../plugin.ts";
import config from "../../../deno.json" with { type: "json" };
import { systemAuthorWorld } from "../../../cli/author_world.ts";
import { exitCodeOf, formatError } from "../../../cli/exit.ts";
import { authorRoutes } from "../../../cli/plugin_author.ts";
import { systemPluginWorld } from "../../../cli/plugin_world.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `meander plugin …`. */
async function meander(...args: readonly string[]): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  let chosen = 0;
  const stdout = (text: string) => void (said.stdout += text);
  const process = {
    stdout: { write: stdout },
    stderr: { write: (text: string) => void (said.stderr += text) },
    exitCode: undefined as number | string | null | undefined,
  };
  const app = buildApplication(
    buildRouteMap({ routes: authorRoutes, docs: { brief: "plugins" } }),
    {
      name: "meander",
      scanner: { caseStyle: "allow-kebab-for-camel" },
      determineExitCode: exitCodeOf,
      localization: {
        text: {
          ...(await import("@stricli/core")).text_en,
          exceptionWhileRunningCommand: (error: unknown) => formatError(error),
        },
      },
    },
  );
  const sink = {
    name: "stdout",
    write: stdout,
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
  const context = {
    process,
    world: { stdout: () => sink },
    exit: (code: number) => void (chosen = code),
    plugins: systemPluginWorld(
      { describe: () => Promise.resolve([]), sdkNames: Object.keys(sdk) } as never,
    ),
    author: systemAuthorWorld({
      version: config.version,
      imports: config.imports,
      env: bundlerEnvironment(),
    }),
  };
  await run(app, args, context as never);
  return { code: chosen || Number(process.exitCode ?? 0), ...said };
}

/** Calls back with a folder that is removed afterwards. */
async function inFolder(task: (folder: string) => Promise<void>): Promise<void> {
  mkdirSync(".test", { recursive: true });
  const folder = mkdtempSync(".test/author-");
  try {
    await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const edit = (path: string, change: (text: string) => string) =>
  writeFileSync(path, change(readFileSync(path, "utf8")));

describe("a new plugin", () => {
  it("is green at once, and is no more when its code is another", async () => {
    await inFolder(async (folder) => {
      const dir = `${folder}/peaks`;
      expect(await meander("new", "peaks", "--dir", dir)).toMatchObject({ code: 0, stderr: "" });
      const tested = await meander("test", dir, "--no-check");
      expect(tested.stdout).toContain("2 passed | 0 failed");
      expect(tested.code).toBe(0);
      const checked = await meander("check", dir);
      expect(checked.stdout + checked.stderr).toMatch(
        /^extremes: keeps the laws in \d{3} runs\nextremes: its example gives what it says\npeaks@0.1.0 is in order\n$/,
      );
      const again = await meander("new", "peaks", "--dir", dir);
      expect(again.stderr).toContain(`there is ${dir}/plugin.json, ${dir}/mod.ts`);
      // Another output, another example, and a word that needs the network.
      edit(`${dir}/mod.ts`, (code) =>
        code.replace("most: z.number()", "most: z.number().max(7)")
          .replace("[{ least: 3, most: 9, count: 3 }]", "[{ least: 3, most: 8, count: 3 }]")
          .replace("drop(1", 'if (n === "never") void fetch("https://example.com");\n drop(1'));
      const other = await meander("check", dir);
      expect(other.code).toBe(5);
      expect(other.stderr).toMatch(
        /^MEANDER_PLUGIN_CHECK {2}Cannot use plugin .*peaks as it is\. With/,
      );
      expect(other.stderr).toContain(
        "/properties/most/maximum: the manifest says nothing, the code 7",
      );
      expect(other.stderr).toContain("extremes: its example gives something else: ");
      expect(other.stderr).toMatch(
        /mod\.ts:\d+: fetch needs "net", which plugin\.json does not ask/,
      );
      expect(other.stderr).toMatch(
        /extremes: seed \d+: it sends .* does not fit at \/most: Too big/,
      );
      const written = await meander("check", dir, "--write");
      expect(written.stdout).toContain(`Wrote the operators of ${dir}/plugin.json\n`);
      expect(written.stderr).not.toContain("the manifest says");
      expect(readFileSync(`${dir}/plugin.json`, "utf8")).toContain('"maximum": 7');
    });
  });

  it("may read its folder and nothing else, in tests and in checks", async () => {
    await inFolder(async (folder) => {
      const dir = `${folder}/thief`;
      await meander("new", "thief", "--dir", dir);
      const outside = `${Deno.cwd()}/${folder}/secret.txt`;
      writeFileSync(outside, "secret");
      const tries = `
        const tried: string[] = [];
        for (const [name, task] of Object.entries({
          outside: () => Deno.readTextFileSync(${JSON.stringify(outside)}),
          write: () => Deno.writeTextFileSync("x.txt", ""),
          run: () => new Deno.Command("deno").outputSync(),
          env: () => Deno.env.get("HOME") ?? (() => { throw new Error("hidden"); })(),
          net: () => Deno.listen({ port: 0 }),
          sys: () => Deno.hostname(),
        })) {
          try { task(); tried.push(name); } catch { /* as it has to be */ }
        }
        if (tried.length > 0) throw new Error("allowed: " + tried);
        Deno.readTextFileSync("plugin.json");
      `;
      edit(`${dir}/mod.ts`, (code) => code + tries);
      expect((await meander("test", dir, "--no-check")).stdout).toContain("2 passed | 0 failed");
      const checked = await meander("check", dir);
      expect(checked.stdout).toContain("keeps the laws");
      expect(checked.stderr).toContain("Deno.Command needs what no isolated plugin is given");
      // What it says of itself is not believed, and what it writes does not reach the terminal as it is.
      edit(`${dir}/mod.ts`, () => 'console.log("\\x1b[2J{}"); Deno.exit(0);');
      const ended = await meander("check", dir);
      expect(ended.code).toBe(5);
      expect(ended.stderr).toContain("Cannot load the code of");
      expect(ended.stderr).not.toContain("\x1b");
    });
  });
});

describe("the documentation of a plugin", () => {
  it("comes from its manifest alone", async () => {
    await inFolder(async (folder) => {
      await meander("new", "peaks", "--dir", folder);
      edit(`${folder}/mod.ts`, () => "throw new Error('not for this');");
      const { code, stdout } = await meander("docs", folder);
      expect(code).toBe(0);
      expect(stdout).toContain(
        "# peaks 0.1.0\n\nThe smallest and the largest number of each time.\n",
      );
      expect(stdout).toContain(
        "| `field` | string, may be left out. Where the number is; the record",
      );
      expect(stdout).toContain("sends `out` ({least: number, most: number, count: integer})");
      expect(stdout).toContain(
        'use: peaks/extremes@^0.1.0\nwith: {"field":"celsius"}\n# reads in: [',
      );
      const refused = await meander("docs", `${folder}/nowhere`);
      expect(refused.stderr).toContain(
        "there is no such folder. `meander plugin new NAME` makes one",
      );
    });
  });

  it("is not made for a name that is none", async () => {
    const { code, stderr } = await meander("new", "My Plugin");
    expect(code).toBe(2);
    expect(stderr).toContain('Cannot name a plugin "My Plugin"');
  });
});
