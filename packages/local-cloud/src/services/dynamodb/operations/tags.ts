import type {
  ListTagsOfResourceCommandInput,
  Tag,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { TableRecord } from "../catalog.ts";
import { MAX_TAG_KEY_LENGTH, MAX_TAG_VALUE_LENGTH, MAX_TAGS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkConstraints, lengthWithin, required } from "../requests/constraints.ts";
import { INVALID } from "../values/check-value.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html */
export function tagResource(state: DynamoDbState, input: TagResourceCommandInput): object {
  checkConstraints(required("tags", input.Tags));
  const record = taggedTable(state, input.ResourceArn);
  const tags = input.Tags ?? [];
  if (tags.length === 0) throw new Refusal("Atleast one Tag needs to be provided as Input.");
  checkTags(tags);
  const keys = new Set([...record.tags.keys(), ...tags.map(({ Key: key }) => key)]);
  if (keys.size > MAX_TAGS) {
    throw new Refusal(`${INVALID}Number of tags on the resource exceeds the limit of ${MAX_TAGS}`);
  }
  for (const { Key: key = "", Value: value = "" } of tags) record.tags.set(key, value);
  return {};
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html */
export function untagResource(state: DynamoDbState, input: UntagResourceCommandInput): object {
  checkConstraints(required("tagKeys", input.TagKeys));
  const record = taggedTable(state, input.ResourceArn);
  const keys = input.TagKeys ?? [];
  if (keys.length === 0) throw new Refusal("Atleast one Tag Key needs to be provided as Input.");
  for (const key of keys) record.tags.delete(key);
  return {};
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html */
export function listTagsOfResource(state: DynamoDbState, input: ListTagsOfResourceCommandInput): object {
  const record = taggedTable(state, input.ResourceArn);
  if (input.NextToken !== undefined) throw new Refusal("Invalid NextToken");
  // All tags fit one page.
  return { Tags: [...record.tags].map(([key, value]) => ({ Key: key, Value: value })) };
}

/** @throws {Refusal} */
export function checkTags(tags: readonly Tag[]): void {
  checkConstraints(
    ...tags.flatMap(({ Key: key, Value: value }, index) => [
      required(`tags.${index + 1}.member.key`, key) ??
        lengthWithin(`tags.${index + 1}.member.key`, key, { least: 1, most: MAX_TAG_KEY_LENGTH, shown: key ?? "" }),
      required(`tags.${index + 1}.member.value`, value) ??
        lengthWithin(`tags.${index + 1}.member.value`, value, { most: MAX_TAG_VALUE_LENGTH, shown: value ?? "" }),
    ]),
  );
  const reserved = tags.find(({ Key: key }) => key?.toLowerCase().startsWith("aws:") === true);
  if (reserved !== undefined) {
    throw new Refusal("One or more parameter values were invalid: Tag keys starting with aws: are reserved");
  }
  if (new Set(tags.map(({ Key: key }) => key)).size < tags.length) {
    throw new Refusal(`${INVALID}Duplicate tag keys are not allowed`);
  }
  if (tags.length > MAX_TAGS) {
    throw new Refusal(`${INVALID}Number of tags on the resource exceeds the limit of ${MAX_TAGS}`);
  }
}

function taggedTable({ catalog }: DynamoDbState, arn: string | undefined): TableRecord {
  if (arn === undefined || arn === "") throw new Refusal("Invalid TableArn");
  if (!TABLE_ARN.test(arn)) throw new Refusal(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  const record = catalog.find(arn);
  if (record !== undefined) return record;
  // The missing letter is AWS's.
  throw new AwsError("ResourceNotFoundException", `Requested resource not found: ResourcArn: ${arn} not found`);
}

const TABLE_ARN = /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[a-zA-Z0-9_.-]+$/;
