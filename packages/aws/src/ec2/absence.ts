import { classify } from "../aws-errors.ts";

/** For what is to be gone, and may be gone already. */
export async function ignoringAbsence(perform: () => Promise<unknown>): Promise<void> {
  try {
    await perform();
  } catch (error) {
    if (classify(error).kind !== "not-found") throw error;
  }
}
