import type { OperationSchema, SdkService } from "../../kernel/sdk.ts";
import type { HttpRequest } from "../http/message.ts";
import { translateTraits } from "@smithy/core/schema";

/** Where a REST operation lives. */
export interface RestBinding {
  readonly operation: OperationSchema;
  readonly method: string;
  readonly segments: readonly RestSegment[];
  /** Query parameters that tell this operation from another on the same path. */
  readonly fixedQuery: readonly (readonly [string, string])[];
  /** HTTP status of a success. */
  readonly status: number;
}

type RestSegment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

/** Finds the operation by method, path and fixed query; the most specific one, when several fit. */
export function matchRest(
  service: SdkService,
  request: HttpRequest,
): { operation: OperationSchema; labels: ReadonlyMap<string, string> } | undefined {
  const path = segmentsOf(request.path);
  if (path === undefined) return undefined;
  const query = new URLSearchParams(request.query);
  for (const binding of bindingsOf(service)) {
    if (binding.method !== request.method) continue;
    if (!binding.fixedQuery.every(([name, value]) => query.get(name) === value)) continue;
    const labels = matchPath(binding.segments, path);
    if (labels !== undefined) return { operation: binding.operation, labels };
  }
  return undefined;
}

/** The HTTP binding of one operation. */
export function restBinding(operation: OperationSchema): RestBinding | undefined {
  const { http } = translateTraits(operation.traits as never);
  if (http === undefined) return undefined;
  const [method, uri, status] = http;
  const [path = "", search = ""] = uri.split("?");
  const segments = (segmentsOf(path) ?? []).map(parseSegment);
  return { operation, method, segments, fixedQuery: [...new URLSearchParams(search)], status };
}

const bindings = new WeakMap<SdkService, readonly RestBinding[]>();

function bindingsOf(service: SdkService): readonly RestBinding[] {
  let known = bindings.get(service);
  if (known === undefined) {
    known = [...service.operations.values()]
      .map(restBinding)
      .filter((binding) => binding !== undefined)
      .toSorted((a, b) => specificity(b) - specificity(a));
    bindings.set(service, known);
  }
  return known;
}

function specificity({ segments, fixedQuery }: RestBinding): number {
  const literals = segments.filter((segment) => "literal" in segment).length;
  const greedy = segments.some((segment) => "label" in segment && segment.greedy);
  return fixedQuery.length * 100 + literals - (greedy ? 0.5 : 0);
}

function matchPath(pattern: readonly RestSegment[], path: readonly string[]): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const [index, segment] of pattern.entries()) {
    const actual = path[index];
    if (actual === undefined) return undefined;
    if ("literal" in segment) {
      if (segment.literal !== actual) return undefined;
    } else if (segment.greedy) {
      // Smithy allows a greedy label as the last of a path only, as far as these services use it.
      labels.set(segment.label, path.slice(index).join("/"));
      return labels;
    } else labels.set(segment.label, actual);
  }
  return path.length === pattern.length ? labels : undefined;
}

/** The decoded segments, without the empty one that a trailing slash makes; undefined for a malformed escape. */
function segmentsOf(path: string): string[] | undefined {
  try {
    return path
      .replace(/^\//, "")
      .replace(/\/$/, "")
      .split("/")
      .map((segment) => decodeURIComponent(segment));
  } catch {
    return undefined;
  }
}

function parseSegment(text: string): RestSegment {
  const label = /^\{([^}+]+)(\+?)\}$/.exec(text);
  return label === null ? { literal: text } : { label: label[1] ?? "", greedy: label[2] === "+" };
}
