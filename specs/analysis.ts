/**
 * What type of records every stream of a spec carries, and the compiled configuration of every node. Types are
 * followed from the inputs through expressions; around loops until they do not change any more.
 *
 * @module
 */
import type { AnyOperator } from "../operators/contract/definition.ts";
import {
  ANY,
  formatType,
  type RecordType,
  sameType,
  unionType,
} from "../operators/contract/record_type.ts";
import { type CompiledConfig, ConfigCompiler, type ConfigScope } from "./configs.ts";
import { checkOnError } from "./fault_policy.ts";
import { type GateEntry, gateSettings, isGate, settingsOf } from "./gates.ts";
import { describe } from "./links.ts";
import type { Finding, Report } from "./problem.ts";
import { fits, typeOfSchema } from "./record_types.ts";
import type { LinkedNode, LinkedScope } from "./resolve.ts";
import type { Entry, Source } from "./scopes.ts";

type OperatorNode = Extract<LinkedNode, { kind: "operator" }>;

/** What is the same in the whole spec. */
export type AnalysisScope = Pick<ConfigScope, "constants" | "functions">;

/** Rounds after which what comes round a loop and still changes counts as anything. */
const ROUNDS = 3;
/** Rounds after which everything that comes round does: news may go through thousands of feedbacks one by one. */
const GIVE_UP = 10;

/** Analyses scope by scope. */
export class Analysis {
  /** By node, once it was analysed without problems. */
  readonly configs: Map<Entry, CompiledConfig> = new Map();
  readonly #scope: AnalysisScope;
  // Types by entry and output. What is not there is not known yet: it comes round a loop.
  readonly #types = new Map<Entry, Map<string, RecordType>>();
  // Whether something was left out because nothing was known of its input.
  #waits = false;
  // Whether what is not known counts as anything.
  #assumes = false;

  /** With the types of the inputs. */
  constructor(scope: AnalysisScope, inputs: ReadonlyMap<Entry, RecordType>) {
    this.#scope = scope;
    for (const [entry, type] of inputs) this.#set(entry, "records", type).set("late", type);
  }

  /** The whole spec. */
  analyse(root: LinkedScope, report: Report): void {
    this.#rounds(root, 1).forEach(report);
    if (!this.#waits) return;
    // What is not known by now never will be: something before it is at fault, or nothing ever comes.
    this.#assumes = true;
    this.#rounds(root, 1).forEach(report);
  }

  /** A scope whose times have so many coordinates: what is wrong in it once its types change no more. */
  #rounds(scope: LinkedScope, depth: number): Finding[] {
    for (const [name, source] of scope.enters) {
      const type = this.typeOf(source);
      if (type !== undefined) this.#set(scope.table.entries.get(name)!, "out", type);
    }
    for (let round = 1;; round++) {
      const findings: Finding[] = [];
      for (const node of scope.nodes) this.#node(node, depth, (finding) => findings.push(finding));
      if (round === GIVE_UP) scope.feedbacks.forEach(({ entry }) => this.#set(entry, "out", ANY));
      else if (!this.#feedbackChanged(scope, round >= ROUNDS)) return findings;
    }
  }

  /** The type of a stream; `undefined` when nothing is known of it yet. */
  typeOf({ entry, port }: Source): RecordType | undefined {
    return entry.kind === "broken" ? ANY : this.#types.get(entry)?.get(port);
  }

  #set(entry: Entry, port: string, type: RecordType): Map<string, RecordType> {
    const ports = this.#types.get(entry) ?? new Map<string, RecordType>();
    this.#types.set(entry, ports.set(port, type));
    return ports;
  }

  /** Takes over what is sent round; whether that is news to the scope. */
  #feedbackChanged({ feedbacks }: LinkedScope, isLast: boolean): boolean {
    let changed = false;
    for (const { entry, sources } of feedbacks) {
      const before = this.#types.get(entry)?.get("out");
      const type = this.#union(sources);
      if (type === undefined || (before !== undefined && sameType(before, type))) continue;
      const next = before === undefined ? type : isLast ? ANY : unionType(before, type);
      if (before !== undefined && sameType(before, next)) continue;
      this.#set(entry, "out", next);
      changed = true;
    }
    return changed;
  }

