import type { Caller } from "../../kernel/service.ts";

/** A caller whose session has a name of its own, as `sts:AssumeRole` makes them. */
export interface SessionCaller extends Caller {
  readonly sessionName: string;
}

/**
 * The principal as AWS writes it in answers and errors. A role never acts itself: a session of it does, and the path
 * of the role is not part of the session's ARN. Where nobody named the session it bears the role's name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function principalArn(caller: Caller): string {
  const role = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(caller.arn);
  if (role === null) return caller.arn;
  const [, partition = "", account = "", name = ""] = role;
  return `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName(caller) ?? name}`;
}

function sessionName(caller: Caller): string | undefined {
  return "sessionName" in caller && typeof caller.sessionName === "string" ? caller.sessionName : undefined;
}
