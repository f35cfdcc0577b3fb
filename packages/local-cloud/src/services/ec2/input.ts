import { dryRunOperation, invalidParameterValue, missingParameter } from "./errors/general.ts";
import { refuserOf } from "../../mechanisms/refuse.ts";

export const { notImplemented, refuseOthers, refuseUnless } = refuserOf("ec2");

/** What every operation does once permission and parameters are in order. */
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun === true) throw dryRunOperation();
}

/** A member that AWS requires. @throws MissingParameter */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw missingParameter(name);
  return value;
}

export interface PageRange {
  readonly min: number;
  readonly max: number;
}

/** @throws InvalidParameterValue when MaxResults is outside what the operation allows */
export function checkMaxResults(value: number | undefined, range: PageRange): void {
  if (value === undefined) return;
  if (value < range.min) {
    throw invalidParameterValue(
      `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value greater than ${range.min}.`,
    );
  }
  if (value > range.max) {
    throw invalidParameterValue(
      `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value smaller than or equal to ${range.max}.`,
    );
  }
}
