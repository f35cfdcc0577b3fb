import { errorCodes } from "@muster/core";

/**
 * Errors that AWS itself raises in a Task, by the service that the Task calls. AWS may raise others; a machine names one
 * only when it has something to do about it.
 */
export const AWS_ERRORS: Readonly<Record<string, readonly string[]>> = {
  lambda: [
    // https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.TooManyRequestsException",
    // A function that ran out of time or memory and gave its error no type; the same page.
    "Lambda.Unknown",
    // The errorType in Lambda's own answer for a function that ran out of time, or whose process ended. In no list of
    // AWS's; seen in the test tab of the Lambda console and in the answer of Invoke.
    "Sandbox.Timedout",
    "Runtime.ExitError",
  ],
  states: [
    // StartExecution's errors, under the names of their classes in the AWS SDK for Java 1.x, which optimized integrations
    // show. https://docs.aws.amazon.com/AWSJavaSDK/latest/javadoc/com/amazonaws/services/stepfunctions/model/package-summary.html
    "StepFunctions.ExecutionAlreadyExistsException",
    "StepFunctions.ExecutionLimitExceededException",
    // As an example of the developer guide writes it. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    "StepFunctions.ExecutionLimitExceeded",
    // Any error that its model does not have, such as a throttling.
    "StepFunctions.AWSStepFunctionsException",
    "StepFunctions.SdkClientException",
  ],
};

/** Errors that Muster's functions throw on purpose. */
export const FUNCTION_ERRORS: readonly string[] = Object.keys(errorCodes);

/** Errors that a Fail state of a machine raises for the states around it. */
const MACHINE_ERRORS: readonly string[] = ["NodesNeedRelaunch"];

/** Every error that a machine may name, besides those of the language. */
export const knownErrors: ReadonlySet<string> = new Set([
  ...Object.values(AWS_ERRORS).flat(),
  ...FUNCTION_ERRORS,
  ...MACHINE_ERRORS,
]);
