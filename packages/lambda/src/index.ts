export type { Context, FunctionRuntime, Invocation, Log } from "./context.ts";
export { defineApi, type ApiRequest, type ApiResponse } from "./define-api.ts";
export type { MusterFunction } from "./define-function.ts";
export { defineTask } from "./define-task.ts";
export { inputInvalid } from "./input-invalid.ts";
export { operationRef, readOperation, startedBy } from "./operation-input.ts";
export { timelineEntry } from "./timeline-entry.ts";
