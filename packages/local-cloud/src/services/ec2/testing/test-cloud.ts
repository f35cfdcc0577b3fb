import { EC2Client, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { seededRandom, VirtualClock } from "@muster/core";
import { connect } from "../../../kernel/connect.ts";
import { calmCalls } from "../../../kernel/faults.ts";
import { Kernel, type Authorize } from "../../../kernel/kernel.ts";
import { Meter } from "../../../kernel/meter.ts";
import type { AccessRequest, Caller, ServiceContext } from "../../../kernel/service.ts";
import type { NodeMachine, NodeRuntime, NodeStep, NodeStepResult } from "../../../nodes/node-runtime.ts";
import type { Ec2Dials } from "../dials.ts";
import { createEc2, type Ec2Options } from "../ec2.ts";
import { roomyQuotas } from "../quotas.ts";
import { defaultWorld } from "../world/default-world.ts";
import type { Ec2World } from "../world/world.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
export const START = Date.UTC(2026, 10, 20, 12, 0, 0);
export const USER: Caller = { arn: `arn:aws:iam::${ACCOUNT}:user/tester`, isAccountUser: true };
export const ROLE: Caller = { arn: `arn:aws:iam::${ACCOUNT}:role/tester`, isAccountUser: false };

/** No lag and no spread: what a test looks at is there at once, and takes as long as it says. */
export const prompt: Partial<Ec2Dials> = {
  describeLagMs: { min: 0, max: 0 },
  attributeLagMs: { min: 0, max: 0 },
  pendingMs: { min: 10_000, max: 10_000 },
  shuttingDownMs: { min: 30_000, max: 30_000 },
  stoppingMs: { min: 20_000, max: 20_000 },
  releaseMs: { min: 15_000, max: 15_000 },
};

export interface SentEvent {
  readonly at: number;
  readonly type: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A runtime that keeps a diary, and answers steps as the test says. */
export class DiaryRuntime implements NodeRuntime {
  readonly booted: NodeMachine[] = [];
  readonly halted: string[] = [];
  readonly steps: NodeStep[] = [];
  answer: (step: NodeStep) => Promise<NodeStepResult> | NodeStepResult = () => ({
    exitCode: 0,
    stdout: "",
    stderr: "",
  });

  boot(node: NodeMachine): void {
    this.booted.push(node);
  }

  run(step: NodeStep): Promise<NodeStepResult> {
    this.steps.push(step);
    return Promise.resolve(this.answer(step));
  }

  halt(instanceId: string): void {
    this.halted.push(instanceId);
  }
}

export interface TestCloudOptions extends Partial<Omit<Ec2Options, "runtime" | "world">> {
  readonly world?: (world: Ec2World) => Ec2World;
  readonly authorize?: Authorize;
  readonly seed?: number;
}

/** A kernel in virtual time with EC2 in it, and real SDK clients connected to it. */
export function createTestCloud(options: TestCloudOptions = {}) {
  const clock = new VirtualClock({
    startAt: START,
    drain: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  });
  const events: SentEvent[] = [];
  const asked: AccessRequest[] = [];
  const kernel = new Kernel({
    clock,
    random: seededRandom(7),
    faults: { ...calmCalls, latencyMs: { min: 0, max: 0 } },
    meter: new Meter(),
    authorize: (caller, requests) => {
      asked.push(...requests);
      return options.authorize?.(caller, requests);
    },
  });
  const context: ServiceContext = {
    clock,
    random: seededRandom(options.seed ?? 11),
    account: ACCOUNT,
    region: REGION,
    emit: (event) => {
      events.push({
        at: clock.now() - START,
        type: event["detail-type"],
        resources: event.resources,
        detail: event.detail,
      });
    },
  };
  const runtime = new DiaryRuntime();
  const base = defaultWorld({ region: REGION, account: ACCOUNT });
  const world = options.world?.(base) ?? base;
  const ec2 = createEc2(context, {
    world,
    quotas: options.quotas ?? roomyQuotas,
    runtime,
    dials: { ...prompt, ...options.dials },
    ...(options.otherUsage === undefined ? {} : { otherUsage: options.otherUsage }),
    ...(options.findInstanceProfile === undefined ? {} : { findInstanceProfile: options.findInstanceProfile }),
  });
  kernel.register(ec2);
  const client = (caller: Caller) => connect(new EC2Client(clientOptions), kernel, () => caller);
  return { clock, kernel, context, events, asked, runtime, world, ec2, aws: client(USER), asRole: client(ROLE) };
}

export type TestCloud = ReturnType<typeof createTestCloud>;

export const clientOptions = {
  region: REGION,
  maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
} as const;

/** What a call was refused with. */
export interface Refusal {
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** Awaits a call that must fail. */
export async function refusalOf(cloud: { clock: VirtualClock }, call: Promise<unknown>): Promise<Refusal> {
  try {
    await cloud.clock.run(call);
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error("the call was not refused");
}

/** A launch that works: one m5.large into the first zone. */
export function launchInput(cloud: TestCloud, input: Partial<RunInstancesCommandInput> = {}): RunInstancesCommandInput {
  return {
    ImageId: imageOf(cloud, "x86_64"),
    InstanceType: "m5.large",
    MinCount: 1,
    MaxCount: 1,
    ...(input.NetworkInterfaces === undefined ? { SubnetId: subnetOf(cloud, "a") } : {}),
    ...input,
  };
}

export function subnetOf(cloud: TestCloud, letter: string): string {
  return cloud.world.subnets.find((subnet) => subnet.zone === `${REGION}${letter}`)?.subnetId ?? "";
}

export function groupOf(cloud: TestCloud, name: string): string {
  return cloud.world.securityGroups.find((group) => group.groupName === name)?.groupId ?? "";
}

export function imageOf(cloud: TestCloud, architecture: "x86_64" | "arm64"): string {
  return cloud.world.images.find((image) => image.architecture === architecture)?.imageId ?? "";
}
