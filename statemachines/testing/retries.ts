import { expect } from "vitest";
import { CALL_SECONDS, fails, type Answer } from "./answers.ts";
import {
  callsOf,
  definitionOf,
  gapsBetween,
  runMachine,
  statesIn,
  type Answers,
  type RunOptions,
  type Story,
} from "./run-machine.ts";

/** What all machines retry, and how long they pause at most before each retry, seconds. */
export interface RetryRule {
  readonly errors: readonly string[];
  readonly pauses: readonly number[];
}

/** The call of a function that a token answers: when its time is over, it is caught, and looked at again. */
export const WAIT_RETRY: RetryRule = {
  errors: [
    "AwsUnavailable",
    "StepOvertaken",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
  ],
  pauses: [2, 4, 8, 16, 32, 60, 60, 60, 60, 60],
};

/** The call of a function whose answer it waits for: longer than Lambda runs one, its answer is lost. */
export const FUNCTION_RETRY: RetryRule = { ...WAIT_RETRY, errors: [...WAIT_RETRY.errors, "States.Timeout"] };

/** The start of another machine. */
export const START_RETRY: RetryRule = {
  errors: [
    "StepFunctions.AWSStepFunctionsException",
    "StepFunctions.ExecutionLimitExceeded",
    "StepFunctions.ExecutionLimitExceededException",
    "StepFunctions.SdkClientException",
  ],
  pauses: [5, 10, 20, 40, 60, 60, 60, 60, 60, 60],
};

/** One state that retries, and a story in which it is entered. */
export interface RetryCase {
  readonly state: string;
  readonly rule: RetryRule;
  readonly answers: Answers;
  /** The states that come after it when it has given up, and the error that the execution then ends with, if it fails. */
  readonly next: readonly string[];
  readonly error?: string;
}

/** The names of the states that have that field, in the order in which they stand in the definition. */
export function statesWith(machine: string, field: "Catch" | "Retry"): string[] {
  return statesIn(definitionOf(machine)).flatMap(([name, state]) => (state[field] === undefined ? [] : [name]));
}

/** After each error that passes, as many in a row as are retried, the state is done as if nothing had happened. */
export async function expectGoesOn(machine: string, input: RunOptions["input"], retry: RetryCase): Promise<void> {
  const { state, rule, answers } = retry;
  const usual: readonly Answer[] = [answers[state] ?? []].flat();
  const calm = await runMachine(machine, { input, answers });
  for (let first = 0; first < rule.errors.length; first += rule.pauses.length) {
    const errors = rule.errors.slice(first, first + rule.pauses.length);
    const rough = { ...answers, [state]: [...errors.map((error) => fails(error)), ...usual] };
    const story = await runMachine(machine, { input, answers: rough });
    expect(endOf(story)).toEqual(endOf(calm));
    expect(callsOf(story, state)).toHaveLength(callsOf(calm, state).length + errors.length);
  }
}

/** When the error does not pass, the pauses grow to their bound, and the state fails after ten retries. */
export async function expectGivesUp(machine: string, input: RunOptions["input"], retry: RetryCase): Promise<void> {
  const { state, rule } = retry;
  const [error = ""] = rule.errors;
  const answers = { ...retry.answers, [state]: fails(error) };
  const longest = await runMachine(machine, { input, answers, chance: ALMOST_ONE });
  expect(pausesBetween(longest, state)).toEqual(rule.pauses);
  expect(longest.states.slice(longest.states.indexOf(state) + 1)).toEqual(retry.next);
  expect(longest.error).toBe(retry.error);
  // Full jitter: many executions that meet the same error do not come back at the same moment.
  const shortest = await runMachine(machine, { input, answers, chance: 0 });
  expect(pausesBetween(shortest, state)).toEqual(rule.pauses.map(() => 0));
}

const ALMOST_ONE = 1 - Number.EPSILON;

function pausesBetween(story: Story, state: string): number[] {
  return gapsBetween(callsOf(story, state)).map((seconds) => Math.round(seconds - CALL_SECONDS) + 0);
}

function endOf({ status, output, error, cause, states }: Story) {
  return { status, output, error, cause, states };
}
