import type { Ec2Core } from "./core.ts";
import type { GuestListener } from "./lifecycle/lifecycle.ts";
import { privateDnsName } from "./lifecycle/node-machine.ts";
import type { InstanceRecord, InstanceStateName } from "./state/records.ts";

/**
 * The instances as they are, for what runs on them: no lag, no order. This is all that other services get to see of EC2.
 */
export interface NodeSource {
  get(instanceId: string): NodeView | undefined;
  /** Ids of instances that carry the tag (with one of the values, if any are given), in any state. */
  withTag(key: string, values?: readonly string[]): readonly string[];
  /** Tells of operating systems that come up and go down, in the moment they do. */
  watch(listener: GuestListener): void;
}

export interface NodeView {
  readonly instanceId: string;
  readonly state: InstanceStateName;
  /** Its operating system runs; false also for one that died while EC2 calls it running. */
  readonly guestUp: boolean;
  readonly platform: "linux" | "windows";
  /** Of the image, such as `Amazon Linux`. */
  readonly platformName: string;
  readonly privateIp: string;
  readonly hostname: string;
  readonly instanceType: string;
  readonly architecture: string;
  /** Role of its instance profile. */
  readonly roleArn: string | undefined;
  readonly launchedAt: number;
  readonly tags: ReadonlyMap<string, string>;
}

export function nodeSource(core: Ec2Core): NodeSource {
  return {
    get: (instanceId) => {
      const instance = core.store.instances.get(instanceId);
      return instance === undefined ? undefined : viewOf(core, instance);
    },
    withTag: (key, values) => core.store.tags.carriers(key, values).filter((id) => core.store.instances.has(id)),
    watch: (listener) => core.lifecycle.watch(listener),
  };
}

function viewOf(core: Ec2Core, instance: InstanceRecord): NodeView {
  const privateIp = instance.interfaces[0]?.addresses[0] ?? "";
  return {
    instanceId: instance.instanceId,
    state: instance.state.actual.name,
    guestUp: instance.guestUp,
    platform: instance.image.platform,
    platformName: instance.image.platform === "windows" ? "Microsoft Windows Server" : "Amazon Linux",
    privateIp,
    hostname: privateDnsName(privateIp, core.context.region),
    instanceType: instance.type.name,
    architecture: instance.type.architecture,
    roleArn: instance.profile?.roleArn,
    launchedAt: instance.launchedAt,
    tags: core.store.tags.of(instance.instanceId),
  };
}
