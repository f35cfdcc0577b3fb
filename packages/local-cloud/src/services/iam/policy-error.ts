/** A policy that cannot be evaluated: always a mistake of its writer, so it is loud. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}
