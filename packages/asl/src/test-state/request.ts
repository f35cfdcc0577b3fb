import type { Json, JsonObject } from "../json.ts";

/** What TestState is asked. https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export interface TestStateRequest {
  /** One state, or a whole machine together with `stateName`. */
  readonly definition: unknown;
  readonly stateName?: string | undefined;
  readonly input: Json;
  readonly variables?: JsonObject | undefined;
  /** `$states.context`; absent: one like that of an Express execution. */
  readonly context?: JsonObject | undefined;
  /** Takes the place of the task, or of the states inside a Map or Parallel. */
  readonly mock?: StateMock | undefined;
  /** Absent: nothing has happened to the state yet. */
  readonly configuration?: StateConfiguration | undefined;
}

export type StateMock =
  | { readonly result: Json }
  | { readonly error: string | undefined; readonly cause: string | undefined };

/** What has happened to the state before. */
export interface StateConfiguration {
  /** Retries done by the retrier that the error matches. */
  readonly retrierRetryCount?: number | undefined;
  /** Failed iterations of a Map. */
  readonly mapIterationFailureCount?: number | undefined;
  /** What the ItemReader of a Distributed Map read. */
  readonly mapItemReaderData?: Json | undefined;
}

/** What TestState answers, its JSON texts as values. */
export interface TestStateResult {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  readonly inspectionData: InspectionData;
}

/** How the data looked on the way; as far as it came. */
export interface InspectionData {
  readonly input: Json;
  readonly afterArguments?: Json;
  readonly afterItemSelector?: Json;
  readonly result?: Json;
  /** Variables after the state, when there are any. */
  readonly variables?: JsonObject;
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly errorDetails?: ErrorDetails;
}

export interface ErrorDetails {
  /** Index of the retrier that the error matches. */
  readonly retryIndex?: number;
  /** Seconds until the retry that it allows. */
  readonly retryBackoffIntervalSeconds?: number;
  /** Index of the catcher that caught it. */
  readonly catchIndex?: number;
}

/** The request cannot be carried out (ValidationException). */
export class TestStateError extends Error {
  override readonly name = "TestStateError";
}
