import { matchesGlob, type Glob } from "./glob.ts";

/**
 * Whether an ARN fits a pattern. Each of the six parts is matched on its own, so that a `*` does not reach over a
 * colon; only the last part has colons of its own. Parts that the pattern leaves out match anything.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesArn(pattern: Glob, arn: string): boolean {
  let wanted = splits.get(pattern);
  if (wanted === undefined) splits.set(pattern, (wanted = splitGlob(pattern)));
  const actual = splitText(arn);
  return actual.length === ARN_PARTS && wanted.every((part, index) => matchesGlob(part, actual[index] ?? ""));
}

// Patterns without variables are the same object in each request.
const splits = new WeakMap<Glob, readonly Glob[]>();

/** `arn`, partition, service, region, account, resource. */
const ARN_PARTS = 6;

function splitGlob(glob: Glob): Glob[] {
  const parts: Glob[] = [];
  let start = 0;
  while (parts.length < ARN_PARTS - 1) {
    const colon = glob.indexOf(":", start);
    if (colon === -1) break;
    parts.push(glob.slice(start, colon));
    start = colon + 1;
  }
  return [...parts, glob.slice(start)];
}

function splitText(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(":")];
}
