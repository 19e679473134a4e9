import { describe, expect, it } from "vitest";
import {
  dataflow,
  Engine,
  type EventReader,
  execute,
  extract,
  FileLog,
  type Replayable,
  type Running,
} from "../../../mod.ts";
import { bag, bagsByTime } from "../../_support/bags.ts";
import { gathering, type Item, reading, writing } from "./capture_programs.ts";
import { inFolder } from "./process.ts";

const EPOCHS = 5;

function itemOf(n: number): Item {
  return { n, square: BigInt(n) ** 2n, at: new Date(n * 1000) };
}

/** The numbers of an epoch. */
function numbersOf(epoch: number): number[] {
  return Array.from({ length: 300 }, (_unused, i) => epoch * 7 + i);
}

async function feed(run: Running<ReturnType<typeof writing>["ports"]>): Promise<void> {
  const { numbers } = run.handles;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const n of numbersOf(epoch)) await numbers.sendAt(epoch, [n]);
    numbers.advanceTo(epoch + 1);
  }
  numbers.close();
  await run.done;
}

const wanted = bagsByTime(
  Array.from({ length: EPOCHS }, (_unused, time) => ({
    time,
    records: numbersOf(time).map(itemOf),
  })),
);

async function names(folder: string): Promise<string[]> {
  const all = await Array.fromAsync(Deno.readDir(folder));
  return all.map(({ name }) => name).sort();
}

/** A log whose readers tell when what they hold is free. */
class Watched<T> implements Replayable<T> {
  readonly name: string;
  readonly closed: Promise<void>[] = [];

  constructor(readonly log: FileLog<T>) {
    this.name = log.name;
  }

  open(): EventReader<T> {
    const reader = this.log.open();
    const close = reader.close.bind(reader);
    reader.close = () => {
      const closed = Promise.resolve(close());
      this.closed.push(closed);
      return closed;
    };
    return reader;
  }
}

