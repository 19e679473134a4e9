/**
 * For tests of operators: a kit that runs one operator without an engine, and the core operators.
 *
 * @module
 */
export { coreOperators } from "./operators/catalog.ts";
export {
  OperatorTest,
  type OperatorTestOptions,
  type SavedOperator,
  type SentBatch,
} from "./operators/kit/operator_test.ts";
