import { fork, seededRandom, VirtualClock } from "@muster/core";
import type { AwsEvent } from "../kernel/event.ts";
import { connect, type SdkClient } from "../kernel/connect.ts";
import { calmCalls, type CallFaults } from "../kernel/faults.ts";
import { Kernel, type Authorize } from "../kernel/kernel.ts";
import { Meter } from "../kernel/meter.ts";
import type { Caller, ServiceContext, ServicePlugin } from "../kernel/service.ts";

/** A kernel in virtual time for tests of single plugins, with a user who may do everything. */
export interface TestCloud {
  readonly clock: VirtualClock;
  readonly kernel: Kernel;
  readonly faults: CallFaults;
  readonly context: ServiceContext;
  /** What plugins handed to the bus. */
  readonly emitted: Omit<AwsEvent, "id" | "version" | "account" | "region" | "time">[];
  register(plugin: ServicePlugin): void;
  /** Connects a client and makes its `send` move virtual time as far as the call needs. */
  connect<C extends SdkClient>(client: C, caller?: Caller): C;
  /** Awaits work while time moves. */
  run<T>(work: Promise<T>): Promise<T>;
}

const testAccount = "123456789012";
const testRegion = "eu-central-1";
const accountUser: Caller = { arn: `arn:aws:iam::${testAccount}:user/tester`, isAccountUser: true };

/** Settings that let an SDK client be made without looking at the machine's own. */
export const clientSettings = {
  region: testRegion,
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
};

export function roleCaller(name: string): Caller {
  return { arn: `arn:aws:iam::${testAccount}:role/${name}`, isAccountUser: false };
}

export function testCloud(
  options: { authorize?: Authorize; seed?: number; startAt?: string; emit?: ServiceContext["emit"] } = {},
): TestCloud {
  const clock = new VirtualClock({
    startAt: Date.parse(options.startAt ?? "2026-11-20T12:00:00Z"),
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const random = seededRandom(options.seed ?? 1);
  const faults: CallFaults = { ...calmCalls };
  const authorize = options.authorize ?? (() => undefined);
  const kernel = new Kernel({ clock, random: fork(random), faults, meter: new Meter(), authorize });
  const emitted: TestCloud["emitted"] = [];
  const emit = options.emit ?? ((event) => void emitted.push(event));
  return {
    clock,
    kernel,
    faults,
    emitted,
    context: { clock, random: fork(random), account: testAccount, region: testRegion, emit },
    register: (plugin) => kernel.register(plugin),
    connect: (client, caller = accountUser) => connect(client, kernel, () => caller),
    run: (work) => clock.run(work),
  };
}
