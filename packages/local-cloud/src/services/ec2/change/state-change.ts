import type { InstanceStateChange } from "@aws-sdk/client-ec2";
import { instanceStateCodes, type InstanceRecord, type InstanceStateName } from "../state/records.ts";

/** Does something to an instance and tells the state before and after. */
export function changeState(instance: InstanceRecord, change: () => void): InstanceStateChange {
  const before = instance.state.actual.name;
  change();
  return {
    InstanceId: instance.instanceId,
    PreviousState: stateOf(before),
    CurrentState: stateOf(instance.state.actual.name),
  };
}

function stateOf(name: InstanceStateName) {
  return { Code: instanceStateCodes[name], Name: name };
}
