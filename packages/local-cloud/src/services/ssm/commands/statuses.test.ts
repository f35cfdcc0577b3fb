import { CancelCommandCommand } from "@aws-sdk/client-ssm";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import type { NodeStep, NodeStepResult } from "../../../nodes/node-runtime.ts";
import {
  commandOf,
  createDocument,
  createNodeCloud,
  resultOf,
  send,
  startNodes,
  statesOf,
  step,
  type NodeCloud,
  type NodeCloudOptions,
} from "../testing/node-cloud.ts";
import { invocationStates } from "./records.ts";

/** A step that runs until it is stopped. */
const endless = ({ signal }: NodeStep) =>
  new Promise<NodeStepResult>((resolve) => {
    signal.addEventListener("abort", () => resolve({ exitCode: 143, stdout: "", stderr: "stopped" }));
  });

interface Row {
  readonly details: keyof typeof invocationStates;
  readonly status: string;
  readonly isError: boolean;
  readonly isTerminal: boolean;
  readonly cloud?: NodeCloudOptions;
  /** Brings the one invocation of a command into that state. */
  readonly provoke: (cloud: NodeCloud) => Promise<{ commandId: string; instanceId: string }>;
}

async function sent(cloud: NodeCloud, input: Parameters<typeof send>[1] = {}) {
  const [instanceId = ""] = await startNodes(cloud, 1);
  const commandId = await send(cloud, { InstanceIds: [instanceId], TimeoutSeconds: 60, ...input });
  return { commandId, instanceId };
}

/** An image of Windows beside the world's own. */
const withWindows: NodeCloudOptions = {
  ec2: {
    world: (world) => ({ ...world, images: world.images.map((image) => ({ ...image, platform: "windows" as const })) }),
  },
};

