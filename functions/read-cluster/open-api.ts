import {
  clusterSummaryView,
  clusterView,
  forecastView,
  nodeView,
  operationView,
  problemView,
  specJsonSchema,
  timelineView,
  type Product,
} from "@muster/core";
import * as z from "zod/mini";

/** The API's description, made of the schemas that its handlers read and answer with. https://spec.openapis.org/oas/v3.1.0 */
export function openApi(products: readonly Product[]): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "Muster", version: "1", description: "Deploys and runs stateful clusters on AWS." },
    paths: {
      "/v1/plans": {
        post: operation("Forecast a cluster; touches nothing", {
          body: ref("ClusterSpec"),
          answers: { 200: ref("Forecast") },
        }),
      },
      "/v1/clusters": {
        get: operation("List clusters", { query: PAGE, answers: { 200: page("ClusterSummary") } }),
        post: operation("Deploy a cluster", {
          body: ref("ClusterSpec"),
          headers: [IDEMPOTENCY_KEY],
          answers: { 202: ref("Operation") },
        }),
      },
      "/v1/clusters/{name}": {
        get: operation("Read a cluster", { path: ["name"], answers: { 200: ref("Cluster") } }),
        delete: operation("Destroy a cluster and its data", {
          path: ["name"],
          headers: [IDEMPOTENCY_KEY],
          query: [{ name: "confirm", required: true, description: "The cluster's name once more" }],
          answers: { 202: ref("Operation") },
        }),
      },
      "/v1/clusters/{name}/nodes": {
        get: operation("List a cluster's nodes", { path: ["name"], query: PAGE, answers: { 200: page("Node") } }),
      },
      "/v1/clusters/{name}/timeline": {
        get: operation("Read a cluster's timeline, newest first", {
          path: ["name"],
          query: PAGE,
          answers: { 200: page("TimelineEntry") },
        }),
      },
      "/v1/operations/{id}": {
        get: operation("Read an operation", { path: ["id"], answers: { 200: ref("Operation") } }),
      },
      "/v1/operations/{id}/cancel": {
        post: operation("Cancel an operation; what it launched is put back", {
          path: ["id"],
          answers: { 202: ref("Operation") },
        }),
      },
    },
    components: {
      schemas: {
        ClusterSpec: specJsonSchema(products),
        Cluster: z.toJSONSchema(clusterView),
        ClusterSummary: z.toJSONSchema(clusterSummaryView),
        Node: z.toJSONSchema(nodeView),
        Operation: z.toJSONSchema(operationView),
        TimelineEntry: z.toJSONSchema(timelineView),
        Forecast: z.toJSONSchema(forecastView),
        Problem: z.toJSONSchema(problemView),
      },
      securitySchemes: {
        iam: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
      },
    },
    security: [{ iam: [] }],
  };
}

interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
}

const IDEMPOTENCY_KEY: Parameter = {
  name: "Idempotency-Key",
  required: false,
  description: "The same key and request is the same operation, for 24 hours",
};

const PAGE: readonly Parameter[] = [
  { name: "limit", required: false, description: "Items of a page, 1 to 1000" },
  { name: "after", required: false, description: "`next` of the page before" },
];

function operation(
  summary: string,
  parts: {
    path?: readonly string[];
    query?: readonly Parameter[];
    headers?: readonly Parameter[];
    body?: object;
    answers: Record<number, object>;
  },
): Record<string, unknown> {
  const place = (where: string) => (parameter: Parameter) => ({ in: where, ...parameter, schema: { type: "string" } });
  const parameters = [
    ...(parts.path ?? []).map((name) => place("path")({ name, required: true, description: name })),
    ...(parts.query ?? []).map(place("query")),
    ...(parts.headers ?? []).map(place("header")),
  ];
  const answers = Object.entries(parts.answers).map(([status, schema]) => [
    status,
    { description: summary, content: { "application/json": { schema } } },
  ]);
  return {
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(parts.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: parts.body } } } }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: "What went wrong, why, and what to do",
        content: { "application/problem+json": { schema: ref("Problem") } },
      },
    },
  };
}

function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function page(name: string): object {
  return {
    type: "object",
    properties: { items: { type: "array", items: ref(name) }, next: { type: "string" } },
    required: ["items"],
  };
}
