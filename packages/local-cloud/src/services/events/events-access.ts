import type { PutEventsCommandInput, PutTargetsCommandInput, Tag } from "@aws-sdk/client-eventbridge";
import type { AccessRequest } from "../../kernel/service.ts";
import type { RuleStore } from "./rules/rule-store.ts";

/**
 * What IAM is asked. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function eventsAccess(store: RuleStore, operation: string, input: unknown): AccessRequest[] {
  const action = `events:${operation}`;
  switch (operation) {
    case "PutEvents":
      return putEventsAccess(store, action, input as PutEventsCommandInput);
    case "TestEventPattern":
      return [{ action, resource: "*" }];
    case "ListRules":
      return [{ action, resource: store.arnOf("*") }];
    case "TagResource":
    case "UntagResource":
    case "ListTagsForResource": {
      const { ResourceARN = "*" } = input as { ResourceARN?: string };
      return [{ action, resource: ResourceARN, context: tagContext(store, ResourceARN, input) }];
    }
    default: {
      const { Name, Rule } = input as { Name?: string; Rule?: string };
      const resource = store.arnOf(Name ?? Rule ?? "");
      const request = { action, resource, context: tagContext(store, resource, input) };
      if (operation === "PutRule" && tagsOf(input).length > 0)
        return [request, { ...request, action: "events:TagResource" }];
      if (operation === "PutTargets") return [request, ...passedRoles(input as PutTargetsCommandInput)];
      return [request];
    }
  }
}

function putEventsAccess(store: RuleStore, action: string, input: PutEventsCommandInput): AccessRequest[] {
  const entries = input.Entries ?? [];
  return entries.map((entry) => ({
    action,
    resource: store.busArn,
    context: { "events:source": entry.Source, "events:detail-type": entry.DetailType },
  }));
}

// Handing a role to a service takes permission of its own.
function passedRoles(input: PutTargetsCommandInput): AccessRequest[] {
  const roles = new Set((input.Targets ?? []).flatMap(({ RoleArn }) => RoleArn ?? []));
  return [...roles].map((resource) => ({
    action: "iam:PassRole",
    resource,
    context: { "iam:PassedToService": "events.amazonaws.com" },
  }));
}

function tagContext(store: RuleStore, arn: string, input: unknown): Record<string, string | string[]> {
  const own = [...(store.byArn(arn)?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  const requested = tagsOf(input);
  const asked = requested.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]);
  const keys = requested.flatMap(({ Key }) => Key ?? []);
  return Object.fromEntries([...own, ...asked, ...(keys.length > 0 ? [["aws:TagKeys", keys]] : [])]);
}

function tagsOf(input: unknown): Tag[] {
  return (input as { Tags?: Tag[] }).Tags ?? [];
}