const rows: readonly Row[] = [
  {
    details: "Pending",
    status: "Pending",
    isError: false,
    isTerminal: false,
    cloud: { dials: { deliveryMs: { min: 60_000, max: 60_000 } } },
    provoke: (cloud) => sent(cloud),
  },
  {
    details: "InProgress",
    status: "InProgress",
    isError: false,
    isTerminal: false,
    provoke: async (cloud) => {
      cloud.runtime.answer = endless;
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      return command;
    },
  },
  {
    details: "Delayed",
    status: "Delayed",
    isError: false,
    isTerminal: false,
    provoke: async (cloud) => {
      const [instanceId = ""] = await startNodes(cloud, 1);
      cloud.ec2.admin.failHardware(instanceId, "silent");
      const commandId = await send(cloud, { InstanceIds: [instanceId], TimeoutSeconds: 60 });
      await cloud.clock.advance(30_000);
      return { commandId, instanceId };
    },
  },
  {
    details: "Success",
    status: "Success",
    isError: false,
    isTerminal: true,
    provoke: async (cloud) => {
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      return command;
    },
  },
  {
    details: "Failed",
    status: "Failed",
    isError: true,
    isTerminal: true,
    provoke: async (cloud) => {
      cloud.runtime.answer = () => ({ exitCode: 3, stdout: "", stderr: "no" });
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      return command;
    },
  },
  {
    details: "ExecutionTimedOut",
    status: "TimedOut",
    isError: true,
    isTerminal: true,
    provoke: async (cloud) => {
      cloud.runtime.answer = endless;
      const command = await sent(cloud);
      await cloud.clock.advance(31_000);
      return command;
    },
  },
  {
    details: "DeliveryTimedOut",
    status: "TimedOut",
    isError: false,
    isTerminal: true,
    provoke: async (cloud) => {
      const [instanceId = ""] = await startNodes(cloud, 1);
      cloud.ec2.admin.failHardware(instanceId, "silent");
      const commandId = await send(cloud, { InstanceIds: [instanceId], TimeoutSeconds: 60 });
      await cloud.clock.advance(91_000);
      return { commandId, instanceId };
    },
  },
  {
    details: "Undeliverable",
    status: "Failed",
    isError: false,
    isTerminal: true,
    cloud: { dials: { deliveryMs: { min: 500, max: 500 } } },
    provoke: async (cloud) => {
      const command = await sent(cloud);
      await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [command.instanceId] })));
      await cloud.clock.advance(12_000);
      return command;
    },
  },
  {
    details: "InvalidPlatform",
    status: "Failed",
    isError: false,
    isTerminal: true,
    cloud: withWindows,
    provoke: async (cloud) => {
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      return command;
    },
  },
  {
    details: "AccessDenied",
    status: "Failed",
    isError: false,
    isTerminal: true,
    provoke: async (cloud) => {
      const [instanceId = ""] = await startNodes(cloud, 1);
      cloud.ssm.admin.denyNode(instanceId, true);
      const commandId = await send(cloud, { InstanceIds: [instanceId] });
      await cloud.clock.advance(1_000);
      return { commandId, instanceId };
    },
  },
  {
    details: "Terminated",
    status: "Cancelled",
    isError: false,
    isTerminal: true,
    provoke: async (cloud) => {
      cloud.runtime.answer = () => ({ exitCode: 1, stdout: "", stderr: "" });
      const ids = await startNodes(cloud, 2);
      const commandId = await send(cloud, { InstanceIds: ids, MaxConcurrency: "1", MaxErrors: "0" });
      await cloud.clock.advance(1_000);
      return { commandId, instanceId: ids[1] ?? "" };
    },
  },
  {
    details: "Cancelling",
    status: "Cancelling",
    isError: false,
    isTerminal: false,
    provoke: async (cloud) => {
      // It takes a minute to stop.
      cloud.runtime.answer = ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            cloud.clock.after(60_000, () => resolve({ exitCode: 143, stdout: "", stderr: "" }));
          });
        });
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      await cloud.clock.run(cloud.ssmClient.send(new CancelCommandCommand({ CommandId: command.commandId })));
      await cloud.clock.advance(1_000);
      return command;
    },
  },
  {
    details: "Cancelled",
    status: "Cancelled",
    isError: false,
    isTerminal: true,
    provoke: async (cloud) => {
      cloud.runtime.answer = endless;
      const command = await sent(cloud);
      await cloud.clock.advance(1_000);
      await cloud.clock.run(cloud.ssmClient.send(new CancelCommandCommand({ CommandId: command.commandId })));
      await cloud.clock.advance(1_000);
      return command;
    },
  },
];

describe("the statuses of an invocation", () => {
  it.each(rows)(
    "$details has the API's status $status; an error: $isError, final: $isTerminal",
    async ({ details, status, isError, isTerminal, cloud: options, provoke }) => {
      const cloud = createNodeCloud(options);
      // Thirty seconds are the step's execution timeout.
      await createDocument(cloud, { steps: [step("main", {}, { timeoutSeconds: 30 })] });
      const { commandId, instanceId } = await provoke(cloud);
      expect(await resultOf(cloud, commandId, instanceId)).toMatchObject({ Status: status, StatusDetails: details });
      expect(invocationStates[details]).toEqual({ status, isError, isFinal: isTerminal });
    },
  );

  it("are all of the table", () => {
    expect(rows.map((row) => row.details).toSorted()).toEqual(Object.keys(invocationStates).toSorted());
  });
});

