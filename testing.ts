/**
 * For tests of operators: a kit that runs one operator without an engine, a check of the laws that operators
 * keep, and the core operators.
 *
 * @module
 */
export { coreOperators } from "./operators/catalog.ts";
export {
  checkOperator,
  type CheckOptions,
  type CheckReport,
} from "./operators/kit/check_operator.ts";
export {
  OperatorTest,
  type OperatorTestOptions,
  type SavedOperator,
  type SentBatch,
} from "./operators/kit/operator_test.ts";
