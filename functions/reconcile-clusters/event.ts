import * as z from "zod/mini";

/** Called by a schedule, or by hand with `{}`; what the schedule says besides is not needed. */
export const reconcileClustersInput = z.looseObject({});
