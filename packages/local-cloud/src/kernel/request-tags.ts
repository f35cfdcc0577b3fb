/** `aws:RequestTag/<key>` and `aws:TagKeys` of the tags that a request would set. */
export function requestTags(tags: ReadonlyMap<string, string>): Record<string, string | readonly string[]> {
  if (tags.size === 0) return {};
  return {
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": [...tags.keys()],
  };
}
