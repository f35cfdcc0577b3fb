import type * as sts from "@aws-sdk/client-sts";
import { randomHex, toIso } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest, Call, Caller, ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import type { FoundRole, Iam } from "../iam/create-iam.ts";
import { denialMessage } from "../iam/denial.ts";
import { invalidParameter } from "../iam/iam-errors.ts";
import { principalArn, type SessionCaller } from "../iam/principal.ts";
import { uniqueId } from "../iam/unique-id.ts";

/** The embedded STS: who calls, and sessions of roles. */
export interface Sts extends ServicePlugin {
  /**
   * Who an access key of `AssumeRole` stands for; undefined when it is none of them.
   * @throws {AwsError} ExpiredTokenException
   */
  readonly callerOf: (accessKeyId: string) => Caller | undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, DurationSeconds and RoleSessionName */
const SESSION_SECONDS = { least: 900, usual: 3_600, most: 43_200 };
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** A role's own session may be no longer than this. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const CHAINED_SECONDS = 3_600;

/** Expired sessions are forgotten this long after their end, so that a late caller still hears why. */
const REMEMBERED_MS = 86_400_000;

/** What AWS would act on here and the embedded STS does not have. */
const NOT_HERE = [
  "Policy",
  "PolicyArns",
  "ProvidedContexts",
  "SerialNumber",
  "SourceIdentity",
  "Tags",
  "TokenCode",
  "TransitiveTagKeys",
];

export function createSts(context: ServiceContext, iam: Pick<Iam, "findRole">): Sts {
  const sessions = new Map<string, Session>();
  return {
    service: "sts",
    operations: {
      GetCallerIdentity: (_input: unknown, call: Call) => callerIdentity(context, iam, call),
      AssumeRole: (input: sts.AssumeRoleRequest, call: Call) => assumeRole({ context, iam, sessions, input, call }),
    },
    access: (operation, input) => accessOf(operation, input),
    throttled: () => new AwsError("Throttling", "Rate exceeded", { status: 400 }),
    denied: (request, call) => new AwsError("AccessDenied", denialMessage(request, call), { status: 403 }),
    callerOf: (accessKeyId) => {
      const session = sessions.get(accessKeyId);
      if (session !== undefined && session.expiresAt <= context.clock.now()) {
        throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", {
          status: 403,
        });
      }
      return session?.caller;
    },
  };
}

interface Session {
  readonly caller: SessionCaller;
  readonly expiresAt: number;
}

/** Anyone may ask who they are, whatever their policies. */
function accessOf(operation: string, input: unknown): readonly AccessRequest[] {
  if (operation !== "AssumeRole") return [];
  return [{ action: "sts:AssumeRole", resource: (input as sts.AssumeRoleRequest).RoleArn ?? "*" }];
}

function callerIdentity(
  context: ServiceContext,
  iam: Pick<Iam, "findRole">,
  call: Call,
): sts.GetCallerIdentityResponse {
  const arn = principalArn(call.caller);
  const role = iam.findRole(call.caller.arn);
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return {
    Account: context.account,
    Arn: arn,
    UserId: role === undefined ? userId(call.caller) : `${role.id}:${name}`,
  };
}

/** The root's id is the account's; a user's is made of its name, so that it stays the same. */
function userId({ arn }: Caller): string {
  const [, , , , account = "", resource = ""] = arn.split(":");
  if (resource === "root") return account;
  const name = resource.toUpperCase().replaceAll(/[^A-Z2-7]/g, "");
  return `AIDA${name.padEnd(16, "A").slice(0, 16)}`;
}

function assumeRole(options: {
  context: ServiceContext;
  iam: Pick<Iam, "findRole">;
  sessions: Map<string, Session>;
  input: sts.AssumeRoleRequest;
  call: Call;
}): sts.AssumeRoleResponse {
  const { context, iam, sessions, input, call } = options;
  const sessionName = input.RoleSessionName ?? "";
  refuseOthers(input);
  if (!SESSION_NAME.test(sessionName)) {
    const pattern = "Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}";
    throw invalidParameter(sessionName, "roleSessionName", pattern);
  }
  const role = trustingRole(iam, input, call);
  const seconds = checkDuration(input.DurationSeconds ?? SESSION_SECONDS.usual, role, call.caller);
  // Expirations are whole seconds, as AWS's are.
  const now = Math.floor(context.clock.now() / 1000) * 1000;
  const caller = { arn: role.arn, isAccountUser: false, sessionName };
  const accessKeyId = uniqueId("ASIA", context.random);
  const expiresAt = now + seconds * 1000;
  for (const [key, session] of sessions) if (session.expiresAt + REMEMBERED_MS < now) sessions.delete(key);
  sessions.set(accessKeyId, { caller, expiresAt });
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      // Nothing verifies a signature here, so these two only have to look like what they are.
      SecretAccessKey: randomHex(context.random, 40),
      SessionToken: Buffer.from(`${accessKeyId} until ${toIso(expiresAt)}`).toString("base64"),
      Expiration: new Date(expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: principalArn(caller) },
  };
}

function refuseOthers(input: object): void {
  const given = Object.keys(input).find((member) => NOT_HERE.includes(member));
  if (given === undefined) return;
  throw new AwsError("NotImplemented", `the embedded STS does not have the parameter ${given}`, { status: 501 });
}

/** The role, if it is there and trusts the caller. AWS does not tell which of the two it was. */
function trustingRole(iam: Pick<Iam, "findRole">, { RoleArn = "" }: sts.AssumeRoleRequest, call: Call): FoundRole {
  const role = iam.findRole(RoleArn);
  const account = call.caller.arn.split(":")[4] ?? "";
  const trusted = role?.trustedPrincipals.some((principal) =>
    [call.caller.arn, principalArn(call.caller), account, `arn:aws:iam::${account}:root`, "*"].includes(principal),
  );
  if (role !== undefined && trusted === true) return role;
  const who = principalArn(call.caller);
  throw new AwsError(
    "AccessDenied",
    `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    {
      status: 403,
    },
  );
}

function checkDuration(seconds: number, role: FoundRole, caller: Caller): number {
  const { least, most } = SESSION_SECONDS;
  if (seconds < least || seconds > most) {
    const bound = seconds < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
    throw invalidParameter(String(seconds), "durationSeconds", `Member must have value ${bound}`);
  }
  if (!caller.isAccountUser && seconds > CHAINED_SECONDS) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return seconds;
}

function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
