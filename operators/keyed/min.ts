import type { UnaryOperator } from "../contract/definition.ts";
import { extreme } from "./extreme.ts";
import type { ValueConfig } from "./value_fold.ts";

/** The least value of each time and key. Its state is one value for each key of each open time. */
export const min: UnaryOperator<ValueConfig> = extreme("min", "least", 1, [1, 2]);