  #union(sources: readonly Source[]): RecordType | undefined {
    const known = sources.flatMap((source) => this.typeOf(source) ?? []);
    return known.length === 0 ? undefined : known.reduce(unionType);
  }

  #node(node: LinkedNode, depth: number, report: Report): void {
    if (node.kind === "scope") {
      const { inner, entry } = node;
      this.#rounds(inner, depth + (inner.table.kind === "region" ? 0 : 1)).forEach(report);
      if (isGate(entry)) this.#gate(entry, inner, report);
      for (const [name, source] of inner.leaves) {
        const type = this.typeOf(source);
        if (type !== undefined) this.#set(entry, name, type);
      }
      return;
    }
    if (node.resolved === undefined) return;
    const operator = node.resolved.found;
    if (!this.#assumes && this.#isWaiting(node)) {
      this.#waits = true;
      return;
    }
    const inputs = this.#inputsOf(node, operator, report);
    const { spec, path } = node.entry;
    const time: RecordType = depth === 1 ? INTEGER : { kind: "list", of: INTEGER };
    const scope: ConfigScope = { ...this.#scope, inputs, time };
    const compiled = new ConfigCompiler(operator, scope, report).compile(spec.with, [
      ...path,
      "with",
    ]);
    this.configs.set(node.entry, compiled);
    for (const port of Object.keys(operator.outputs)) {
      const type = outputType(operator, port, inputs, compiled.results);
      if (type !== undefined) this.#set(node.entry, port, type);
      // What comes of a fault is not known; as anything at all it would go round and hide the fault.
      else if (compiled.config === undefined) this.#types.get(node.entry)?.delete(port);
      else this.#set(node.entry, port, ANY);
    }
    this.#checkLimits(node, compiled, report);
    checkOnError(node, compiled, report);
  }

  #checkLimits(
    { entry, resolved }: OperatorNode,
    { config }: CompiledConfig,
    report: Report,
  ): void {
    if (entry.spec.limits === undefined || config === undefined) return;
    const { name, sendsAtMost } = resolved!.found;
    if (sendsAtMost?.(config) === undefined) return;
    report({
      path: [...entry.path, "limits"],
      message: `"limit" of operator "${name}" says already how much it sends`,
      hint: "Leave one of them out",
    });
  }

  /** What is let into a gate is weighed. */
  #gate(entry: GateEntry, { enters }: LinkedScope, report: Report): void {
    const [source] = enters.values();
    const given = source === undefined ? ANY : this.typeOf(source);
    if (given === undefined && !this.#assumes) {
      this.#waits = true;
      return;
    }
    const inputs = new Map([["in", given ?? ANY]]);
    const scope: ConfigScope = { ...this.#scope, inputs, time: ANY };
    const compiler = new ConfigCompiler(gateSettings, scope, report);
    this.configs.set(entry, compiler.compile(settingsOf(entry), entry.inner.path));
  }

  /** Whether nothing is known yet of what comes in at one of its inputs. */
  #isWaiting({ inputs }: OperatorNode): boolean {
    return [...inputs.values()].some((sources) =>
      sources.length > 0 && this.#union(sources) === undefined
    );
  }

  #inputsOf(
    { entry, inputs }: OperatorNode,
    operator: AnyOperator,
    report: Report,
  ): Map<string, RecordType> {
    const types = new Map<string, RecordType>();
    for (const [port, schema] of Object.entries(operator.inputs)) {
      const given = this.#union(inputs.get(port) ?? []) ?? ANY;
      types.set(port, given);
      const wanted = typeOfSchema(schema as Parameters<typeof typeOfSchema>[0]);
      if (fits(given, wanted)) continue;
      report({
        path: [...entry.path, "from"],
        message: `${describe(entry)} takes ${formatType(wanted)} at input "${port}": it is given ` +
          formatType(given),
      });
    }
    return types;
  }
}

const INTEGER: RecordType = { kind: "integer" };

function outputType(
  operator: AnyOperator,
  port: string,
  inputs: ReadonlyMap<string, RecordType>,
  results: ReadonlyMap<string, RecordType>,
): RecordType | undefined {
  const rules = operator.types?.outputs;
  const rule = rules?.[port] ?? rules?.["*"];
  if (rule === undefined) return typeOfSchema(operator.outputs[port]);
  const type = inputs.get(rule) ?? results.get(rule);
  if (type !== undefined || !rule.endsWith("[]")) return type;
  const list = results.get(rule.slice(0, -2));
  if (list === undefined) return undefined;
  return list.kind === "list" ? list.of : ANY;
}
