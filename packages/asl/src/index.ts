export { compileMachine, InvalidDefinitionError } from "./definition/compile-machine.ts";
export type { Machine, State, StateType } from "./definition/machine.ts";
export { parseResource, type TaskPattern, type TaskResource } from "./definition/resource.ts";
export { Execution, startExecution, type ExecutionStatus } from "./execution/execution.ts";
export type { EventDetails, EventType, HistoryEvent } from "./execution/history.ts";
export { MachineFaultError, TaskFailedError, type Host, type Identity, type TaskCall } from "./execution/host.ts";
export { TaskTokens, TokenError } from "./execution/tokens.ts";
export type { Json, JsonObject } from "./json.ts";
export * from "./limits.ts";
export {
  TestStateError,
  type InspectionData,
  type StateConfiguration,
  type StateMock,
  type TestStateRequest,
  type TestStateResult,
} from "./test-state/request.ts";
export { testState } from "./test-state/test-state.ts";
export { invalidDefinitionMessage, isAwsDiagnostic, type Diagnostic } from "./validation/diagnostic.ts";
export { validateMachine, type ValidateOptions } from "./validation/validate.ts";
