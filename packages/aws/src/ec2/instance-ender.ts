import { EC2Client, ModifyInstanceAttributeCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { TERMINATE_IDS_MAX, type InstanceEnder, type InstancePlace } from "@muster/core";
import { classify, NOT_PERMITTED } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { ignoringAbsence } from "./absence.ts";

export function instanceEnder(runtime: AwsRuntime): InstanceEnder {
  const client = runtime.client(EC2Client);
  const ec2 = { runtime, client };
  return {
    unprotect: (instanceId) => unprotect(ec2, instanceId),
    terminate: (places) => terminate(ec2, places),
  };
}

interface Ec2 {
  readonly runtime: AwsRuntime;
  readonly client: EC2Client;
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

interface Ended {
  readonly refused: readonly string[];
  readonly ending: readonly string[];
}

async function terminate(ec2: Ec2, places: readonly InstancePlace[]): Promise<Ended> {
  const rounds: Ended[] = [];
  // A call that names one protected instance still ends instances of other zones: so one zone a call.
  for (const zone of new Set(places.map((place) => place.availabilityZone))) {
    const ids = places.filter((place) => place.availabilityZone === zone).map((place) => place.instanceId);
    for (let start = 0; start < ids.length; start += TERMINATE_IDS_MAX) {
      rounds.push(await terminateZone(ec2, ids.slice(start, start + TERMINATE_IDS_MAX)));
    }
  }
  return {
    refused: rounds.flatMap((round) => round.refused),
    ending: rounds.flatMap((round) => round.ending),
  };
}

/** One bad id fails the whole call: the error names it, and the rest is asked again. */
async function terminateZone({ runtime, client }: Ec2, ids: readonly string[]): Promise<Ended> {
  const refused: string[] = [];
  let left = ids;
  while (left.length > 0) {
    try {
      const InstanceIds = [...left];
      const { TerminatingInstances = [] } = await call(runtime, "ec2:TerminateInstances", () =>
        client.send(new TerminateInstancesCommand({ InstanceIds })),
      );
      const isOver = (id: string) =>
        TerminatingInstances.some((change) => change.InstanceId === id && change.CurrentState?.Name === "terminated");
      return { refused, ending: left.filter((id) => !isOver(id)) };
    } catch (error) {
      const { kind, code, message } = classify(error);
      if (code !== NOT_PERMITTED && kind !== "not-found") throw error;
      const named: readonly string[] = message.match(/i-[0-9a-f]+/g) ?? [];
      const bad = left.filter((id) => named.includes(id));
      refused.push(...(bad.length === 0 ? left : bad));
      left = bad.length === 0 ? [] : left.filter((id) => !bad.includes(id));
    }
  }
  return { refused, ending: [] };
}
