import type { HookContext, HookDefinition } from "@muster/core";
import { ADMIN_SECRET } from "./blueprint.ts";
import { parseForm, parseJoin, parseMount, parsePrepare, parseUnmount, parseVerify } from "./hook-results.ts";
import { ENTRY_ADDRESSES_MAX } from "./limits.ts";
import { NONE, type DocumentName, type ParametersOf } from "./parameters.ts";
import { CLIENT_TIER, dataTier, planOf } from "./spec-section.ts";
import { HOOK_TIMEOUTS_SECONDS, TYPICAL_SECONDS } from "./timeouts.ts";

/** What WEKA runs on nodes. Taking backends out (drain, drained, leave) will stand beside these. */
export const wekaHooks = {
  prepare: define("prepare", {
    targets: "all",
    attempts: 3,
    parameters: (context): ParametersOf<"weka-prepare"> => ({
      ...containerParameters(context),
      region: context.region,
      version: planOf(context.spec).section.version,
      tokenSecret: planOf(context.spec).section.tokenSecret,
      volumeGiB: shapeParameter(context, "volumeGiB"),
      disks: shapeParameter(context, "disks"),
      proxy: proxyOf(context),
    }),
    parse: parsePrepare,
  }),
  form: define("form", {
    targets: "one",
    attempts: 4,
    admits: true,
    parameters: (context): ParametersOf<"weka-form"> => {
      const { protection, filesystem } = planOf(context.spec);
      return {
        region: context.region,
        adminSecret: adminSecret(context),
        clusterName: context.cluster,
        addresses: addresses(context),
        frontendCores: shapeParameter(context, "frontendCores"),
        disks: shapeParameter(context, "disks"),
        data: String(protection.data),
        parity: String(protection.parity),
        hotSpares: String(protection.hotSpares),
        filesystem: filesystem?.name ?? NONE,
        filesystemBytes: filesystem === undefined ? "all" : String(filesystem.bytes),
        proxy: proxyOf(context),
      };
    },
    parse: parseForm,
  }),
  join: define("join", {
    targets: "all",
    attempts: 3,
    admits: true,
    parameters: (context): ParametersOf<"weka-join"> => ({
      ...containerParameters(context),
      region: context.region,
      adminSecret: adminSecret(context),
      addresses: entryAddresses(context),
      disks: shapeParameter(context, "disks"),
    }),
    parse: parseJoin,
  }),
  verify: define("verify", {
    targets: "one",
    attempts: 3,
    parameters: (context): ParametersOf<"weka-verify"> => ({
      region: context.region,
      adminSecret: adminSecret(context),
      addresses: addresses(context),
      frontendCores: shapeParameter(context, "frontendCores"),
      disks: shapeParameter(context, "disks"),
      filesystem: planOf(context.spec).filesystem?.name ?? NONE,
    }),
    parse: parseVerify,
  }),
  mount: define("mount", {
    targets: "all",
    attempts: 3,
    parameters: (context): ParametersOf<"weka-mount"> => {
      const { section, filesystem } = planOf(context.spec);
      const isClient = context.tier.name === CLIENT_TIER;
      return {
        region: context.region,
        addresses: entryAddresses(context),
        volumeGiB: shapeParameter(context, "volumeGiB"),
        filesystem: filesystem?.name ?? NONE,
        mountPath: section.client.mountPath,
        clientCores: String(section.client.cores),
        network: isClient ? (section.client.udp ? "udp" : "dpdk") : "local",
      };
    },
    parse: parseMount,
  }),
  unmount: define("unmount", {
    targets: "all",
    attempts: 3,
    parameters: (context): ParametersOf<"weka-unmount"> => ({
      mountPath: planOf(context.spec).section.client.mountPath,
    }),
    parse: parseUnmount,
  }),
} as const satisfies Readonly<Record<string, HookDefinition>>;

type HookName = "prepare" | "form" | "join" | "verify" | "mount" | "unmount";

function define(
  name: HookName,
  rest: Omit<HookDefinition, "name" | "document" | "timeoutSeconds" | "typicalSeconds">,
): HookDefinition {
  const document: DocumentName = `weka-${name}`;
  return {
    name,
    document,
    timeoutSeconds: HOOK_TIMEOUTS_SECONDS[document],
    typicalSeconds: TYPICAL_SECONDS[document],
    ...rest,
  };
}

function containerParameters(context: HookContext) {
  return {
    driveCores: shapeParameter(context, "driveCores"),
    computeCores: shapeParameter(context, "computeCores"),
    frontendCores: shapeParameter(context, "frontendCores"),
    computeMemory: shapeParameter(context, "computeMemory"),
  };
}

function shapeParameter({ shape }: HookContext, name: string): string {
  const value = shape.parameters[name];
  if (value === undefined) throw new TypeError(`the shape of ${shape.instanceType} has no ${name}`);
  return value;
}

/** Where the cluster's generated password lies; see the blueprint's `generatedSecrets`. */
function adminSecret({ secretNames }: HookContext): string {
  const name = secretNames[ADMIN_SECRET];
  if (name === undefined) throw new TypeError(`the context names no secret ${ADMIN_SECRET}`);
  return name;
}

function proxyOf({ spec }: HookContext): string {
  return planOf(spec).section.proxy ?? NONE;
}

/** All servers of the cluster that hold data, new ones too. */
function addresses(context: HookContext): string {
  return dataMembers(context)
    .map((member) => member.privateIp)
    .join(",");
}

/** Some servers that are in the cluster already: who comes new asks these. Where none is marked, as within one operation, any. */
function entryAddresses(context: HookContext): string {
  const all = dataMembers(context);
  const members = all.filter((member) => member.isMember);
  return (members.length > 0 ? members : all)
    .slice(0, ENTRY_ADDRESSES_MAX)
    .map((member) => member.privateIp)
    .join(",");
}

function dataMembers({ members, blueprint }: HookContext) {
  const tier = dataTier(blueprint.deployment);
  return members.filter((member) => member.tier === tier);
}
