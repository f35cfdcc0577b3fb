import type { ClusterSpec } from "@muster/core";
import * as z from "zod/mini";
import {
  BACKENDS_MAX,
  FILESYSTEM_NAME,
  HOT_SPARES_AT_MINIMUM,
  PARITY_DEFAULT,
  PARITY_LEVELS,
  SERVER_CORES_MAX,
  STRIPE_WIDTH_MAX,
  STRIPE_WIDTH_MIN,
} from "./limits.ts";
import { completeProtection, type Protection } from "./protection.ts";
import { RELEASE } from "./versions.ts";

/** The `weka:` section of a spec, as it is written. */
export type WekaSection = z.infer<typeof wekaSectionSchema>;

const CLIENT_CORES_DEFAULT = 1;
const MOUNT_PATH_DEFAULT = "/mnt/weka";
const FILESYSTEM_DEFAULT = { name: "default", size: "all" } as const;

/** Where a filesystem may be mounted: plain absolute paths, since they travel through SSM, a shell and fstab. */
const MOUNT_PATH = /^(\/[A-Za-z0-9_][A-Za-z0-9._-]*){1,8}$/;
/** A size with a decimal or binary unit, as WEKA writes it. */
const SIZE = /^([1-9][0-9]{0,5})(GB|TB|PB|GiB|TiB|PiB)$/;
/** A secret's name or ARN. Secrets Manager, CreateSecret: letters, digits and /_+=.@-. */
const SECRET_ID = /^[A-Za-z0-9/_+=.@:-]{1,512}$/;
/** No user or password in it: it is shown in plans and handed to nodes as plain text. */
const PROXY = /^https?:\/\/[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?\/?$/;

// Descriptions are for editors, which show them from the JSON Schema of the spec.
const filesystemSchema = z.strictObject({
  name: z._default(
    z.string().check(z.regex(FILESYSTEM_NAME), z.describe("1 to 32 letters, digits, dots, dashes or underscores.")),
    FILESYSTEM_DEFAULT.name,
  ),
  size: z._default(
    z
      .union([z.literal("all"), z.string().check(z.regex(SIZE))])
      .check(
        z.describe(
          "A size such as 10TB or 4TiB, or all: the capacity that is left unprovisioned when the cluster is formed.",
        ),
      ),
    FILESYSTEM_DEFAULT.size,
  ),
});

const clientSchema = z
  .strictObject({
    cores: z._default(
      z.int().check(
        z.gte(1),
        z.meta({
          description: "WEKA cores on each client; each takes a network interface of its own, unless udp is true.",
          maximum: SERVER_CORES_MAX,
        }),
      ),
      CLIENT_CORES_DEFAULT,
    ),
    mountPath: z._default(
      z.string().check(z.regex(MOUNT_PATH), z.describe("Where the filesystem is mounted: a plain absolute path.")),
      MOUNT_PATH_DEFAULT,
    ),
    udp: z._default(
      z.boolean().check(z.describe("The kernel's network stack in place of DPDK: one interface, more CPU.")),
      false,
    ),
  })
  .check(z.describe("How nodes mount the filesystem."));

const protectionSchema = z
  .strictObject({
    data: z.optional(
      z.int().check(
        z.meta({
          description: "Data drives of a stripe; by default the widest stripe that fits.",
          minimum: STRIPE_WIDTH_MIN,
          maximum: STRIPE_WIDTH_MAX,
        }),
      ),
    ),
    parity: z.optional(
      z.int().check(
        z.meta({
          description: `Parity drives of a stripe: servers that may fail at once; by default ${PARITY_DEFAULT}.`,
          minimum: Math.min(...PARITY_LEVELS),
          maximum: Math.max(...PARITY_LEVELS),
          enum: [...PARITY_LEVELS],
        }),
      ),
    ),
    hotSpares: z.optional(
      z.int().check(
        z.meta({
          description: "Servers whose room is kept free to rebuild lost ones; by default as many as WEKA sets itself.",
          minimum: HOT_SPARES_AT_MINIMUM,
          maximum: BACKENDS_MAX,
        }),
      ),
    ),
  })
  .check(z.describe("How data is protected. It cannot be changed once the cluster is formed."));

export const wekaSectionSchema = z
  .strictObject({
    version: z.string().check(z.regex(RELEASE), z.describe("A release of get.weka.io such as 5.1.31, in quotes.")),
    tokenSecret: z
      .string()
      .check(
        z.regex(SECRET_ID),
        z.describe(
          "Name or ARN of the secret in Secrets Manager that holds your token for get.weka.io, as plain text.",
        ),
      ),
    protection: z.optional(protectionSchema),
    filesystem: z._default(
      z
        .union([z.literal("none"), filesystemSchema])
        .check(z.describe("The filesystem that is made and that nodes mount; none makes none.")),
      FILESYSTEM_DEFAULT,
    ),
    client: z._default(clientSchema, {
      cores: CLIENT_CORES_DEFAULT,
      mountPath: MOUNT_PATH_DEFAULT,
      udp: false,
    }),
    dedicatedFrontend: z.optional(
      z
        .boolean()
        .check(
          z.describe(
            "A container of its own for the frontend core; converged nodes always have one, since they mount through it.",
          ),
        ),
    ),
    proxy: z.optional(
      z
        .string()
        .check(
          z.regex(PROXY),
          z.describe(
            "HTTP proxy through which nodes reach get.weka.io and WEKA's cloud, without a user or password in it.",
          ),
        ),
    ),
  })
  .check(z.describe("What is WEKA's own."));

export const CLIENT_BACKEND = "client-backend";
export const CONVERGED = "converged";
export const CLIENT_TIER = "client";

/** The tier that holds the data, in each deployment. */
export function dataTier(deployment: string): "backend" | "converged" {
  return deployment === CONVERGED ? "converged" : "backend";
}

/** What a checked spec says, with everything that it leaves open decided. */
export interface WekaPlan {
  readonly section: WekaSection;
  readonly backends: number;
  readonly protection: Protection;
  readonly hasFrontend: boolean;
  readonly filesystem: { readonly name: string; readonly bytes: number | "all" } | undefined;
}

/** Call it only with a spec that `checkWeka` found nothing wrong with. */
export function planOf(spec: ClusterSpec): WekaPlan {
  const section = wekaSectionSchema.parse(spec["weka"]);
  const backends = spec.tiers[dataTier(spec.deployment)]?.count ?? 0;
  const { filesystem } = section;
  return {
    section,
    backends,
    protection: completeProtection(backends, askedProtection(section)),
    hasFrontend: section.dedicatedFrontend ?? spec.deployment === CONVERGED,
    filesystem: filesystem === "none" ? undefined : { name: filesystem.name, bytes: bytesOf(filesystem.size) },
  };
}

/** The spec with its protection and containers written out: they follow from the size at formation, and not from a later one. */
export function pinWeka(spec: ClusterSpec): ClusterSpec {
  const { section, protection, hasFrontend } = planOf(spec);
  return { ...spec, weka: { ...section, protection, dedicatedFrontend: hasFrontend } };
}

/** What the section says of protection, without the parts it leaves open. */
export function askedProtection(section: Pick<WekaSection, "protection">): Partial<Protection> {
  const { data, parity, hotSpares } = section.protection ?? {};
  return {
    ...(data === undefined ? {} : { data }),
    ...(parity === undefined ? {} : { parity }),
    ...(hotSpares === undefined ? {} : { hotSpares }),
  };
}

/** Bytes of a size such as `10TB` or `4TiB`; `all` stays what it is. */
export function bytesOf(size: string): number | "all" {
  const [, digits = "", unit = ""] = SIZE.exec(size) ?? [];
  if (size === "all") return "all";
  return Number(digits) * (UNIT_BYTES[unit] ?? Number.NaN);
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
};
