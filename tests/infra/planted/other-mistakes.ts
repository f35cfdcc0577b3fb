import { another, changeInputs, without, ofType, type Planted } from "./plant.ts";

const INPUTS = "everything of the manifest is made as it says, and nothing else";

/** Mistakes in what is made at all, and in what is said of it. */
export const otherMistakes: readonly Planted[] = [
  {
    mistake: "a permission more, for everyone",
    check: INPUTS,
    plant: another("HealthRulePermission", { principal: "*", sourceArn: undefined }),
    said: "(HealthRulePermission2) is made, and not in the manifest",
  },
  {
    mistake: "a permission that is not given",
    check: INPUTS,
    plant: without("PlanClusterApiPermission"),
    said: "PlanClusterApiPermission is in the manifest, and not made",
  },
  {
    mistake: "a rule with a second target",
    check: INPUTS,
    plant: another("HealthRuleTarget", { targetId: "second" }),
    said: "muster-production-health is made 2 times",
  },
  {
    mistake: "a stage that is a part of the path",
    check: INPUTS,
    plant: changeInputs("ApiStage", (inputs) => ({ ...inputs, name: "v1" })),
    said: "v1 (ApiStage) is made, and not in the manifest",
  },
  {
    mistake: "a policy that is attached to a role",
    check: INPUTS,
    plant: ofType("NodePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
    said: "aws:iam/rolePolicyAttachment:RolePolicyAttachment NodePolicy is made, and the manifest has none of its type",
  },
  {
    mistake: "a resource of a type that the manifest does not know",
    check: INPUTS,
    plant: ofType("Alarms", "aws:kms/key:Key"),
    said: "aws:kms/key:Key Alarms is made, and the manifest has none of its type",
  },
  {
    mistake: "a first command that starts the newest definition instead of the published one",
    check: "outputs are the manifest's",
    plant: (recording) => ({
      ...recording,
      outputs: {
        ...recording.outputs,
        firstCommand: String(recording.outputs["firstCommand"]).replace("deploy-cluster:live", "deploy-cluster"),
      },
    }),
    said: "output firstCommand is",
  },
  {
    mistake: "an output with a secret",
    check: "outputs are the manifest's",
    plant: (recording) => ({ ...recording, outputs: { ...recording.outputs, password: "x" } }),
    said: "output password is",
  },
];
