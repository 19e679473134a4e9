/**
 * The table of plugin faults, by specs: each ends as it has to, within its bounds, while another spec in the same
 * process, with the same plugin, writes the same bytes as when it is alone. And what is refused before any process
 * is started.
 */
import { describe, expect, it } from "vitest";
import { openStore } from "../../../cli/open_store.ts";
import { makeContent, parseContent, sha256Of } from "../../../plugins/store/content_file.ts";
import { diskFiles } from "../../../plugins/store/files.ts";
import { PluginStore } from "../../../plugins/store/store.ts";
import { MemoryWorld } from "../../cli/support.ts";
import { inFolder } from "../../cli/system/process.ts";
import { facts } from "../store/contents.ts";
import type { Seen } from "./specs_faults_program.ts";
import { contentOf } from "./stores.ts";

const PROGRAM = new URL("./specs_faults_program.ts", import.meta.url).pathname;
const LIMIT = 64 * 2 ** 20;
const MB = 1e6;

/** By fault, what its dataflow ends with. */
const ENDS: Readonly<Record<string, RegExp>> = {
  loop: /a callback took longer than 10000 ms$/,
  heap: /it took more memory than its 64 MiB$/,
  buffers: /it took more memory than its 64 MiB$|Array buffer allocation failed/,
  flood: /^completed$/,
  early: /Cannot send at 0 from "it" \(output "out"\): holds 1 or later/,
  lies: /what it sent is refused: it would send at 0 on output "out" and holds 1 or later$/,
  gives: /what it sent is refused: it gives up a right at 0 that it does not hold$/,
  port: /it sent to output 4, which is not there$/,
  wrong: /it sent "no integer" on output "out": .*expected number, received string$/,
  noMessage: /Cannot read a message: it claims \d+ bytes$/,
  huge: /Cannot read a message: it claims 2147483652 bytes$/,
  throws: /TypeError: three is no number/,
  throwsOddly: /a value that cannot be shown$/,
  crash: /its process is gone, .*: it ended with code 7$/,
  fatal: /its process is gone for the 4th time within a minute: it ended with code 6$/,
};

/** What the program has seen, asked for once. */
const all: Promise<ReadonlyMap<string, Seen>> = once(async () => {
  const seen = new Map<string, Seen>();
  await inFolder(async (folder) => {
    const { success, stdout, stderr } = await new Deno.Command("deno", {
      args: [
        ...[
          "run",
          "--quiet",
          "--no-prompt",
          "--no-check",
          "--allow-read",
          "--allow-write=.test",
          "--allow-env=DENO_DIR,HOME",
        ],
        ...["--ignore-env", "--allow-run=deno,prlimit,setpriv,unshare", PROGRAM, folder],
        ...Object.keys(ENDS),
      ],
    }).output();
    const decoder = new TextDecoder();
    expect(success, decoder.decode(stderr)).toBe(true);
    for (const line of decoder.decode(stdout).trim().split("\n")) {
      const each: Seen = JSON.parse(line);
      seen.set(each.fault, each);
    }
  });
  return seen;
});

describe("A spec whose plugin misbehaves", () => {
  it.each(Object.keys(ENDS))("ends as it has to, and harms no other: %s", async (fault) => {
    const seen = (await all).get(fault)!;
    expect(seen.ended).toMatch(ENDS[fault]);
    if (fault !== "flood") {
      expect(seen.ended).toMatch(/^MEANDER_PLUGIN_FAILED {2}Cannot go on with "it"/);
    }
    expect(seen.other).toBeNull();
    expect(seen.grown).toBeLessThan(50 * MB);
    // One of its own and one of the other spec's; who crashes and can be begun anew has three more.
    expect(seen.starts).toBe(fault === "fatal" ? 5 : 2);
    expect(seen.records).toBe(fault === "flood" ? 800_000 : 2);
  });

  it("is ended within half a second of its time limit", async () => {
    expect((await all).get("loop")!.isEnded).toBe(true);
  });

  it.each(["heap", "buffers"])("takes at most a tenth more than its limit: %s", async (fault) => {
    const { base, peak } = (await all).get(fault)!;
    expect(base).toBeGreaterThan(10 * MB);
    expect(peak - base).toBeGreaterThan(LIMIT / 2);
    expect(peak - base).toBeLessThan(1.1 * LIMIT);
  });
});

const SPEC = `meander: 1
name: tallies
inputs: { i: { format: ndjson, file: in.ndjson, schema: integer } }
nodes: { counts: { use: counts/tally, from: i } }
outputs: { o: { from: counts } }
`;
const LOCK = "s.yaml.lock.json";

