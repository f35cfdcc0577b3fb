import { ANY, ONE, parseGlob, type Glob, type GlobPart } from "./glob.ts";
import { PolicyError } from "./policy-error.ts";
import { RequestContext } from "./request-context.ts";

/**
 * A text of a policy with its variables: `${aws:PrincipalTag/team}`, `${aws:username, 'nobody'}`, and `${*}`, `${?}`,
 * `${$}` for the characters themselves. Parsed once, resolved for each request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export class PolicyText {
  readonly text: string;
  /** Whether the text means what it says, but for wildcards. */
  readonly isPlain: boolean;
  readonly #parts: readonly (Glob | Variable)[];
  readonly #fixed: Glob | undefined;

  constructor(text: string) {
    this.text = text;
    this.isPlain = !text.includes("${");
    this.#parts = parse(text);
    this.#fixed = this.keys().length === 0 ? this.resolve(() => NO_CONTEXT) : undefined;
  }

  /** The variables' keys that this text needs. */
  keys(): string[] {
    return this.#parts.flatMap((part) => ("key" in part ? [part.key] : []));
  }

  /**
   * The pattern for one request; undefined when a variable has no single value there, and then nothing matches. What
   * comes out of a variable is taken literally, so that a tag `*` is no wildcard.
   */
  resolve(context: () => RequestContext): Glob | undefined {
    if (this.#fixed !== undefined) return this.#fixed;
    const glob: GlobPart[] = [];
    for (const part of this.#parts) {
      if (!("key" in part)) glob.push(...part);
      else {
        const value = context().get(part.key) ?? part.fallback;
        if (typeof value !== "string") return undefined;
        glob.push(...value.split(""));
      }
    }
    return glob;
  }

  /** As `resolve`, but with no wildcards: for operators that compare whole texts. */
  resolveLiteral(context: () => RequestContext): string | undefined {
    return this.resolve(context)
      ?.map((part) => (part === ANY ? "*" : part === ONE ? "?" : part))
      .join("");
  }
}

const NO_CONTEXT = new RequestContext();

interface Variable {
  readonly key: string;
  readonly fallback: string | undefined;
}

const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS: readonly string[] = ["*", "?", "$"];

function parse(text: string): (Glob | Variable)[] {
  const parts: (Glob | Variable)[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    parts.push(parseGlob(text.slice(end, match.index)));
    const inner = match[1] ?? "";
    parts.push(LITERALS.includes(inner) ? [inner] : parseVariable(inner));
    end = match.index + match[0].length;
  }
  parts.push(parseGlob(text.slice(end)));
  return parts;
}

function parseVariable(inner: string): Variable {
  const match = /^\s*([^,'\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner);
  if (match === null) throw new PolicyError(`\${${inner}} is no policy variable`);
  return { key: match[1] ?? "", fallback: match[2] };
}
