/**
 * A dataflow that passes numbers on, in an engine that works only when it is told.
 * @module
 */

import { dataflow, type InputHandle, type OutputHandle, type ProbeHandle } from "../../mod.ts";
import { install, type Installed } from "../actors/engines.ts";

type Ports = typeof program.ports;

const program = dataflow("passing", (root) => {
  const numbers = root.input<number>("numbers");
  return { numbers, out: numbers.map((n) => n).output("out"), done: numbers.probe("done") };
});

/** What tests of handles begin with. */
export function passing(): Installed<Ports> & {
  readonly numbers: InputHandle<number>;
  readonly out: OutputHandle<number>;
  readonly done: ProbeHandle;
} {
  const installed = install(program);
  return { ...installed, ...installed.run.handles };
}
