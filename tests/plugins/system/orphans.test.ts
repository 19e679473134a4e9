import { describe, expect, it } from "vitest";

const PROGRAM = new URL("./orphan_program.ts", import.meta.url).pathname;

describe("A plugin in an endless loop", () => {
  it("ends with its engine, even when that is killed; or it is said that it does not", async () => {
    const engine = new Deno.Command("deno", {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-check",
        "--allow-read",
        "--allow-write=.test",
        "--allow-env=DENO_DIR,HOME",
      ]
        .concat("--allow-run=deno,prlimit,setpriv,unshare", PROGRAM),
      stdout: "piped",
    }).spawn();
    const reader = engine.stdout.getReader();
    const { value } = await reader.read();
    const { pid, notEnforced } = JSON.parse(new TextDecoder().decode(value));
    engine.kill("SIGKILL");
    await engine.status;
    await reader.cancel();
    const isTold = notEnforced.some((line: string) => line.includes("outlives a killed engine"));
    if (isTold) {
      Deno.kill(pid, "SIGKILL");
      return expect(isTold).toBe(true);
    }
    // It ends when the process is gone.
    const { code } = await new Deno.Command("prlimit", {
      args: ["--core=0", "tail", `--pid=${pid}`, "-s", "0.05", "-f", "deno.json"],
      stdout: "null",
    }).output();
    expect(code).toBe(0);
  });
});
