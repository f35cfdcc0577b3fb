import type { Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import { invalidParameterValue } from "../errors/general.ts";

/** User tags that one resource may carry; those of AWS (`aws:`) do not count. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html */
export const TAGS_MAX = 50;
/** Characters. */
const TAG_KEY_MAX = 128;
const TAG_VALUE_MAX = 256;

export type TagsByType = ReadonlyMap<string, ReadonlyMap<string, string>>;

const NO_TAGS: ReadonlyMap<string, string> = new Map();

/**
 * Tags to be given at birth, by resource type.
 * @throws InvalidParameterValue for a type that the operation does not tag, or a tag that cannot be
 */
export function parseTagSpecifications(
  specifications: readonly TagSpecification[] | undefined,
  taggable: readonly string[],
): TagsByType {
  const byType = new Map<string, ReadonlyMap<string, string>>();
  for (const { ResourceType: type = "", Tags: tags = [] } of specifications ?? []) {
    if (!taggable.includes(type)) {
      throw invalidParameterValue(`'${type}' is not a valid taggable resource type for this operation.`);
    }
    if (byType.has(type)) {
      throw new AwsError(
        "InvalidParameter",
        "The same resource type may not be specified more than once in tag specifications.",
      );
    }
    byType.set(type, parseTags(tags));
  }
  return byType;
}

/** @throws InvalidParameterValue, TagLimitExceeded */
export function parseTags(tags: readonly Tag[]): ReadonlyMap<string, string> {
  const parsed = new Map<string, string>();
  for (const { Key: key = "", Value: value = "" } of tags) {
    checkTagKey(key);
    if (value.length > TAG_VALUE_MAX) {
      throw invalidParameterValue(`Tag value exceeds the maximum length of ${TAG_VALUE_MAX} characters`);
    }
    if (parsed.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    parsed.set(key, value);
  }
  if (parsed.size > TAGS_MAX) throw tagLimitExceeded();
  return parsed;
}

function checkTagKey(key: string): void {
  if (key === "") throw invalidParameterValue("Tag key cannot be empty.");
  if (key.length > TAG_KEY_MAX) {
    throw invalidParameterValue(`Tag key exceeds the maximum length of ${TAG_KEY_MAX} characters`);
  }
  if (/^aws:/i.test(key)) throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
}

export function tagLimitExceeded(): AwsError {
  return new AwsError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
}

export function tagsFor(tags: TagsByType, resourceType: string): ReadonlyMap<string, string> {
  return tags.get(resourceType) ?? NO_TAGS;
}
