import {
  clusterSummaryView,
  clusterView,
  forecastView,
  nodeView,
  operationView,
  timelineView,
  type ClusterSummaryView,
  type ClusterView,
  type ForecastView,
  type NodeView,
  type OperationView,
  type TimelineView,
} from "@muster/core";
import * as z from "zod/mini";
import { notMustersApi } from "./not-musters-api.ts";

/** Muster's API, as the commands call it. It throws ApiError where the API refuses. */
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
  /** Epoch ms of its last answer, on the API's own clock: the embedded cloud's runs faster than ours. */
  now(): number;
}

/** Sends one request; answers with the body, and the time (epoch ms) on the API's own clock. */
export type Send = (request: ApiRequest) => Promise<{ readonly body: unknown; readonly now: number }>;

export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The API over any way of sending requests. `where` names it in errors; `startedAt` is its clock before the first answer,
 * epoch ms.
 * @throws {CliError} NotMustersApi, where an answer is none that Muster's API gives
 */
export function apiOver({ send, where, startedAt }: { send: Send; where: string; startedAt: number }): Api {
  let now = startedAt;
  const call = async <T>(view: z.ZodMiniType<T>, request: ApiRequest): Promise<T> => {
    const answer = await send(request);
    now = answer.now;
    const read = view.safeParse(answer.body);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw notMustersApi(where, request, `${issue?.path.join(".")} is not as the API's description says`);
  };
  const get = <T>(view: z.ZodMiniType<T>, path: string) => call(view, { method: "GET", path });
  const name = encodeURIComponent;
  return {
    plan: (spec) => call(forecastView, { method: "POST", path: "/v1/plans", body: spec }),
    deploy: (spec, key) =>
      call(operationView, {
        method: "POST",
        path: "/v1/clusters",
        body: spec,
        ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
      }),
    destroy: (cluster) =>
      call(operationView, { method: "DELETE", path: `/v1/clusters/${name(cluster)}?confirm=${name(cluster)}` }),
    clusters: () => everyPage((query) => get(pageOf(clusterSummaryView), `/v1/clusters?${query}`)),
    cluster: (cluster) => get(clusterView, `/v1/clusters/${name(cluster)}`),
    nodes: (cluster) => everyPage((query) => get(pageOf(nodeView), `/v1/clusters/${name(cluster)}/nodes?${query}`)),
    timeline: async (cluster, limit) =>
      (await get(pageOf(timelineView), `/v1/clusters/${name(cluster)}/timeline?limit=${limit}`)).items,
    operation: (id) => get(operationView, `/v1/operations/${name(id)}`),
    cancel: (id) => call(operationView, { method: "POST", path: `/v1/operations/${name(id)}/cancel` }),
    now: () => now,
  };
}

/** Items of one page: the most that the API gives. */
const PAGE = 1_000;

interface Page<T> {
  readonly items: T[];
  readonly next?: string | undefined;
}

function pageOf<T>(item: z.ZodMiniType<T>): z.ZodMiniType<Page<T>> {
  return z.object({ items: z.array(item), next: z.optional(z.string()) });
}

async function everyPage<T>(read: (query: string) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const page = await read(`limit=${PAGE}${after === undefined ? "" : `&after=${encodeURIComponent(after)}`}`);
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}
