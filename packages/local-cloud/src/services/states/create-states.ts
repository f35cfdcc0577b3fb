import type { TestStateInput } from "@aws-sdk/client-sfn";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Authorize, Kernel } from "../../kernel/kernel.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { denialMessage } from "../iam/denial.ts";
import { executionOperations } from "./executions/execution-operations.ts";
import { ExecutionStore } from "./executions/execution-store.ts";
import { tokenOperations } from "./executions/token-operations.ts";
import { inspect, type StatesInspection } from "./inspection.ts";
import { aliasOperations } from "./machines/alias-operations.ts";
import { machineOperations } from "./machines/machine-operations.ts";
import { MachineStore } from "./machines/machine-store.ts";
import { roleCheck } from "./machines/role-check.ts";
import { tagOperations } from "./machines/tag-operations.ts";
import { versionOperations } from "./machines/version-operations.ts";
import { statesAccess } from "./states-access.ts";
import { testStateOperation } from "./test-state-operation.ts";

export interface StatesOptions {
  /** How Tasks reach other services, as the machine's role. */
  readonly call: Kernel["call"];
  /** Whether a role trusts a service, such as `states.amazonaws.com`; without it every role does. */
  readonly canAssume?: (roleArn: string, service: string) => boolean;
  /** Whether a role may make the rule that `.sync` Tasks need; without it every role may. */
  readonly authorize?: Authorize;
}

/** The embedded Step Functions: Standard workflows in JSONata. */
export interface States extends ServicePlugin {
  /** What all executions so far have used, for the bench. */
  readonly inspect: () => StatesInspection;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export function createStates(context: ServiceContext, options: StatesOptions): States {
  const machines = new MachineStore();
  const isRunning = (arn: string) => executions.of(arn).some(({ execution }) => execution.status === "RUNNING");
  const executions = new ExecutionStore({
    context,
    call: options.call,
    onEnd: ({ runnable: { machine } }) => {
      if (machine.isDeleting && machines.find(machine.arn) === machine && !isRunning(machine.arn)) {
        machines.remove(machine.arn);
      }
    },
  });
  return {
    service: "states",
    operations: {
      ...machineOperations({ context, machines, checkRole: roleCheck(context, options), isRunning }),
      ...versionOperations(context, machines),
      ...aliasOperations(context, machines),
      ...tagOperations(machines),
      ...executionOperations(context, machines, executions),
      ...tokenOperations(executions.tokens),
      TestState: (input: TestStateInput) => testStateOperation(context, executions, input),
    },
    access: (operation, input) => statesAccess(context, machines, operation, input),
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call)),
    inspect: () => inspect(executions),
  };
}
