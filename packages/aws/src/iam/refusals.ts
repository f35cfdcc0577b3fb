import { classify, type AwsErrorFacts } from "../aws-errors.ts";

/** Does it, unless it is done already: then AWS's refusal says so. */
export async function unless(
  isDone: (refusal: AwsErrorFacts) => boolean,
  perform: () => Promise<unknown>,
): Promise<void> {
  try {
    await perform();
  } catch (error) {
    if (!isDone(classify(error))) throw error;
  }
}

export const isAbsent = ({ kind }: AwsErrorFacts): boolean => kind === "not-found";

/** IAM's code, or the name that the SDK gives the exception. */
export function codeIs(code: string) {
  return (facts: AwsErrorFacts): boolean => facts.code === code || facts.code === `${code}Exception`;
}
