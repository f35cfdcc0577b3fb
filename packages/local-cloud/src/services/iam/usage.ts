import type { AccessRequest } from "../../kernel/service.ts";
import type { Match } from "./statement.ts";

/** What a policy allowed: which role, by which statement, action and resource pattern; and how often. */
export interface UsedGrant {
  /** ARN of the role. */
  readonly role: string;
  readonly sid: string;
  /** As the policy writes them. */
  readonly action: string;
  readonly resource: string;
  readonly times: number;
}

/** An action or a resource of a statement that never allowed anything. */
export interface UnusedGrant {
  /** ARN of the role, or of the policy, that the statement stands in. */
  readonly owner: string;
  readonly sid: string;
  readonly kind: "action" | "resource";
  readonly pattern: string;
}

export interface Refusal extends AccessRequest {
  readonly role: string;
  readonly times: number;
}

/** Remembers what was allowed and refused, so that a test can ask which grants nothing needs. */
export class UsageRecord {
  readonly #used = new Map<string, Map<Match["statement"], Map<string, Map<string, number>>>>();
  readonly #refused = new Map<string, { role: string; request: AccessRequest; times: number }>();

  allowed(role: string, { statement, action, resource }: Match): void {
    const statements = at(this.#used, role, () => new Map());
    const actions = at(statements, statement, () => new Map<string, Map<string, number>>());
    const resources = at(actions, action, () => new Map<string, number>());
    resources.set(resource, (resources.get(resource) ?? 0) + 1);
  }

  refused(role: string, request: AccessRequest): void {
    const key = `${role} ${request.action} ${request.resource}`;
    at(this.#refused, key, () => ({ role, request, times: 0 })).times++;
  }

  used(): UsedGrant[] {
    const rows: UsedGrant[] = [];
    for (const [role, statements] of this.#used) {
      for (const [{ sid }, actions] of statements) {
        for (const [action, resources] of actions) {
          for (const [resource, times] of resources) rows.push({ role, sid, action, resource, times });
        }
      }
    }
    return rows;
  }

  refusals(): Refusal[] {
    return [...this.#refused.values()].map(({ role, request, times }) => ({ ...request, role, times }));
  }

  /** What of a statement nothing has used so far; roles may share it. */
  unusedOf(owner: string, statement: Match["statement"]): UnusedGrant[] {
    const uses = [...this.#used.values()].flatMap((statements) => [...(statements.get(statement) ?? [])]);
    const actions = new Set(uses.map(([action]) => action));
    const resources = new Set(uses.flatMap(([, inner]) => [...inner.keys()]));
    const unused = (kind: UnusedGrant["kind"], pattern: string) => ({ owner, sid: statement.sid, kind, pattern });
    return [
      ...statement.actions.filter(({ text }) => !actions.has(text)).map(({ text }) => unused("action", text)),
      ...statement.resources.filter(({ text }) => !resources.has(text)).map(({ text }) => unused("resource", text)),
    ];
  }
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
