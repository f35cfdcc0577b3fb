import { checkConstraints } from "../../mechanisms/constraints.ts";
import { statesError } from "./errors.ts";
import { MAX_NAME_LENGTH } from "./limits.ts";

/**
 * Checks the name of a machine or an execution.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * @throws {AwsError} ValidationException, InvalidName
 */
export function checkName(name: string | undefined): asserts name is string {
  checkConstraints([{ at: "name", value: name, required: true, min: 1, max: MAX_NAME_LENGTH }]);
  if (name === undefined || FORBIDDEN.test(name)) throw statesError.invalidName(name ?? "");
}

// White space, brackets, wildcards, the special characters of the reference, control characters, surrogates.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001F\u007F-\u009F\uFFFE\uFFFF\uD800-\uDFFF]/;