describe("logs in files", () => {
  it.each([[1, 1, false], [2, 1, false], [2, 2, true], [1, 2, true], [3, 2, false]])(
    "written by %i workers and read by %i are the same stream; on threads: %s",
    (writers, readers, threads) =>
      inFolder(async (folder) => {
        await feed(new Engine({ workers: writers, threads }).install(writing(folder)));
        const paths = Array.from({ length: writers }, (_unused, i) => `${folder}/${i}.log`);
        expect(await names(folder)).toEqual(paths.map((path) => path.slice(folder.length + 1)));
        const again = new Engine({ workers: readers, threads }).install(reading(paths));
        const counted = Array.fromAsync(again.handles.counts);
        expect(bagsByTime(await Array.fromAsync(again.handles.items))).toEqual(wanted);
        await counted;
        await again.done;
      }),
  );

  it("are one when the first worker gathers what threads have", () =>
    inFolder(async (folder) => {
      const path = `${folder}/all.log`;
      await feed(new Engine({ workers: 2, threads: true }).install(gathering(path)));
      expect(await names(folder)).toEqual(["all.log"]);
      const found = await extract(new FileLog<number>(path));
      expect(found.map(([time, records]) => [time, bag(records)])).toEqual(
        Array.from({ length: EPOCHS }, (_unused, time) => [time, bag(numbersOf(time))]),
      );
    }));

  it("are followed while they are written", () =>
    inFolder(async (folder) => {
      const path = `${folder}/growing.log`;
      const writer = execute(gathering(path), { workers: 1 });
      await writer.idle();
      const log = new Watched(new FileLog<number>(path, { follow: true }));
      const reader = execute(dataflow("following", (root) => {
        return { sizes: root.replay(log).count().output("sizes") };
      }));
      const { sizes } = reader.handles;
      const found: unknown[] = [];
      sizes.subscribe(({ time, records }) => found.push([time, ...records]));
      for (const epoch of [0, 1]) {
        writer.handles.numbers.send([1, 2, 3]);
        writer.handles.numbers.advanceTo(epoch + 1);
        await sizes.passed(epoch);
      }
      writer.handles.numbers.close();
      await writer.done;
      await reader.done;
      expect(found).toEqual([[0, 3], [1, 3]]);
      await Promise.all(log.closed);
    }));

  it("are closed when a dataflow that writes or reads them is cancelled", () =>
    inFolder(async (folder) => {
      const path = `${folder}/half.log`;
      const writer = execute(gathering(path), { workers: 1 });
      writer.handles.numbers.send([1, 2]);
      await writer.idle();
      const log = new Watched(new FileLog<number>(path, { follow: true }));
      const reader = execute(dataflow("following", (root) => {
        return { out: root.replay(log).probe("out") };
      }));
      await reader.idle();
      writer.cancel();
      reader.cancel();
      await expect(writer.done).rejects.toThrow("MEANDER_ABORTED");
      await expect(reader.done).rejects.toThrow("MEANDER_ABORTED");
      expect(log.closed.length).toBe(1);
      await Promise.all(log.closed);
      await expect(extract(new FileLog(path))).rejects.toThrow("MEANDER_LOG_TORN");
      const left = await extract(new FileLog(path), { whenTorn: "complete" });
      expect(left).toEqual([[0, [1, 2]]]);
    }));

  it("of a process that was killed are whole up to the last line, and say so", () =>
    inFolder(async (folder) => {
      const path = `${folder}/killed.log`;
      const watcher = Deno.watchFs(folder);
      const child = new Deno.Command("deno", {
        args: ["run", "--quiet", "--no-prompt", "--no-check", "--allow-read", "--allow-write=.test"]
          .concat("tests/cli/system/capture_programs.ts", path),
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        for await (const _event of watcher) {
          if ((await Deno.stat(path).catch(() => ({ size: 0 }))).size > 200_000) break;
        }
      } finally {
        child.kill("SIGKILL");
        await child.status;
      }
      await expect(extract(new FileLog(path))).rejects.toThrow("MEANDER_LOG_TORN");
      const found = await extract(new FileLog<number>(path), { whenTorn: "complete" });
      // Each epoch but the last has all of its records, in the order of epochs.
      found.slice(0, -1).forEach(([time, records], epoch) => {
        expect([time, records.length, records[0]]).toEqual([epoch, 100, epoch]);
      });
      expect(found.length).toBeGreaterThan(100);
    }));

  it("are not overwritten without a word, and need a folder that is there", () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.log`;
      await Deno.writeTextFile(path, "something dear");
      expect(() => execute(gathering(path), { workers: 1 })).toThrow(
        `MEANDER_WRITE  Cannot capture at "capture": Cannot write "${path}": there is such a file. Remove it, or ` +
          "say overwrite: true",
      );
      expect(await Deno.readTextFile(path)).toBe("something dear");
      expect(() => execute(gathering(`${folder}/none/a.log`), { workers: 1 })).toThrow(
        `there is no folder "${folder}/none". Make it first`,
      );
      const log = new FileLog(path, { overwrite: true });
      log.push({ kind: "progress", changes: [[0, 1]] });
      log.push({ kind: "progress", changes: [[0, -1]] });
      log.end();
      expect(await extract(log)).toEqual([]);
    }));

  it("that are not there, or are none, fail the dataflow that replays them", () =>
    inFolder(async (folder) => {
      const missing = execute(reading([`${folder}/none.log`]), { workers: 1 });
      await expect(missing.done).rejects.toThrow(
        `MEANDER_FILE  Cannot replay at "replay": Cannot read "${folder}/none.log": there is no such file`,
      );
      await Deno.writeTextFile(`${folder}/a.csv`, "a,b\n1,2\n");
      const log = new Watched(new FileLog<number>(`${folder}/a.csv`));
      const other = execute(
        dataflow("other", (root) => ({ out: root.replay(log).probe("p") })),
      );
      await expect(other.done).rejects.toThrow(
        `MEANDER_LOG  Cannot replay at "replay": Cannot read log "${folder}/a.csv": it is no event log: its ` +
          'first line is "a,b". Give it a file that a capture has written',
      );
      await Promise.all(log.closed);
    }));
});
