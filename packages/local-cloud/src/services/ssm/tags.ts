import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from "@aws-sdk/client-ssm";
import { AwsError } from "../../kernel/aws-error.ts";
import type { SsmCore } from "./core.ts";
import { renderTags } from "./documents/render.ts";

import { notImplemented, required } from "./input.ts";

/** Of documents. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export function addTagsToResource(core: SsmCore, input: AddTagsToResourceRequest): object {
  const tags = tagsOf(core, "AddTagsToResource", input);
  for (const { Key: key = "", Value: value = "" } of input.Tags ?? []) tags.set(key, value);
  return {};
}

export function removeTagsFromResource(core: SsmCore, input: RemoveTagsFromResourceRequest): object {
  const tags = tagsOf(core, "RemoveTagsFromResource", input);
  for (const key of input.TagKeys ?? []) tags.delete(key);
  return {};
}

export function listTagsForResource(core: SsmCore, input: ListTagsForResourceRequest): ListTagsForResourceResult {
  return { TagList: renderTags(tagsOf(core, "ListTagsForResource", input)) };
}

function tagsOf(
  core: SsmCore,
  operation: string,
  input: { ResourceType: string | undefined; ResourceId: string | undefined },
): Map<string, string> {
  const type = required(input.ResourceType, "resourceType");
  if (type !== "Document") throw notImplemented(`${operation} ResourceType ${type}`);
  const document = core.documents.documents.get(required(input.ResourceId, "resourceId"));
  if (document === undefined) {
    throw new AwsError(
      "InvalidResourceId",
      "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
    );
  }
  return document.tags;
}
