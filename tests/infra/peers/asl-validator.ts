import { textOf } from "../checks/check.ts";
import { ofType } from "../synth/recording.ts";
import { verdictOn, type Peer } from "./peer.ts";

/** npm's validator of the States language, where somebody has installed it: the project does not need it. */
export const aslValidatorPeer: Peer = {
  name: "asl-validator on every definition",
  judge: async ({ recording }) => {
    const validate = await loadValidator();
    if (validate === undefined) return { kind: "skipped", notFound: `the npm package ${PACKAGE}` };
    const machines = ofType(recording, "aws:sfn/stateMachine:StateMachine");
    const problems = machines.flatMap(({ name, inputs }) => {
      const { isValid, errors } = validate(JSON.parse(textOf(inputs, "definition")), { checkArn: true });
      return isValid ? [] : [`${name}: ${JSON.stringify(errors)}`];
    });
    return verdictOn(problems, `${machines.length} definitions`);
  },
};

const PACKAGE = "asl-validator";

type Validate = (
  definition: unknown,
  options: { checkArn: boolean },
) => { isValid: boolean; errors: readonly unknown[] };

async function loadValidator(): Promise<Validate | undefined> {
  try {
    // A name that is not written in the import, since the package is in no package.json.
    return ((await import(PACKAGE)) as { default: Validate }).default;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
