import type { Measured } from "@muster/cli";
import {
  DYNAMODB_READ_UNIT,
  DYNAMODB_WRITE_UNIT,
  LAMBDA_GB_SECOND,
  LAMBDA_REQUEST,
  STATE_TRANSITION,
} from "@muster/core";
import type { Capacity } from "./capacity.ts";

/** What the control plane costs: list prices of us-east-1; SSM, EC2's own calls and AWS's events cost nothing. */
export function controlPlaneDollars({
  measured,
  capacity,
}: {
  readonly measured: Measured;
  readonly capacity: Readonly<Capacity>;
}): number {
  return (
    measured.stateTransitions * STATE_TRANSITION +
    measured.lambdaInvocations * LAMBDA_REQUEST +
    measured.lambdaGbSeconds * LAMBDA_GB_SECOND +
    capacity.write * DYNAMODB_WRITE_UNIT +
    capacity.read * DYNAMODB_READ_UNIT
  );
}
