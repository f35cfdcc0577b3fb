import { MusterError } from "./muster-error.ts";

/** Whoever starts a workflow by hand may name a tier or a hook that the cluster does not have. */
export function unknownPart(kind: "tier" | "hook", name: string, owner: string): MusterError {
  return new MusterError("InputInvalid", {
    what: `${owner} has no ${kind} ${name}; nothing was done.`,
    why: `The input names a ${kind} that is not there (InputInvalid).`,
    remedy: "See its tiers: muster cluster get NAME. Hooks are named in the READMEs of the workflows.",
  });
}
