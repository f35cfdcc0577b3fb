import type { InstanceMetadataOptionsRequest } from "@aws-sdk/client-ec2";
import { invalidParameterValue } from "../errors/general.ts";
import { refuseOthers } from "../input.ts";
import type { MetadataOptions } from "../state/records.ts";
import type { ImageDefinition } from "../world/world.ts";
import { tagsFor, type TagsByType } from "./tag-specifications.ts";

/** HttpPutResponseHopLimit, both ends allowed. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html */
const HOP_LIMIT = { min: 1, max: 64 } as const;
/** What an image with imds-support v2.0 sets when the launch says nothing. */
const HOP_LIMIT_OF_V2_IMAGES = 2;

/** The request comes first, then the image; the account's own defaults are those of a new account: none. */
export function planMetadata(
  options: InstanceMetadataOptionsRequest | undefined,
  launch: { image: ImageDefinition; tags: TagsByType },
): MetadataOptions {
  refuseOthers("RunInstances MetadataOptions", options, [
    "HttpTokens",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "InstanceMetadataTags",
  ]);
  const hopLimit = options?.HttpPutResponseHopLimit;
  if (hopLimit !== undefined && (hopLimit < HOP_LIMIT.min || hopLimit > HOP_LIMIT.max)) {
    throw invalidParameterValue(
      `Value (${hopLimit}) for parameter HttpPutResponseHopLimit is invalid. ` +
        `Expecting a value from ${HOP_LIMIT.min} to ${HOP_LIMIT.max}.`,
    );
  }
  const instanceTags =
    oneOf("InstanceMetadataTags", options?.InstanceMetadataTags, ["enabled", "disabled"]) ?? "disabled";
  if (instanceTags === "enabled") checkKeysForMetadata(tagsFor(launch.tags, "instance"));
  const v2 = launch.image.requiresImdsV2;
  return {
    httpTokens: oneOf("HttpTokens", options?.HttpTokens, ["required", "optional"]) ?? (v2 ? "required" : "optional"),
    hopLimit: hopLimit ?? (v2 ? HOP_LIMIT_OF_V2_IMAGES : HOP_LIMIT.min),
    httpEndpoint: oneOf("HttpEndpoint", options?.HttpEndpoint, ["enabled", "disabled"]) ?? "enabled",
    instanceTags,
  };
}

/** Tags become paths of the metadata service, which not every key can. */
export function checkKeysForMetadata(tags: ReadonlyMap<string, string>): void {
  for (const key of tags.keys()) {
    if (/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(key) && ![".", "..", "_index"].includes(key)) continue;
    throw invalidParameterValue(
      `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a ` +
        "reserved name ('.', '..', '_index')",
    );
  }
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalidParameterValue(`Value (${value}) for parameter ${name} is invalid.`);
  return found;
}
