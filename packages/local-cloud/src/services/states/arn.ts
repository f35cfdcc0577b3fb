import type { ServiceContext } from "../../kernel/service.ts";
import { statesError } from "./errors.ts";

/** What an ARN of a machine names: the machine itself, one of its versions, or one of its aliases. */
export interface MachineReference {
  /** ARN without the qualifier. */
  readonly machineArn: string;
  readonly name: string;
  readonly qualifier: string | undefined;
}

type Place = Pick<ServiceContext, "account" | "region">;

export function machineArn(place: Place, name: string): string {
  return arn(place, "stateMachine", name);
}

export function executionArn(place: Place, machineName: string, name: string): string {
  return arn(place, "execution", `${machineName}:${name}`);
}

/** As the executions of TestState are named. */
export function testExecutionArn(place: Place, machineName: string, name: string): string {
  return arn(place, "express", `${machineName}:${name}`);
}

/** @throws {AwsError} InvalidArn */
export function parseMachineArn(text: string): MachineReference {
  const [name = "", qualifier, ...more] = resourceOf(text, "stateMachine");
  if (more.length > 0) throw statesError.invalidArn(`Invalid ARN resource: ${text}`);
  return {
    machineArn: qualifier === undefined ? text : text.slice(0, -(qualifier.length + 1)),
    name,
    qualifier,
  };
}

/** Checks that a text is the ARN of an execution. @throws {AwsError} InvalidArn */
export function checkExecutionArn(text: string): void {
  resourceOf(text, "execution");
}

function resourceOf(text: string, type: string): readonly string[] {
  const [prefix, , service, , , actualType, ...resource] = text.split(":");
  if (prefix !== "arn" || service !== "states") throw statesError.invalidArn(`Invalid ARN prefix: ${text}`);
  if (actualType !== type || resource.length === 0 || resource[0] === "") {
    throw statesError.invalidArn(`Resource type not valid in this context: ${actualType ?? ""}`);
  }
  return resource;
}

function arn({ region, account }: Place, type: string, rest: string): string {
  return `arn:aws:states:${region}:${account}:${type}:${rest}`;
}
