import type { ListTagsForResourceInput, TagResourceInput, UntagResourceInput } from "@aws-sdk/client-sfn";
import type { Operation } from "../../../kernel/service.ts";
import { statesError } from "../errors.ts";
import { MAX_TAGS } from "../limits.ts";
import type { MachineStore } from "./machine-store.ts";

/** The operations on the tags of machines. */
export function tagOperations(machines: MachineStore): Readonly<Record<string, Operation>> {
  const tagsOf = (arn = "") => {
    if (!arn.startsWith("arn:")) throw statesError.invalidArn(`Invalid ARN prefix: ${arn}`);
    const machine = machines.find(arn);
    if (machine === undefined) throw statesError.resourceNotFound(arn);
    return machine.tags;
  };
  return {
    TagResource: ({ resourceArn, tags = [] }: TagResourceInput) => {
      const known = tagsOf(resourceArn);
      const keys = new Set([...known.keys(), ...tags.map(({ key = "" }) => key)]);
      if (keys.size > MAX_TAGS) throw statesError.tooManyTags(resourceArn ?? "");
      for (const { key = "", value = "" } of tags) known.set(key, value);
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys = [] }: UntagResourceInput) => {
      const known = tagsOf(resourceArn);
      for (const key of tagKeys) known.delete(key);
      return {};
    },
    ListTagsForResource: ({ resourceArn }: ListTagsForResourceInput) => ({
      tags: [...tagsOf(resourceArn)].map(([key, value]) => ({ key, value })),
    }),
  };
}
