import * as z from "zod/mini";

/** Idempotency-Key, as in https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
export const idempotencyKey = z.string().check(z.regex(/^[\w.:-]{1,128}$/));