describe("the status of a command", () => {
  /** Runs a command on so many nodes, and does to each what `fate` says. */
  async function commandWith(
    fates: readonly ("ok" | "fail" | "dead" | "gone")[],
    input: Parameters<typeof send>[1] = {},
  ) {
    const cloud = createNodeCloud({ dials: { deliveryMs: { min: 500, max: 500 } } });
    await createDocument(cloud, { steps: [step("main", {}, { timeoutSeconds: 30 })] });
    const ids = await startNodes(cloud, fates.length);
    cloud.runtime.answer = ({ instanceId }) => ({
      exitCode: fates[ids.indexOf(instanceId)] === "fail" ? 1 : 0,
      stdout: "",
      stderr: "",
    });
    const commandId = await send(cloud, { InstanceIds: ids, TimeoutSeconds: 60, ...input });
    for (const [index, fate] of fates.entries()) {
      if (fate === "dead") cloud.ec2.admin.failHardware(ids[index] ?? "", "silent");
    }
    const gone = ids.filter((_, index) => fates[index] === "gone");
    if (gone.length > 0) {
      await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: gone })));
    }
    await cloud.clock.advance(100_000);
    return commandOf(cloud, commandId);
  }

  it.each([
    ["all succeed", ["ok", "ok"], {}, "Success", "Success", { CompletedCount: 2, ErrorCount: 0 }],
    ["one fails and none may", ["fail", "ok"], {}, "Failed", "Failed", { CompletedCount: 2, ErrorCount: 1 }],
    ["one fails and one may", ["fail", "ok"], { MaxErrors: "1" }, "Success", "Success", { ErrorCount: 1 }],
    ["all fail and all may", ["fail", "fail"], { MaxErrors: "100%" }, "Failed", "Failed", { ErrorCount: 2 }],
    ["one is not reached", ["dead", "ok"], {}, "Failed", "Incomplete", { ErrorCount: 0, DeliveryTimedOutCount: 1 }],
    ["none is reached", ["dead", "dead"], {}, "TimedOut", "DeliveryTimedOut", { DeliveryTimedOutCount: 2 }],
    [
      "four are undeliverable and one succeeds",
      ["gone", "gone", "gone", "gone", "ok"],
      {},
      "Success",
      "Success",
      { CompletedCount: 5, ErrorCount: 0 },
    ],
    ["all are undeliverable", ["gone", "gone"], {}, "Failed", "Failed", { CompletedCount: 2, ErrorCount: 0 }],
  ] as const)("when %s", async (_what, fates, input, status, details, counts) => {
    expect(await commandWith(fates, input)).toMatchObject({
      Status: status,
      StatusDetails: details,
      TargetCount: fates.length,
      ...counts,
    });
  });

  it("is NoInstancesInTag when the tag finds no managed node", async () => {
    const cloud = createNodeCloud();
    await createDocument(cloud);
    const commandId = await send(cloud, { Targets: [{ Key: "tag:muster:tier", Values: ["nobody"] }] });
    await cloud.clock.advance(1_000);
    expect(await commandOf(cloud, commandId)).toMatchObject({
      Status: "Failed",
      StatusDetails: "NoInstancesInTag",
      TargetCount: 0,
    });
  });

  it("is RateExceeded when the account has too many pending invocations", async () => {
    const cloud = createNodeCloud({ dials: { pendingInvocationsMax: 3 } });
    await createDocument(cloud);
    const ids = await startNodes(cloud, 2);
    cloud.runtime.answer = endless;
    const first = await send(cloud, { InstanceIds: ids });
    const second = await send(cloud, { InstanceIds: ids });
    await cloud.clock.advance(1_000);
    expect(await commandOf(cloud, first)).toMatchObject({ StatusDetails: "InProgress" });
    expect(await commandOf(cloud, second)).toMatchObject({ Status: "Failed", StatusDetails: "RateExceeded" });
    expect(statesOf(cloud, second)).toEqual({});
  });

  it("goes from Pending over InProgress to Cancelling and Cancelled", async () => {
    const cloud = createNodeCloud({ dials: { deliveryMs: { min: 1_000, max: 1_000 } } });
    await createDocument(cloud);
    const ids = await startNodes(cloud, 2);
    cloud.runtime.answer = endless;
    const commandId = await send(cloud, { InstanceIds: ids });
    const seen = [(await commandOf(cloud, commandId))?.Status];
    await cloud.clock.advance(3_000);
    seen.push((await commandOf(cloud, commandId))?.Status);
    await cloud.clock.run(cloud.ssmClient.send(new CancelCommandCommand({ CommandId: commandId })));
    seen.push((await commandOf(cloud, commandId))?.Status);
    await cloud.clock.advance(2_000);
    seen.push((await commandOf(cloud, commandId))?.Status);
    expect(seen).toEqual(["Pending", "InProgress", "Cancelling", "Cancelled"]);
  });
});
