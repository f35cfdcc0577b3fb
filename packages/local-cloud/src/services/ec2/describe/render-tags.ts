import type { Tag } from "@aws-sdk/client-ec2";

/** Tags as the API lists them. */
export function renderTags(tags: ReadonlyMap<string, string>): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
