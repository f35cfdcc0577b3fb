import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { seededRandom, VirtualClock } from "@muster/core";
import { connect } from "../../../kernel/connect.ts";
import { calmCalls } from "../../../kernel/faults.ts";
import { Kernel } from "../../../kernel/kernel.ts";
import { Meter } from "../../../kernel/meter.ts";
import type { Caller, ServiceContext } from "../../../kernel/service.ts";
import { createSts } from "../../sts/create-sts.ts";
import { createIam } from "../create-iam.ts";

export const ACCOUNT = "123456789012";
export const USER: Caller = { arn: `arn:aws:iam::${ACCOUNT}:user/ann`, isAccountUser: true };

/** An account with nothing but IAM and STS, on a clock that stands still. */
export function smallCloud() {
  const clock = new VirtualClock({
    startAt: Date.UTC(2026, 0, 1),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const random = seededRandom(7);
  const context: ServiceContext = { clock, random, account: ACCOUNT, region: "eu-west-1", emit: () => {} };
  const iam = createIam(context);
  const sts = createSts(context, iam);
  const kernel = new Kernel({ clock, random, faults: { ...calmCalls }, meter: new Meter(), authorize: iam.authorize });
  kernel.register(iam);
  kernel.register(sts);
  const config = { region: "eu-west-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } };
  return {
    clock,
    context,
    iam,
    sts,
    kernel,
    iamAs: (caller: Caller) => connect(new IAMClient(config), kernel, () => caller),
    stsAs: (caller: Caller) => connect(new STSClient(config), kernel, () => caller),
  };
}

/** A caller that is a role, and may do what its statements say. */
export function roleCaller(name: string): Caller {
  return { arn: roleArn(name), isAccountUser: false };
}

export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}
