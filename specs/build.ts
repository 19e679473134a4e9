/**
 * From a checked spec to a dataflow.
 *
 * @module
 */
import type { MadeBy } from "../dataflow/origin.ts";
import { type Dataflow, dataflow, type Ports } from "../dataflow/program.ts";
import type { FeedbackOptions } from "../dataflow/fed.ts";
import type { LoopScope, RootScope, Scope } from "../dataflow/scope.ts";
import { gated } from "../dataflow/faucet.ts";
import type { Output, Stream } from "../dataflow/stream.ts";
import type { AnyOperator } from "../operators/contract/definition.ts";
import type { OperatorOrigin } from "../dataflow/graph.ts";
import type { Plugin } from "../plugins/registry.ts";
import { withSpillBeside } from "./beside.ts";
import type { CheckedSpec } from "./check.ts";
import { isFailed, keeperOf, operatorFor } from "./fault_policy.ts";
import { type GateEntry, type GateSettings, gateSettings, isGate } from "./gates.ts";
import { GUARD, guard } from "./guard.ts";
import { lateInput, lateOf } from "./inputs.ts";
import { inputPace } from "./limits.ts";
import { NodePriorities } from "./priorities.ts";
import { type LinkedNode, type LinkedScope, loopOf } from "./resolve.ts";
import { type Entry, scopeName, type Source } from "./scopes.ts";

type AnyStream = Stream<unknown>;
type OperatorNode = Extract<LinkedNode, { kind: "operator" }>;

/** Records that could not be worked on, and where they go. */
export interface DeadLetters {
  /** The output of the dataflow that sends them; its name begins with a dot. */
  readonly output: string;
  /** The node that refused them. */
  readonly node: string;
  /** As the spec names it. */
  readonly file: string;
}

/** A dataflow made of a spec. */
export interface BuiltSpec {
  /** What it was made of. */
  readonly checked: CheckedSpec;
  readonly program: Dataflow<Ports>;
  readonly deadLetters: readonly DeadLetters[];
}

/** What other threads need to make the same dataflow. */
export interface BuildOptions {
  readonly madeBy?: MadeBy;
  readonly module?: string;
  /** The spec's file, for messages and for what the spec names, which is beside it. */
  readonly file?: string;
  /** How many epochs of an input may be open that does not say it; as many as the spec says when left out. */
  readonly openEpochs?: number | undefined;
}

/** Makes the dataflow. Everything was checked before, so that nothing is left to go wrong. */
export function buildSpec(checked: CheckedSpec, options: BuildOptions = {}): BuiltSpec {
  const { file: _file, openEpochs: _openEpochs, ...origin } = options;
  const deadLetters: DeadLetters[] = [];
  const priorities = new NodePriorities(checked.spec.nodes);
  const program = dataflow(checked.spec.name, (root) => {
    const builder = new Builder(checked, options);
    builder.inputs(root);
    builder.inside(checked.root, root);
    const ports: [name: string, output: Output<unknown>][] = [];
    for (const { name, source } of checked.outputs) {
      ports.push([name, builder.stream(source).output(name)]);
    }
    for (const { stream, path, file } of builder.failed) {
      const output = `.${path}`;
      ports.push([output, stream.output(output)]);
      deadLetters.push({ output, node: path, file });
    }
    return Object.fromEntries(ports);
  }, { ...origin, priority: priorities.priority });
  priorities.settle(program.graph);
  return { checked, program, deadLetters };
}

/** What a vertex says of the bytes that it runs. */
function originOf({ name: plugin, version, provenance }: Plugin): OperatorOrigin {
  const { sha256 } = provenance ?? {};
  return sha256 === undefined ? { plugin, version } : { plugin, version, sha256 };
}

class Builder {
  /** Streams of records that failed, of nodes that want them in a file. */
  readonly failed: { stream: AnyStream; node: string; path: string; file: string }[] = [];
  readonly #checked: CheckedSpec;
  readonly #file: string;
  readonly #openEpochs: number | undefined;
  readonly #streams = new Map<Entry, Map<string, AnyStream>>();

  constructor(checked: CheckedSpec, { file = checked.spec.name, openEpochs }: BuildOptions) {
    this.#checked = checked;
    this.#file = file;
    this.#openEpochs = openEpochs ?? checked.spec.limits?.pace?.epochs;
  }

  /** The stream of a reference. */
  stream({ entry, port }: Source): AnyStream {
    return this.#streams.get(entry)!.get(port)!;
  }

  inputs(root: RootScope): void {
    for (const entry of this.#checked.root.table.entries.values()) {
      if (entry.kind !== "input") continue;
      const source = entry.spec.workers === "all" ? "split" : "pinned";
      const pace = inputPace(entry.spec, this.#openEpochs);
      const config = pace === undefined ? { source } as const : { source, pace } as const;
      this.#set(entry, "records", root.input(entry.name, config));
      if (lateOf(entry.spec) === "output") {
        this.#set(entry, "late", root.input(lateInput(entry.name)));
      }
    }
  }

  inside(scope: LinkedScope, at: Scope): void {
    for (const node of scope.nodes) {
      if (node.kind === "operator") this.#operator(node, at);
      else if (isGate(node.entry)) this.#gate(node.entry, node.inner, at);
      else if (node.inner.table.kind === "loop") this.#loop(node, at);
      else this.#region(node, at);
    }
  }

  #set(entry: Entry, port: string, stream: AnyStream): void {
    const ports = this.#streams.get(entry) ?? new Map<string, AnyStream>();
    this.#streams.set(entry, ports.set(port, stream));
  }

