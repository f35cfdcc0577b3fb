import type { CreateFleetResult } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { idempotentInstanceTerminated, idempotentParameterMismatch, invalidParameterValue } from "../errors/general.ts";
import { isAlive, type InstanceRecord } from "../state/records.ts";
import type { TokenRecord } from "../state/request-records.ts";

/** ASCII characters. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
const CLIENT_TOKEN_MAX = 64;

/** A request as idempotency sees it. */
interface TokenUse {
  readonly token: string;
  /** The zone that the request names; without one the token counts for the region. */
  readonly zone: string | undefined;
  /** The arguments, with launch template versions resolved, and without the token itself. */
  readonly fingerprint: string;
}

/** What an earlier request with this token launched; undefined when there was none, or its memory has faded. */
interface Replay {
  readonly instances: readonly InstanceRecord[];
  readonly fleet: CreateFleetResult | undefined;
}

export function checkClientToken(token: string | undefined): void {
  if (token === undefined) return;
  // oxlint-disable-next-line eslint/no-control-regex -- ASCII is what AWS allows, control characters included
  if (token.length <= CLIENT_TOKEN_MAX && /^[\x00-\x7f]*$/.test(token)) return;
  throw invalidParameterValue(
    `Value (${token}) for parameter clientToken is invalid. A client token has at most ${CLIENT_TOKEN_MAX} ASCII characters.`,
  );
}

/**
 * Looks the token up. In another zone it is another token: the same request launches again there.
 * @throws IdempotentParameterMismatch, IdempotentInstanceTerminated
 */
export function findReplay(core: Ec2Core, use: TokenUse): Replay | undefined {
  const known = core.store.tokens.get(key(core, use));
  if (known === undefined) return undefined;
  const instances = known.instanceIds.flatMap((id) => core.store.instances.get(id) ?? []);
  if (isFaded(core, instances)) {
    core.store.tokens.delete(key(core, use));
    return undefined;
  }
  if (known.fingerprint !== use.fingerprint) throw idempotentParameterMismatch();
  if (instances.length > 0 && !instances.some(isAlive)) throw idempotentInstanceTerminated();
  return { instances, fleet: known.fleet };
}

export function rememberToken(core: Ec2Core, use: TokenUse, record: Omit<TokenRecord, "fingerprint">): void {
  core.store.tokens.set(key(core, use), { ...record, fingerprint: use.fingerprint });
}

/**
 * Makes something once for each client token of that operation: the same request again is answered as before. SDKs and
 * the CLI send a token of their own where the caller gives none.
 * @throws IdempotentParameterMismatch
 */
export function onceByToken<T extends object>(
  core: Ec2Core,
  request: { readonly operation: string; readonly input: { readonly ClientToken?: string | undefined } },
  make: () => T,
): T {
  const { operation, input } = request;
  checkClientToken(input.ClientToken);
  if (input.ClientToken === undefined || input.ClientToken === "") return make();
  const key = `${operation} ${input.ClientToken}`;
  const fingerprint = fingerprintOf(input, ["ClientToken", "DryRun"]);
  const known = core.store.answers.get(key);
  if (known === undefined) {
    const answer = make();
    core.store.answers.set(key, { fingerprint, answer });
    return answer;
  }
  if (known.fingerprint !== fingerprint) throw idempotentParameterMismatch();
  // What was kept under this operation's key is what its `make` answered.
  return known.answer as T;
}

/** The same text for the same arguments, whatever the order of their names. */
export function fingerprintOf(request: object, without: readonly string[]): string {
  const rest = Object.fromEntries(Object.entries(request).filter(([name]) => !without.includes(name)));
  return JSON.stringify(sorted(rest));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

function key(core: Ec2Core, use: TokenUse): string {
  return `${use.zone ?? core.context.region} ${use.token}`;
}

function isFaded(core: Ec2Core, instances: readonly InstanceRecord[]): boolean {
  if (instances.length === 0 || instances.some(isAlive)) return false;
  const last = Math.max(...instances.map((instance) => instance.terminatedAt ?? 0));
  return last + core.dials.clientTokenLifeMs <= core.clock.now();
}
