import type { Machine } from "@muster/asl";
import type { Authorize } from "../../../kernel/kernel.ts";
import type { ServiceContext } from "../../../kernel/service.ts";
import { statesError } from "../errors.ts";
import { hasJobs } from "../integrations/supported-tasks.ts";

/** Checks the role of a machine that is to be made or changed. @throws {AwsError} InvalidArn, AccessDeniedException */
export type RoleCheck = (roleArn: string, machine: Machine) => void;

export interface RoleCheckOptions {
  /** Whether a role trusts a service; without it every role does. */
  readonly canAssume?: ((roleArn: string, service: string) => boolean) | undefined;
  /** Whether a role may; without it every role may do everything. */
  readonly authorize?: Authorize | undefined;
}

export function roleCheck(context: ServiceContext, options: RoleCheckOptions): RoleCheck {
  const { canAssume = () => true, authorize = () => undefined } = options;
  return (roleArn, machine) => {
    if (!roleArn.startsWith("arn:")) throw statesError.invalidArn(`Invalid ARN prefix: ${roleArn}`);
    if (!canAssume(roleArn, "states.amazonaws.com")) {
      throw statesError.accessDenied(
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the " +
          "provided role.",
      );
    }
    if (!hasJobs(machine)) return;
    const refused = authorize({ arn: roleArn, isAccountUser: false }, managedRuleRequests(context));
    if (refused !== undefined) throw statesError.accessDenied(`'${roleArn}' is not authorized to create managed-rule.`);
  };
}

/**
 * AWS learns of the end of a `.sync` execution from a rule that the machine's role must be able to make.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies
 */
function managedRuleRequests({ region, account }: ServiceContext) {
  const resource = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  return ["events:PutTargets", "events:PutRule", "events:DescribeRule"].map((action) => ({ action, resource }));
}
