/**
 * `deno task bench`: runs Meander's benchmark programs, alone or against those of other systems.
 */
import { argumentList, type Command, parseCommand, UsageError } from "./arguments.ts";
import { peers, pingPong, programs } from "./catalog.ts";
import type { Task } from "./child.ts";
import { denoSide, ratioOf, RunFailure, type Side, summarize, takeTurns } from "./harness.ts";
import { buildNative, nativeSide } from "./native.ts";
import type { ProgramInfo } from "./program.ts";
import { comparison, extras, jsonLine, listing, type Result, table } from "./report.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Carries out a command line and returns the exit code: 0 done, 1 failed, 2 usage. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(argv);
    if (command.action === "list") console.log(listing());
    else if (command.action === "peers") await runPeers(command);
    else await runProgram(command, command.program!);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof RunFailure)) throw error;
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function runProgram(command: Command, program: ProgramInfo): Promise<void> {
  const task = taskOf(command, program);
  if (command.native) await buildNative();
  const sides = [
    denoSide(programs.includes(program) ? "meander" : program.name, task, program.permissions),
    ...(command.native ? [nativeSide(task, command.tunedMalloc)] : []),
    // Two spinning threads need two free cores: their bare figure tells whether they had them.
    ...(task.workers > 1 ? [denoSide("ping_pong", pingPongTask(command))] : []),
  ];
  const results = await resultsOf(command, sides);
  if (command.json) return console.log(json(results));
  console.log(heading(program, task));
  print(results);
}

/** Every peer that was asked for beside our program on the same arguments. */
async function runPeers(command: Command): Promise<void> {
  const asked = command.program?.name;
  const known = peers.filter((peer) => [undefined, peer.name, peer.against].includes(asked));
  if (known.length === 0) throw new UsageError(`Cannot run peers of "${asked}": it has none`);
  for (const against of new Set(known.map((peer) => peer.against))) {
    const own = parseCommand([against]);
    const given = command.program === undefined ? own.given : command.given;
    const task = { ...taskOf(command, own.program!), given };
    const others = known.filter((peer) => peer.against === against);
    const sides = [
      denoSide("meander", task),
      ...others.map((peer) => denoSide(peer.name, { ...task, name: peer.name })),
    ];
    const results = await resultsOf(command, sides);
    if (command.json) console.log(json(results));
    else {
      console.log(heading(own.program!, task));
      print(results);
    }
  }
}

async function resultsOf(command: Command, sides: readonly Side[]): Promise<Result[]> {
  try {
    const runs = await takeTurns(sides, command.runs, command.warmup);
    return sides.map(({ label }, index) => ({ label, summary: summarize(runs[index]) }));
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}

function taskOf(command: Command, program: ProgramInfo): Task {
  const { given, workers, group } = command;
  return { name: program.name, given, workers, group };
}

function pingPongTask(command: Command): Task {
  const { given } = parseCommand([pingPong.name]);
  return { ...taskOf(command, pingPong), given, group: 1 };
}

function heading(program: ProgramInfo, { given, workers, group }: Task): string {
  const size = [program.name, ...argumentList(given)].join(" ");
  const grouped = group === 1 ? "" : `, ${group} rounds a latency sample`;
  return `${size}, ${workers} ${workers === 1 ? "worker" : "workers"}${grouped}\n`;
}

function print(results: readonly Result[]): void {
  console.log(table(results));
  const notes = results.map(extras).filter((note) => note !== undefined);
  const [ours, ...others] = results;
  const ratios = others.filter(({ label }) => label !== pingPong.name).map((other) =>
    comparison(ours.label, other.label, ratioOf(ours.summary, other.summary))
  );
  console.log(["", ...notes, ...ratios].join("\n"));
}

/** Ours, and under their labels the others with the ratio to them. */
function json([ours, ...others]: readonly Result[]): string {
  const more = others.map(({ label, summary }) => [
    label,
    { ...summary.median, ratio: ratioOf(ours.summary, summary) },
  ]);
  return jsonLine(ours.summary.median, Object.fromEntries(more));
}
