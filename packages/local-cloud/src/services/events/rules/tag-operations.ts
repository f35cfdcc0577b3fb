import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-eventbridge";
import type { Operation } from "../../../kernel/service.ts";
import { limitExceeded, ruleNotFound } from "../errors.ts";
import { TAGS_MAX } from "../limits.ts";
import type { Rule, RuleStore } from "./rule-store.ts";

/** Tags of rules, the one kind of resource here that has any. */
export function tagOperations(store: RuleStore): Record<string, Operation> {
  const find = (arn: string | undefined): Rule => {
    const rule = store.byArn(arn);
    if (rule === undefined) throw ruleNotFound(arn?.slice(arn.lastIndexOf("/") + 1) ?? "");
    return rule;
  };
  return {
    TagResource: (input: TagResourceCommandInput) => {
      const { tags } = find(input.ResourceARN);
      const added = new Map((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      if (new Set([...tags.keys(), ...added.keys()]).size > TAGS_MAX) throw limitExceeded();
      for (const [key, value] of added) tags.set(key, value);
      return {};
    },
    UntagResource: (input: UntagResourceCommandInput) => {
      const { tags } = find(input.ResourceARN);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input: ListTagsForResourceCommandInput) => ({
      Tags: [...find(input.ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}
