import { clusterStore } from "@muster/aws";
import {
  clusterNotFound,
  operationNotFound,
  summarise,
  viewCluster,
  viewNode,
  viewOperation,
  viewTimelineEntry,
  type ClusterSnapshot,
  type ClusterStore,
} from "@muster/core";
import { defineApi, inputInvalid, type ApiRequest, type ApiResponse } from "@muster/lambda";
import { products } from "@muster/products";
import { PAGE_MAX, pageQuery } from "./event.ts";
import { openApi } from "./open-api.ts";

interface Ports {
  readonly store: ClusterStore;
}

/** The API's reads. */
export const readCluster = defineApi({
  name: "read-cluster",
  environment: ["TABLE_NAME"],
  ports: (aws, environment): Ports => ({ store: clusterStore(aws, environment.TABLE_NAME) }),
  routes: {
    "GET /v1/clusters": listClusters,
    "GET /v1/clusters/{name}": async (request, { store }) => ok(viewCluster(await requireCluster(request, store))),
    "GET /v1/clusters/{name}/nodes": listNodes,
    "GET /v1/clusters/{name}/timeline": readTimeline,
    "GET /v1/operations/{id}": readOperation,
    "GET /v1/openapi.json": async () => ok(openApi(products)),
  },
});

export const { handler } = readCluster;

async function listClusters(request: ApiRequest, { store }: Ports): Promise<ApiResponse> {
  const { items, next } = await store.clusters(readPage(request));
  return ok({ items: items.map(summarise), ...(next === undefined ? {} : { next }) });
}

async function listNodes(request: ApiRequest, { store }: Ports): Promise<ApiResponse> {
  const { nodes } = await requireCluster(request, store);
  const { limit, after } = readPage(request);
  const views = nodes.map(viewNode);
  const start = after === undefined ? 0 : views.findIndex((node) => node.name > after);
  const items = start === -1 ? [] : views.slice(start, start + limit);
  const hasMore = start !== -1 && start + limit < views.length;
  return ok({ items, ...(hasMore ? { next: items.at(-1)?.name } : {}) });
}

async function readTimeline(request: ApiRequest, { store }: Ports): Promise<ApiResponse> {
  // A destroyed cluster keeps its timeline: how it ended is a part of it.
  const { items, next } = await store.timeline(request.path["name"] ?? "", readPage(request));
  return ok({ items: items.map(viewTimelineEntry), ...(next === undefined ? {} : { next }) });
}

async function readOperation(request: ApiRequest, { store }: Ports): Promise<ApiResponse> {
  const id = request.path["id"] ?? "";
  const operation = await store.operation(id);
  if (operation === undefined) throw operationNotFound(id);
  return ok(viewOperation(operation));
}

async function requireCluster(request: ApiRequest, store: ClusterStore): Promise<ClusterSnapshot> {
  const name = request.path["name"] ?? "";
  const snapshot = await store.snapshot(name);
  if (snapshot === undefined) throw clusterNotFound(name);
  return snapshot;
}

function readPage(request: ApiRequest): { limit: number; after?: string | undefined } {
  const page = pageQuery.safeParse(request.query);
  if (!page.success) throw inputInvalid(request.route, request.query, page.error.issues);
  return { limit: Math.min(Math.max(1, page.data.limit), PAGE_MAX), after: page.data.after };
}

function ok(body: unknown): ApiResponse {
  return { status: 200, body };
}
