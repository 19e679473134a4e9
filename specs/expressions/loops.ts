/**
 * The terms of the macros: plain loops, without closures.
 *
 * @module
 */

import type { RecordType } from "../../operators/contract/record_type.ts";
import type { Body } from "./body.ts";
import { named, type Term } from "./terms.ts";
import { BOOLEAN, INTEGER, listOf } from "./types.ts";

/** The variable of a loop, and the name that its code has while the loop is written. */
export interface Variable {
  readonly term: Term;
  name: string;
}

/** A variable for elements of the type. */
export function variable(type: RecordType): Variable {
  const made: Variable = { term: named(type, () => made.name), name: "undefined" };
  return made;
}

/** Writes the head of the loop; `inner` writes what happens to each element. */
function loop(body: Body, items: Term, each: Variable, inner: (inside: Body) => void): void {
  const list = body.hold(items.emit(body));
  const index = body.fresh();
  const inside = body.block();
  each.name = inside.fresh();
  inside.line(`const ${each.name} = ${list}[${index}];`);
  inner(inside);
  body.line(`for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`);
  body.line(inside.text);
  body.line("}");
}

/** `all` and `exists`: an element that decides makes the errors of others irrelevant. */
export function quantified(kind: "all" | "exists", items: Term, each: Variable, test: Term): Term {
  const start = kind === "all";
  return {
    type: BOOLEAN,
    fails: items.fails || test.fails,
    emit: (body) => {
      const [result, error] = [body.fresh(), body.fresh()];
      const decides = start ? "!" : "";
      body.line(`let ${result} = ${start};`);
      if (test.fails) body.line(`let ${error};`);
      loop(body, items, each, (inside) => {
        const attempt = inside.block();
        const code = test.emit(attempt);
        const stop = `if (${decides}${code}) { ${result} = ${!start}; break; }`;
        inside.line(
          test.fails
            ? `try {\n${attempt.text}\n${stop}\n} catch (caught) { ${error} = caught; }`
            : `${attempt.text}\n${stop}`,
        );
      });
      const undecided = start ? result : `!${result}`;
      if (test.fails) body.line(`if (${undecided} && ${error} !== undefined) throw ${error};`);
      return result;
    },
  };
}

/** `exists_one`. */
export function existsOne(items: Term, each: Variable, test: Term): Term {
  return {
    type: BOOLEAN,
    fails: items.fails || test.fails,
    emit: (body) => {
      const found = body.fresh();
      body.line(`let ${found} = 0;`);
      loop(body, items, each, (inside) => {
        const code = test.emit(inside);
        inside.line(`if (${code}) ${found}++;`);
      });
      return `(${found} === 1)`;
    },
  };
}

/** `filter` and `map`: the results of those elements that pass the test, if there is one. */
export function collected(
  items: Term,
  each: Variable,
  test: Term | undefined,
  result: Term,
): Term {
  return {
    type: listOf(result.type),
    fails: items.fails || result.fails || test?.fails === true,
    emit: (body) => {
      const all = body.fresh();
      body.line(`const ${all} = [];`);
      loop(body, items, each, (inside) => {
        if (test !== undefined) inside.line(`if (!${test.emit(inside)}) continue;`);
        inside.line(`${all}.push(${result.emit(inside)});`);
      });
      return all;
    },
  };
}

/** How many: of a list inline, of everything else by the runtime. */
export function length(items: Term): Term {
  return {
    type: INTEGER,
    fails: items.fails,
    emit: (body) => `${items.emit(body)}.length`,
  };
}
