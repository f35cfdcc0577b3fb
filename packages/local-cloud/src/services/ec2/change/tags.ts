import type { CreateTagsRequest, DeleteTagsRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { isSeen } from "../describe/describe-instances.ts";
import { instanceNotFound, invalidParameterValue, missingParameter } from "../errors/general.ts";
import { notFound, type ResourceKind } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import { checkKeysForMetadata } from "../launch/metadata.ts";
import { parseTags, TAGS_MAX, tagLimitExceeded } from "../launch/tag-specifications.ts";

/** Resources in one call. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
const RESOURCES_MAX = 1_000;

export function createTags(core: Ec2Core, input: CreateTagsRequest): object {
  refuseOthers("CreateTags", input, ["Resources", "Tags", "DryRun"]);
  const tags = parseTags(input.Tags ?? []);
  if (tags.size === 0) throw missingParameter("Tag");
  const ids = checkResources(core, input.Resources);
  for (const id of ids) {
    const keys = new Set([...core.store.tags.of(id).keys(), ...tags.keys()]);
    if ([...keys].filter((key) => !key.startsWith("aws:")).length > TAGS_MAX) throw tagLimitExceeded();
    if (core.store.instances.get(id)?.metadata.instanceTags === "enabled") checkKeysForMetadata(tags);
  }
  endDryRun(input);
  for (const id of ids) for (const [key, value] of tags) core.store.tags.set(id, key, value);
  return {};
}

/**
 * Deletes the tags named, whatever their value unless one is given; all of the user's own when none are named.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
export function deleteTags(core: Ec2Core, input: DeleteTagsRequest): object {
  refuseOthers("DeleteTags", input, ["Resources", "Tags", "DryRun"]);
  for (const { Key: key } of input.Tags ?? []) {
    if (key?.startsWith("aws:") === true) {
      throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
  }
  const ids = checkResources(core, input.Resources);
  endDryRun(input);
  for (const id of ids) {
    const present = core.store.tags.of(id);
    const own = [...present.keys()].filter((key) => !key.startsWith("aws:")).map((Key) => ({ Key, Value: undefined }));
    for (const { Key: key = "", Value: value } of input.Tags ?? own) {
      if (value === undefined || present.get(key) === value) core.store.tags.unset(id, key);
    }
  }
  return {};
}

function checkResources(core: Ec2Core, ids: readonly string[] | undefined): readonly string[] {
  if (ids === undefined || ids.length === 0) throw missingParameter("ResourceId");
  if (ids.length > RESOURCES_MAX) {
    throw invalidParameterValue(`A request may name at most ${RESOURCES_MAX} resources, not ${ids.length}.`);
  }
  for (const id of ids) checkResource(core, id);
  return ids;
}

const kindByPrefix: Readonly<Record<string, ResourceKind>> = {
  subnet: "subnet",
  sg: "security-group",
  ami: "image",
  vpc: "vpc",
  eni: "network-interface",
  vol: "volume",
};

function checkResource(core: Ec2Core, id: string): void {
  const instance = core.store.instances.get(id);
  if (instance === undefined ? core.store.tags.has(id) : isSeen(core, instance) && core.store.tags.has(id)) return;
  const prefix = id.slice(0, Math.max(0, id.indexOf("-")));
  if (prefix === "i") throw instanceNotFound([id]);
  const kind = kindByPrefix[prefix];
  throw kind === undefined ? new AwsError("InvalidID", `The ID '${id}' is not valid`) : notFound(kind, id);
}
