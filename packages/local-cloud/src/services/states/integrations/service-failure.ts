import { TaskFailedError } from "@muster/asl";
import type { AwsError } from "../../../kernel/aws-error.ts";
import type { SdkService } from "../../../kernel/sdk.ts";

/** How Step Functions names the errors of a service, and what it writes about them. */
export interface FailureStyle {
  readonly prefix: string;
  /** The name of an error that the service's model does not have. */
  readonly unmodeled: string;
  readonly describe: (error: AwsError, requestId: string) => string;
  /** Ends every text, also those of the SDK itself. */
  readonly ending: string;
}

/** Errors of an SDK integration (form recorded on AWS): `Sfn.InvalidTokenException`. */
export function sdkFailures(id: string): FailureStyle {
  const ending = " (SDK Attempt Count: 1)";
  return {
    prefix: id,
    unmodeled: `${id}Exception`,
    describe: ({ message, status }, requestId) =>
      `${message} (Service: ${id}, Status Code: ${status}, Request ID: ${requestId})${ending}`,
    ending,
  };
}

/** Errors of an optimized integration (form recorded on AWS): `Lambda.ResourceNotFoundException`. */
export function optimizedFailures(names: { prefix: string; service: string; unmodeled: string }): FailureStyle {
  const { prefix, service, unmodeled } = names;
  return {
    prefix,
    unmodeled,
    describe: ({ message, status, code }, requestId) =>
      `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`,
    ending: "",
  };
}

/** The failure of a Task whose call a service refused. */
export function serviceFailure(
  style: FailureStyle,
  sdk: SdkService,
  error: AwsError,
  requestId: string,
): TaskFailedError {
  const name = exceptionName(error.code);
  const isModeled = sdk.exceptions.has(error.code) || sdk.exceptions.has(name);
  return new TaskFailedError(`${style.prefix}.${isModeled ? name : style.unmodeled}`, style.describe(error, requestId));
}

/** The failure of a Task whose call was not answered in time. */
export function unansweredFailure(style: FailureStyle): TaskFailedError {
  return new TaskFailedError(
    `${style.prefix}.SdkClientException`,
    `Unable to execute HTTP request: Read timed out${style.ending}`,
  );
}

// As the Java SDK names its exceptions.
function exceptionName(code: string): string {
  if (code.endsWith("Exception")) return code;
  return `${code.replace(/Fault$/, "")}Exception`;
}
