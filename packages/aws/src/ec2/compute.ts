import {
  DeleteNetworkInterfaceCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type Filter,
  type Instance as Ec2Instance,
} from "@aws-sdk/client-ec2";
import {
  isMusterError,
  TERMINATE_IDS_MAX,
  type Compute,
  type Instance,
  type InstancePlace,
  type LaunchOutcome,
  type LaunchRequest,
  type TryOutcome,
} from "@muster/core";
import { classify, DRY_RUN_ALLOWED, NOT_PERMITTED, TOKEN_OF_TERMINATED } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { pages } from "./pages.ts";
import { runInstancesInput } from "./run-instances.ts";

/** EC2 instances, their interfaces and volumes. */
export function compute(runtime: AwsRuntime): Compute {
  const client = runtime.client(EC2Client);
  const ec2 = { runtime, client };
  return {
    launch: (request) => launch(ec2, request),
    tryLaunch: (request) => tryLaunch(ec2, request),
    instances: (tags) => instances(ec2, tags),
    unprotect: (instanceId) => unprotect(ec2, instanceId),
    terminate: (places) => terminate(ec2, places),
    leftovers: async (tags) => {
      const [interfaces, volumes] = await Promise.all([interfacesWith(ec2, tags), volumesWith(ec2, tags)]);
      return { interfaces, volumes };
    },
    deleteInterface: (id) =>
      ignoringAbsence(() =>
        call(runtime, "ec2:DeleteNetworkInterface", () =>
          client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })),
        ),
      ),
    deleteVolume: (id) =>
      ignoringAbsence(() =>
        call(runtime, "ec2:DeleteVolume", () => client.send(new DeleteVolumeCommand({ VolumeId: id }))),
      ),
  };
}

interface Ec2 {
  readonly runtime: AwsRuntime;
  readonly client: EC2Client;
}

/** EC2: results of one page of DescribeInstances, DescribeNetworkInterfaces (1,000) and DescribeVolumes (500). */
const INSTANCES_PAGE = 1_000;
const INTERFACES_PAGE = 1_000;
const VOLUMES_PAGE = 500;

async function launch({ runtime, client }: Ec2, request: LaunchRequest): Promise<LaunchOutcome> {
  try {
    const answer = await call(runtime, "ec2:RunInstances", () =>
      client.send(new RunInstancesCommand(runInstancesInput(request))),
    );
    const launched = (answer.Instances ?? []).toSorted((a, b) => (a.AmiLaunchIndex ?? 0) - (b.AmiLaunchIndex ?? 0));
    return {
      outcome: "launched",
      instances: launched.flatMap(({ InstanceId, PrivateIpAddress }) =>
        InstanceId === undefined ? [] : [{ instanceId: InstanceId, privateIp: PrivateIpAddress }],
      ),
    };
  } catch (error) {
    const { kind, code, message } = classify(error);
    if (kind === "no-capacity") return { outcome: "no-capacity", code, message };
    if (code === TOKEN_OF_TERMINATED) return { outcome: "vanished", code, message };
    if (kind === "other" || kind === "not-found") return { outcome: "refused", code, message };
    throw error;
  }
}

async function tryLaunch({ runtime, client }: Ec2, request: LaunchRequest): Promise<TryOutcome> {
  // Without the token: a dry run may not be taken for the launch itself.
  const { ClientToken: _, ...input } = runInstancesInput(request);
  try {
    await call(runtime, "ec2:RunInstances", () => client.send(new RunInstancesCommand({ ...input, DryRun: true })));
    return { outcome: "allowed" };
  } catch (error) {
    // Denied is an answer here, not a failure of ours.
    if (isMusterError(error, "AwsAccessDenied"))
      return { outcome: "refused", code: "UnauthorizedOperation", message: error.why };
    if (isMusterError(error)) throw error;
    const { code, message } = classify(error);
    return code === DRY_RUN_ALLOWED ? { outcome: "allowed" } : { outcome: "refused", code, message };
  }
}

async function instances({ runtime, client }: Ec2, tags: Readonly<Record<string, string>>): Promise<Instance[]> {
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeInstances", () =>
      client.send(new DescribeInstancesCommand({ Filters: tagFilters(tags), MaxResults: INSTANCES_PAGE, NextToken })),
    ),
  );
  return found
    .flatMap((page) => page.Reservations ?? [])
    .flatMap((reservation) => (reservation.Instances ?? []).flatMap(toInstance));
}

