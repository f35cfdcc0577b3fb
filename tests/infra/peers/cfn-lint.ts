import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROLE } from "../checks/policies.ts";
import { listOf, textOf } from "../checks/check.ts";
import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { run, verdictOn, type Peer } from "./peer.ts";

/** CloudFormation's linter on what has a language of its own: States language, policies, documents of SSM, event patterns. */
export const cfnLintPeer: Peer = {
  name: "cfn-lint on definitions, policies, documents and patterns",
  judge: async ({ recording, work }) => {
    const template = templateOf(recording);
    const file = join(work, "template.json");
    writeFileSync(file, JSON.stringify(template));
    const linted = await run("cfn-lint", ["--format", "json", "--regions", recording.region, "--", file]);
    if (linted === undefined) return { kind: "skipped", notFound: "cfn-lint" };
    const found = JSON.parse(linted.stdout === "" ? "[]" : linted.stdout) as readonly Finding[];
    return verdictOn(
      found
        .filter((finding) => !isKnownGap(finding))
        .map(({ Rule, Message, Location }) => `${Rule.Id} ${Location.Path?.join("/") ?? ""}: ${Message}`),
      `${Object.keys(template.Resources).length} resources`,
    );
  },
};

interface Finding {
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path?: readonly (string | number)[] };
}

/**
 * Its schema of the States language knows seconds as numbers only; with JSONata they may be an expression.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 */
function isKnownGap({ Rule, Message }: Finding): boolean {
  return Rule.Id === "E3601" && /^'\{% [^']* %\}' is not of type 'number'$/.test(Message);
}

function templateOf(recording: Recording) {
  const of = (type: string, write: (resource: RecordedResource) => readonly [string, unknown]) =>
    ofType(recording, type).map((resource) => {
      const [Type, Properties] = write(resource);
      return [resource.name, { Type, Properties }] as const;
    });
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: Object.fromEntries([
      ...of("aws:sfn/stateMachine:StateMachine", ({ inputs }) => [
        "AWS::StepFunctions::StateMachine",
        { RoleArn: inputs["roleArn"], Definition: parsed(inputs, "definition") },
      ]),
      ...of(ROLE, ({ inputs }) => [
        "AWS::IAM::Role",
        {
          AssumeRolePolicyDocument: parsed(inputs, "assumeRolePolicy"),
          Policies: listOf(inputs, "inlinePolicies").map((inline) => ({
            PolicyName: "manifest",
            PolicyDocument: parsed(inline as Record<string, unknown>, "policy"),
          })),
        },
      ]),
      ...of("aws:ssm/document:Document", ({ inputs }) => [
        "AWS::SSM::Document",
        { DocumentType: "Command", Content: parsed(inputs, "content") },
      ]),
      ...of("aws:cloudwatch/eventRule:EventRule", ({ inputs }) => [
        "AWS::Events::Rule",
        { EventPattern: parsed(inputs, "eventPattern") },
      ]),
    ]),
  };
}

function parsed(inputs: Readonly<Record<string, unknown>>, key: string): unknown {
  return JSON.parse(textOf(inputs, key));
}
