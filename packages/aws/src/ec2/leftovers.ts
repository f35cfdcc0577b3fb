import {
  DeleteNetworkInterfaceCommand,
  DeleteVolumeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import type { LeftoverRemover } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { ignoringAbsence } from "./absence.ts";
import { pages } from "../pages.ts";
import { tagFilters } from "./tag-filters.ts";

export function leftoverRemover(runtime: AwsRuntime): LeftoverRemover {
  const client = runtime.client(EC2Client);
  const ec2 = { runtime, client };
  return {
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

/** EC2: results of one page of DescribeNetworkInterfaces (1,000) and DescribeVolumes (500). */
const INTERFACES_PAGE = 1_000;
const VOLUMES_PAGE = 500;

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
