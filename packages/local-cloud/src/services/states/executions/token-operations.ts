import type { SendTaskFailureInput, SendTaskHeartbeatInput, SendTaskSuccessInput } from "@aws-sdk/client-sfn";
import { MAX_CAUSE_LENGTH, MAX_ERROR_LENGTH, MAX_PAYLOAD_BYTES, TokenError, type TaskTokens } from "@muster/asl";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Operation } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { statesError } from "../errors.ts";
import { MAX_TOKEN_LENGTH } from "../limits.ts";

/** SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat. */
export function tokenOperations(tokens: TaskTokens): Readonly<Record<string, Operation>> {
  return {
    SendTaskSuccess: ({ taskToken, output }: SendTaskSuccessInput) => {
      checkConstraints([{ at: "output", value: output, required: true }]);
      if (Buffer.byteLength(output ?? "") > MAX_PAYLOAD_BYTES) {
        throw statesError.validation(
          "1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have length less " +
            `than or equal to ${MAX_PAYLOAD_BYTES}`,
        );
      }
      return answer(taskToken, (token) => tokens.succeed(token, output ?? ""));
    },
    SendTaskFailure: ({ taskToken, error, cause }: SendTaskFailureInput) => {
      checkConstraints([
        { at: "error", value: error, max: MAX_ERROR_LENGTH },
        { at: "cause", value: cause, max: MAX_CAUSE_LENGTH },
      ]);
      return answer(taskToken, (token) => tokens.fail(token, { error, cause }));
    },
    SendTaskHeartbeat: ({ taskToken }: SendTaskHeartbeatInput) => answer(taskToken, (token) => tokens.heartbeat(token)),
  };
}

function answer(token: string | undefined, run: (token: string) => void): object {
  checkConstraints([{ at: "taskToken", value: token, required: true, min: 1, max: MAX_TOKEN_LENGTH }]);
  try {
    run(token ?? "");
    return {};
  } catch (error) {
    if (error instanceof TokenError) throw new AwsError(error.code, error.message);
    throw error;
  }
}
