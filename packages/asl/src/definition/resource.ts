/** How a Task calls a service. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html */
export type TaskPattern = "request-response" | "sync" | "sync:2" | "waitForTaskToken";

/** What the Resource of a Task names. */
export type TaskResource =
  | {
      readonly kind: "service";
      /** `lambda`, `states`, ...; for `aws-sdk:ec2:runInstances` it is `ec2`. */
      readonly service: string;
      /** `invoke`, `runInstances`, ...: camel case, as in the ARN. */
      readonly action: string;
      /** An AWS SDK integration (`aws-sdk:...`), as opposed to an optimized one. */
      readonly sdk: boolean;
      readonly pattern: TaskPattern;
      /** As history shows them. */
      readonly resource: string;
      readonly resourceType: string;
      readonly arn: string;
    }
  | { readonly kind: "lambda-function"; readonly arn: string }
  | { readonly kind: "activity"; readonly arn: string };

/** Parses a Task's Resource; undefined when it is none that Step Functions has. */
export function parseResource(arn: string): TaskResource | undefined {
  if (ACTIVITY.test(arn)) return { kind: "activity", arn };
  if (FUNCTION.test(arn)) return { kind: "lambda-function", arn };
  const match = SERVICE.exec(arn);
  const [, sdk, service, action, suffix] = match ?? [];
  if (service === undefined || action === undefined) return undefined;
  return {
    kind: "service",
    service,
    action,
    sdk: sdk !== undefined,
    pattern: suffix === undefined ? "request-response" : PATTERNS[suffix as keyof typeof PATTERNS],
    resource: `${action}${suffix ?? ""}`,
    resourceType: `${sdk ?? ""}${service}`,
    arn,
  };
}

const ACTIVITY = /^arn:[^:]+:states:[^:]+:[^:]+:activity:.+$/;
const FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:.+$/;
const SERVICE = /^arn:[^:]+:states:[^:]*:[^:]*:(aws-sdk:)?([\w-]+):(\w+)(\.sync|\.sync:2|\.waitForTaskToken)?$/;

const PATTERNS = {
  ".sync": "sync",
  ".sync:2": "sync:2",
  ".waitForTaskToken": "waitForTaskToken",
} as const satisfies Record<string, TaskPattern>;
