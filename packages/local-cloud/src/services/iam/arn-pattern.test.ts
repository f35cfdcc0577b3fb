import { expect, it } from "vitest";
import { matchesArn } from "./arn-pattern.ts";
import { parseGlob } from "./glob.ts";

const instance = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc";
const logs = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/x:log-stream:y";

it.each([
  ["the ARN itself", instance, instance, true],
  ["another ARN", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abd", instance, false],
  ["a wildcard in the resource", "arn:aws:ec2:eu-west-1:123456789012:instance/*", instance, true],
  ["a wildcard for a whole part", "arn:aws:ec2:*:*:instance/*", instance, true],
  ["an empty part where one is wanted", "arn:aws:ec2:::instance/*", instance, false],
  ["single characters", "arn:aws:ec2:eu-west-?:123456789012:instance/i-????", instance, true],
  ["one single character too few", "arn:aws:ec2:eu-west-1:123456789012:instance/i-???", instance, false],
  ["case, which counts", "arn:aws:ec2:eu-west-1:123456789012:INSTANCE/*", instance, false],
  ["a wildcard that would have to reach over a colon", "arn:aws:ec2:*:instance/i-0abc", instance, false],
  ["a resource with colons of its own", "arn:aws:logs:*:*:log-group:*:log-stream:?", logs, true],
  ["parts that are left out", "arn:aws:ec2", instance, true],
  ["parts that are left out, of another service", "arn:aws:iam", instance, false],
  ["something that only begins like one", "arn:*:*:*:*:*", "arn:aws", false],
  ["something that is no ARN", "arn:aws:ec2:*:*:*", "i-0abc", false],
])("matches ARNs part by part: %s", (_title, pattern, arn, expected) => {
  expect(matchesArn(parseGlob(pattern), arn)).toBe(expected);
});
