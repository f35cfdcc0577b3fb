import { AddressPool } from "../world/address-pool.ts";
import type { Ec2World, SecurityGroupDefinition, SubnetDefinition } from "../world/world.ts";
import type { InstanceRecord, InterfaceRecord, PlacementGroupRecord, VolumeRecord } from "./records.ts";
import type { FleetRecord, LaunchTemplateRecord, TokenRecord } from "./request-records.ts";
import { TagIndex } from "./tag-index.ts";
import { Usage, type OtherUsage } from "./usage.ts";

export interface Subnet {
  readonly definition: SubnetDefinition;
  readonly addresses: AddressPool;
}

/** Everything that the embedded EC2 remembers. Records are found by id, and through the tag index by tag. */
export class Ec2Store {
  /** Every instance ever launched, terminated ones too: invariant checkers look at the whole history. */
  readonly instances = new Map<string, InstanceRecord>();
  /** Instances that can still be described, which terminated ones leave after an hour. */
  readonly describable = new Map<string, InstanceRecord>();
  readonly interfaces = new Map<string, InterfaceRecord>();
  readonly volumes = new Map<string, VolumeRecord>();
  /** By name. */
  readonly placementGroups = new Map<string, PlacementGroupRecord>();
  /** By id. */
  readonly launchTemplates = new Map<string, LaunchTemplateRecord>();
  readonly fleets = new Map<string, FleetRecord>();
  /** By zone (or region) and client token. */
  readonly tokens = new Map<string, TokenRecord>();
  /** Answers of operations that make one thing, by operation and client token. */
  readonly answers = new Map<string, { readonly fingerprint: string; readonly answer: object }>();
  /** Capacity of pools as a test has set it, by `poolKey`. */
  readonly capacities = new Map<string, number>();
  readonly tags = new TagIndex();
  readonly usage: Usage;
  readonly world: Ec2World;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroupDefinition>;
  /** Terminated instances that can still be described, in the order in which they died. */
  readonly #dead: InstanceRecord[] = [];
  /** The part of them whose tags are gone already comes first. */
  #untagged = 0;

  constructor(world: Ec2World, others: OtherUsage) {
    this.world = world;
    this.usage = new Usage(others);
    this.subnets = new Map(
      world.subnets.map((subnet) => [
        subnet.subnetId,
        { definition: subnet, addresses: new AddressPool(subnet.cidr, subnet.takenAddresses) },
      ]),
    );
    this.securityGroups = new Map(world.securityGroups.map((group) => [group.groupId, group]));
    for (const vpc of world.vpcs) this.#addTags(vpc.vpcId, "vpc", vpc.tags);
    for (const subnet of world.subnets) this.#addTags(subnet.subnetId, "subnet", subnet.tags);
    for (const group of world.securityGroups) this.#addTags(group.groupId, "security-group", group.tags);
    for (const group of world.placementGroups) {
      this.#addTags(group.groupId, "placement-group", group.tags);
      this.placementGroups.set(group.groupName, {
        groupId: group.groupId,
        groupName: group.groupName,
        strategy: group.strategy,
        partitions: group.strategy === "partition" ? (group.partitions ?? 2) : undefined,
        spreadLevel: group.strategy === "spread" ? "rack" : undefined,
        members: new Set(),
      });
    }
  }

  addInstance(instance: InstanceRecord): void {
    this.instances.set(instance.instanceId, instance);
    this.describable.set(instance.instanceId, instance);
  }

  /** From now on the clock runs until nobody can describe it any more. */
  addDead(instance: InstanceRecord): void {
    this.#dead.push(instance);
  }

  /** Lets go of terminated instances, and before that of their tags, when their time has come. */
  forget(now: number, keep: { instanceMs: number; tagsMs: number }): void {
    while (this.#untagged < this.#dead.length) {
      const instance = this.#dead[this.#untagged];
      if (instance === undefined || (instance.terminatedAt ?? now) + keep.tagsMs > now) break;
      this.tags.remove(instance.instanceId);
      this.#untagged++;
    }
    let gone = 0;
    for (const instance of this.#dead) {
      if ((instance.terminatedAt ?? now) + keep.instanceMs > now) break;
      this.describable.delete(instance.instanceId);
      this.tags.remove(instance.instanceId);
      gone++;
    }
    this.#dead.splice(0, gone);
    this.#untagged = Math.max(0, this.#untagged - gone);
  }

  /** The placement group of that id or name. */
  placementGroup(idOrName: string): PlacementGroupRecord | undefined {
    const named = this.placementGroups.get(idOrName);
    if (named !== undefined) return named;
    return [...this.placementGroups.values()].find((group) => group.groupId === idOrName);
  }

  launchTemplate(reference: { id?: string | undefined; name?: string | undefined }): LaunchTemplateRecord | undefined {
    if (reference.id !== undefined) return this.launchTemplates.get(reference.id);
    return [...this.launchTemplates.values()].find((template) => template.name === reference.name);
  }

  #addTags(id: string, type: string, tags: Readonly<Record<string, string>>): void {
    this.tags.add(id, type, new Map(Object.entries(tags)));
  }
}
