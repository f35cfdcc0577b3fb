import type {
  ClusterSummaryView,
  ClusterView,
  ForecastView,
  NodeView,
  OperationView,
  TimelineView,
} from "@muster/core";

/** Muster's API, as the commands call it. */
export interface Api {
  plan(spec: unknown): Promise<ForecastView>;
  deploy(spec: unknown, idempotencyKey?: string): Promise<OperationView>;
  destroy(cluster: string): Promise<OperationView>;
  clusters(): Promise<readonly ClusterSummaryView[]>;
  cluster(name: string): Promise<ClusterView>;
  nodes(cluster: string): Promise<readonly NodeView[]>;
  timeline(cluster: string, limit: number): Promise<readonly TimelineView[]>;
  operation(id: string): Promise<OperationView>;
  cancel(id: string): Promise<OperationView>;
  /** What a call answers, with the time (epoch ms) on the API's own clock: the embedded cloud's runs faster than ours. */
  at<T>(read: () => Promise<T>): Promise<{ readonly value: T; readonly now: number }>;
}

/** The API's answer to a request that it did not serve: three lines, and the code. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly why: string;
  readonly remedy: string;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(problem: Readonly<Record<string, unknown>>, status: number) {
    const text = (member: string, fallback: string) => {
      const value = problem[member];
      return typeof value === "string" ? value : fallback;
    };
    super(text("title", `The API answered ${status}.`));
    this.status = status;
    this.code = text("code", `${status}`);
    this.why = text("detail", text("message", ""));
    this.remedy = text("remedy", "");
    this.problem = problem;
  }
}

/** The API cannot be reached at all. */
export class ApiUnreachableError extends Error {
  override readonly name = "ApiUnreachableError";
}

export const DEFAULT_API = "http://127.0.0.1:4700";

/** Sends one request; answers with the body, and the time (epoch ms) on the API's own clock. */
export type Send = (
  method: string,
  path: string,
  options: ApiRequestOptions,
) => Promise<{ body: unknown; now: number }>;

export interface ApiRequestOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export function httpApi(baseUrl: string): Api {
  return apiOver((method, path, options) => request(baseUrl, method, path, options), Date.now());
}

/** The API over any way of sending requests. */
export function apiOver(send: Send, startedAt: number): Api {
  let now = startedAt;
  const call = async <T>(method: string, path: string, options: ApiRequestOptions = {}): Promise<T> => {
    const answer = await send(method, path, options);
    now = answer.now;
    return answer.body as T;
  };
  const name = encodeURIComponent;
  return {
    plan: (spec) => call("POST", "/v1/plans", { body: spec }),
    deploy: (spec, key) =>
      call("POST", "/v1/clusters", {
        body: spec,
        ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
      }),
    destroy: (cluster) => call("DELETE", `/v1/clusters/${name(cluster)}?confirm=${name(cluster)}`),
    clusters: () => everyPage((after) => call("GET", `/v1/clusters?limit=${PAGE}${after}`)),
    cluster: (cluster) => call("GET", `/v1/clusters/${name(cluster)}`),
    nodes: (cluster) => everyPage((after) => call("GET", `/v1/clusters/${name(cluster)}/nodes?limit=${PAGE}${after}`)),
    timeline: async (cluster, limit) =>
      (await call<Items<TimelineView>>("GET", `/v1/clusters/${name(cluster)}/timeline?limit=${limit}`)).items,
    operation: (id) => call("GET", `/v1/operations/${name(id)}`),
    cancel: (id) => call("POST", `/v1/operations/${name(id)}/cancel`),
    at: async (read) => {
      const value = await read();
      return { value, now };
    },
  };
}

const PAGE = 1_000;

interface Items<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

async function everyPage<T>(read: (after: string) => Promise<Items<T>>): Promise<T[]> {
  const all: T[] = [];
  let next: string | undefined;
  do {
    const page = await read(next === undefined ? "" : `&after=${encodeURIComponent(next)}`);
    all.push(...page.items);
    next = page.next;
  } while (next !== undefined);
  return all;
}

async function request(
  baseUrl: string,
  method: string,
  path: string,
  { body, headers }: ApiRequestOptions,
): Promise<{ body: unknown; now: number }> {
  let response: Response;
  try {
    response = await fetch(new URL(path, baseUrl), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new ApiUnreachableError(baseUrl, { cause: error });
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(answer as Record<string, unknown>, response.status);
  return { body: answer, now: Date.parse(response.headers.get("date") ?? "") || Date.now() };
}
