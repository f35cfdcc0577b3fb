import { AwsError } from "../kernel/aws-error.ts";

/** Something that AWS has and the embedded cloud does not: refused by name, never ignored. */
export function notImplemented(what: string): AwsError {
  return new AwsError("NotImplemented", `the embedded cloud does not have ${what}`, { status: 501 });
}

/** Refuses every named member that is set. `owner` says where they were given, such as `PutRule`. */
export function refuseMembers(owner: string, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) throw notImplemented(`${owner} with ${name}`);
  }
}
