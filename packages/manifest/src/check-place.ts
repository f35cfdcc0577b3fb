import type { Place } from "./manifest.ts";

/**
 * A stage is part of every name. The longest is that of a role, which IAM ends at 64 characters: `muster-`, the stage, a
 * region of up to 14, and up to 20 for what it is. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const STAGE_CHARACTERS_MAX = 20;
const STAGE = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
/** ARNs are written for AWS's commercial partition; China and GovCloud have others. */
const REGION = /^(?!cn-|us-gov-|us-iso)[a-z]{2}(?:-[a-z]+)+-\d$/;
const ACCOUNT = /^\d{12}$/;

/** @throws {Error} naming what cannot be part of names and ARNs */
export function checkPlace({ stage, region, account }: Place): void {
  if (!STAGE.test(stage) || stage.length > STAGE_CHARACTERS_MAX) {
    throw new Error(
      `stage ${JSON.stringify(stage)}: lower-case letters, digits and hyphens, a letter first, at most ${STAGE_CHARACTERS_MAX}`,
    );
  }
  if (!REGION.test(region)) throw new Error(`region ${JSON.stringify(region)} is no region of the partition aws`);
  if (!ACCOUNT.test(account)) throw new Error(`account ${JSON.stringify(account)}: twelve digits`);
}