function toInstance(instance: Ec2Instance): Instance[] {
  const { InstanceId, State, Placement, LaunchTime } = instance;
  if (InstanceId === undefined || State?.Name === undefined) return [];
  const reason = instance.StateReason?.Message;
  return [
    {
      instanceId: InstanceId,
      isSpot: instance.InstanceLifecycle === "spot",
      state: State.Name,
      availabilityZone: Placement?.AvailabilityZone ?? "",
      privateIp: instance.PrivateIpAddress,
      tags: Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
      ...(reason === undefined || reason === "" ? {} : { stateReason: reason }),
      launchedAt: LaunchTime?.getTime() ?? 0,
    },
  ];
}

async function unprotect({ runtime, client }: Ec2, InstanceId: string): Promise<void> {
  // One attribute a call: EC2's own rule for ModifyInstanceAttribute.
  const off = { Value: false };
  for (const attribute of [{ DisableApiTermination: off }, { DisableApiStop: off }]) {
    await ignoringAbsence(() =>
      call(runtime, "ec2:ModifyInstanceAttribute", () =>
        client.send(new ModifyInstanceAttributeCommand({ InstanceId, ...attribute })),
      ),
    );
  }
}

async function terminate(ec2: Ec2, places: readonly InstancePlace[]): Promise<{ refused: string[] }> {
  const refused: string[] = [];
  // A call that names one protected instance still ends instances of other zones: so one zone a call.
  for (const zone of new Set(places.map((place) => place.availabilityZone))) {
    const ids = places.filter((place) => place.availabilityZone === zone).map((place) => place.instanceId);
    for (let start = 0; start < ids.length; start += TERMINATE_IDS_MAX) {
      refused.push(...(await terminateZone(ec2, ids.slice(start, start + TERMINATE_IDS_MAX))));
    }
  }
  return { refused };
}

/** Answers the ids that EC2 refused. One bad id fails the whole call: the error names it, and the rest is asked again. */
async function terminateZone({ runtime, client }: Ec2, ids: readonly string[]): Promise<string[]> {
  const refused: string[] = [];
  let left = ids;
  while (left.length > 0) {
    try {
      const InstanceIds = [...left];
      await call(runtime, "ec2:TerminateInstances", () => client.send(new TerminateInstancesCommand({ InstanceIds })));
      return refused;
    } catch (error) {
      const { kind, code, message } = classify(error);
      if (code !== NOT_PERMITTED && kind !== "not-found") throw error;
      const named: readonly string[] = message.match(/i-[0-9a-f]+/g) ?? [];
      const bad = left.filter((id) => named.includes(id));
      refused.push(...(bad.length === 0 ? left : bad));
      left = bad.length === 0 ? [] : left.filter((id) => !bad.includes(id));
    }
  }
  return refused;
}

async function interfacesWith({ runtime, client }: Ec2, tags: Readonly<Record<string, string>>) {
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeNetworkInterfaces", () =>
      client.send(
        new DescribeNetworkInterfacesCommand({ Filters: tagFilters(tags), MaxResults: INTERFACES_PAGE, NextToken }),
      ),
    ),
  );
  return found
    .flatMap((page) => page.NetworkInterfaces ?? [])
    .flatMap(({ NetworkInterfaceId, Status }) =>
      NetworkInterfaceId === undefined ? [] : [{ id: NetworkInterfaceId, inUse: Status !== "available" }],
    );
}

async function volumesWith({ runtime, client }: Ec2, tags: Readonly<Record<string, string>>) {
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeVolumes", () =>
      client.send(new DescribeVolumesCommand({ Filters: tagFilters(tags), MaxResults: VOLUMES_PAGE, NextToken })),
    ),
  );
  return found
    .flatMap((page) => page.Volumes ?? [])
    .flatMap(({ VolumeId, State }) =>
      VolumeId === undefined || State === "deleting" || State === "deleted"
        ? []
        : [{ id: VolumeId, inUse: State !== "available" }],
    );
}

function tagFilters(tags: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

async function ignoringAbsence(perform: () => Promise<unknown>): Promise<void> {
  try {
    await perform();
  } catch (error) {
    if (classify(error).kind !== "not-found") throw error;
  }
}
