import { DescribeInstancesCommand, EC2Client, type Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import type { Instance, InstanceReader } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { pages } from "../pages.ts";
import { tagFilters } from "./tag-filters.ts";

export function instanceReader(runtime: AwsRuntime): InstanceReader {
  const client = runtime.client(EC2Client);
  return { instances: (tags) => instances({ runtime, client }, tags) };
}

interface Ec2 {
  readonly runtime: AwsRuntime;
  readonly client: EC2Client;
}

/** EC2: results of one page of DescribeInstances. */
const INSTANCES_PAGE = 1_000;

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