/** A store on disk with one plugin version, and a world with a spec that was locked to it. */
async function withStore(
  task: (the: {
    readonly world: MemoryWorld;
    readonly folder: string;
    readonly store: PluginStore;
    readonly content: Uint8Array;
    readonly path: string;
    readonly meander: (...args: string[]) => ReturnType<MemoryWorld["run"]>;
  }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const store = new PluginStore(diskFiles(folder));
    const content = await contentOf("counts", "2.0.0");
    store.install(content, facts);
    const world = new MemoryWorld({ "s.yaml": SPEC, "in.ndjson": "1\n", "s/lock.json": "{}" });
    world.openStore = (_named, heard) => openStore(folder, heard);
    const meander = async (...args: string[]) => {
      const finished = await world.run([...args, "s.yaml", "--store", "s"]);
      // The first process that is started puts its program together there.
      expect([...Deno.readDirSync(folder)].map(({ name }) => name)).not.toContain("runtime");
      return finished;
    };
    expect((await meander("validate", "--update-lock")).code).toBe(0);
    expect(world.disk.get(LOCK)).toContain(sha256Of(content));
    await task({
      world,
      folder,
      store,
      content,
      path: `${folder}/content/${sha256Of(content)}.plugin`,
      meander,
    });
  });
}

describe("A plugin that is not what it was", () => {
  it("is not started when a byte of its code or of its manifest was changed", async () => {
    await withStore(async ({ content, path, meander }) => {
      const text = new TextDecoder().decode(content);
      const forged = {
        code: text.replace("counts.take(time)", "counts.peek(time)"),
        manifest: text.replace('"interest":"notifications"', '"interest":"never"'),
      };
      for (const [what, bytes] of Object.entries(forged)) {
        expect(bytes, what).not.toBe(text);
        Deno.writeTextFileSync(path, bytes);
        const { code, stdout, stderr } = await meander("run");
        expect([code, stdout]).toEqual([5, ""]);
        expect(stderr).toMatch(/Store: .*the bytes of [0-9a-f]{64} were changed: their hash is/);
      }
    });
  });

  it("is not started when it was changed after it was looked at", async () => {
    await withStore(async ({ world, path, meander }) => {
      // The store is looked at before the spec is read, and processes are started after that.
      world.onRead = (read) => {
        if (read === "s.yaml") Deno.writeTextFileSync(path, "other bytes");
      };
      const { code, stdout, stderr } = await meander("run");
      expect([code, stdout], stderr).toEqual([5, ""]);
      expect(stderr).toMatch(
        /Cannot make "counts" .*MEANDER_PLUGIN_CONTENT .*the bytes of [0-9a-f]{64} were changed: their hash is/,
      );
      expect(stderr).not.toContain("Store: ");
    });
  });

  it("is not started at an older version, whatever of the store says that it is the newer one", async () => {
    await withStore(async ({ folder, store, meander }) => {
      const older = await contentOf("counts", "1.0.0");
      store.install(older, facts);
      const newer = sha256Of(await contentOf("counts", "2.0.0"));
      for (const file of ["owner.json", "lock.json"]) {
        const path = `${folder}/${file}`;
        const text = Deno.readTextFileSync(path);
        Deno.writeTextFileSync(path, text.replaceAll(newer, sha256Of(older)));
      }
      const { code, stderr } = await meander("run");
      expect(code).toBe(5);
      expect(stderr).toMatch(/Store: .*its content [0-9a-f]{64} is "counts@1\.0\.0"/);
      expect(stderr).toContain('"counts@*" is locked at version 2.0.0, which is not installed');
      expect(stderr).toContain("Installed: 1.0.0");
    });
  });

  it("is not started with other bytes at the same version, installed or put there", async () => {
    await withStore(async ({ folder, store, content, meander }) => {
      const { manifest, code } = parseContent(content, "it");
      const other = makeContent(manifest, new Uint8Array([...code, 0x0a]));
      expect(() => store.install(other, facts)).toThrow(/MEANDER_PLUGIN_LOCK .*with the bytes/);
      const [before, after] = [sha256Of(content), sha256Of(other)];
      Deno.writeFileSync(`${folder}/content/${after}.plugin`, other);
      const change = (file: string) => {
        const path = `${folder}/${file}`;
        Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replaceAll(before, after));
      };
      change("owner.json");
      const first = await meander("run");
      expect([first.code, first.stderr]).toEqual([
        5,
        expect.stringContaining(`with the bytes ${after}: the lock has ${before}`),
      ]);
      // Who changes the store's lock as well has still to change that of the spec.
      change("lock.json");
      const second = await meander("run");
      expect([second.code, second.stderr]).toEqual([
        5,
        expect.stringContaining(
          `with SHA-256 ${before}, and that version is installed with ${after}`,
        ),
      ]);
    });
  });
});

function once<T>(make: () => Promise<T>): Promise<T> {
  let made: Promise<T> | undefined;
  const later = {
    then: (...args: Parameters<Promise<T>["then"]>) => (made ??= make()).then(...args),
  };
  return later as Promise<T>;
}