  #operator(node: OperatorNode, at: Scope): void {
    const { entry, resolved, inputs } = node;
    const compiled = this.#checked.analysis.configs.get(entry)!;
    const operator: AnyOperator = operatorFor(node, compiled);
    const { config: written } = compiled;
    const config = withSpillBeside(written, operator.config, this.#file);
    const streams: Record<string, AnyStream[]> = {};
    for (const port of Object.keys(operator.inputs)) {
      const read = (inputs.get(port) ?? []).map((source) => this.stream(source));
      streams[port] = this.#guarded(node, port, read, at);
    }
    const writtenAt = this.#writtenAt(entry);
    const { limits } = entry.spec;
    const origin = originOf(resolved!.plugin);
    const placed = { config, inputs: streams, name: entry.name, limits, writtenAt, origin };
    const made = at.vertex(operator, placed);
    for (const [port, stream] of Object.entries(made)) {
      if (isFailed(port)) this.#putAside(node, entry.name, stream as AnyStream);
      else this.#set(entry, port, stream as AnyStream);
    }
  }

  /** What a node reads, without the records at which its expressions fail. */
  #guarded(node: OperatorNode, port: string, read: AnyStream[], at: Scope): AnyStream[] {
    const { name, spec: { onError } } = node.entry;
    const compiled = this.#checked.analysis.configs.get(node.entry)!;
    const { single } = compiled;
    const tries = single.flatMap((each) => each.port === port ? [each.f] : []);
    if (keeperOf(node, compiled) !== "guard" || tries.length === 0) return read;
    const config = { tries, drops: onError === "skip" };
    const ports = new Set(single.map((each) => each.port));
    const own = ports.size === 1 ? name : `${name}-${port}`;
    const guards = at.vertex(guard, { config, inputs: { in: read }, name: `${own}${GUARD}` });
    if (onError !== "skip") this.#putAside(node, own, guards.failed as AnyStream);
    return [guards.out];
  }

  /** Records at which a node failed go to the file that it names. */
  #putAside(
    { entry: { name, scope, spec: { onError } } }: OperatorNode,
    own: string,
    stream: AnyStream,
  ) {
    if (typeof onError !== "object") return;
    const path = [scopeName(scope), own].filter((part) => part !== "").join("/");
    this.failed.push({ stream, node: name, path, file: onError.deadLetter });
  }

  #loop({ inner, entry }: Extract<LinkedNode, { kind: "scope" }>, at: Scope): void {
    const before = this.failed.length;
    at.loop(entry.name, (loop) => {
      this.#enter(inner, (stream, name) => loop.enter(stream, { name }));
      const back = inner.feedbacks.map(({ entry: { name }, by, maxIterations }) => {
        const { onLimit } = loopOf(inner.table);
        const options: FeedbackOptions = {
          name,
          by,
          ...(maxIterations === undefined ? {} : { maxIterations }),
          ...(onLimit === undefined ? {} : { onLimit }),
        };
        return loop.feedback<unknown>(options);
      });
      inner.feedbacks.forEach((feedback, i) => this.#set(feedback.entry, "out", back[i]));
      this.inside(inner, loop);
      inner.feedbacks.forEach(({ sources }, i) => {
        for (const source of sources) back[i].connect(this.stream(source));
      });
      this.#leave(inner, entry, loop);
      // What failed inside goes out as well, since outputs are at the root.
      for (let i = before; i < this.failed.length; i++) {
        const { stream, node } = this.failed[i];
        this.failed[i] = {
          ...this.failed[i],
          stream: loop.leave(stream, { name: `${node}-failed` }),
        };
      }
    });
  }

  #gate(entry: GateEntry, inner: LinkedScope, at: Scope): void {
    const written = this.#checked.analysis.configs.get(entry)!.config as GateSettings;
    const settings = withSpillBeside(written, gateSettings.config, this.#file);
    const [[enter, source]] = inner.enters;
    const [[leave, left]] = inner.leaves;
    const writtenAt = this.#writtenAt(entry);
    const out = gated<unknown, unknown>(
      at,
      this.stream(source),
      { ...settings, name: entry.name },
      (some, inside) => {
        this.#set(inner.table.entries.get(enter)!, "out", some);
        this.inside(inner, inside);
        return this.stream(left);
      },
      { enter, leave, writtenAt },
    );
    this.#set(entry, leave, out);
  }

  #writtenAt({ path }: Entry): string {
    return `${this.#file}:${this.#checked.placeOf(path)}`;
  }

  #leave(inner: LinkedScope, entry: Entry, loop: LoopScope): void {
    for (const [name, source] of inner.leaves) {
      this.#set(entry, name, loop.leave(this.stream(source), { name }));
    }
  }

  #region({ inner, entry }: Extract<LinkedNode, { kind: "scope" }>, at: Scope): void {
    at.region(entry.name, (region) => {
      this.#enter(inner, (stream) => region.within(stream));
      this.inside(inner, region);
      for (const [name, source] of inner.leaves) {
        this.#set(entry, name, at.within(this.stream(source)));
      }
    });
  }

  #enter(inner: LinkedScope, bring: (stream: AnyStream, name: string) => AnyStream): void {
    for (const [name, source] of inner.enters) {
      const entry = inner.table.entries.get(name)!;
      this.#set(entry, "out", bring(this.stream(source), name));
    }
  }
}
