/** One route of the API, as the manifest has it. */
export interface HttpRoute {
  /** An HTTP method, or `ANY`. */
  readonly method: string;
  /** `/v1/clusters/{name}`, `/files/{proxy+}`, or `$default`. */
  readonly path: string;
  readonly functionName: string;
}

/** The route that a request takes, and what its path names. */
export interface MatchedRoute {
  /** `GET /v1/clusters/{name}`, or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  /** Decoded; undefined when the route's path has no variable. */
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * The routes of an HTTP API, the most specific first: a literal segment before a variable, that before a greedy one,
 * `$default` last; on the same path a method of its own before `ANY`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export class RouteTable {
  readonly #routes: readonly CompiledRoute[];

  /** @throws {Error} for a route that API Gateway would not take */
  constructor(routes: readonly HttpRoute[]) {
    const compiled = routes.map(compile);
    const shapes = new Map<string, CompiledRoute>();
    for (const route of compiled) {
      const other = shapes.get(route.shape);
      if (other !== undefined) {
        throw new Error(`the routes ${other.routeKey} and ${route.routeKey} answer the same requests`);
      }
      shapes.set(route.shape, route);
    }
    this.#routes = compiled.toSorted((a, b) => compare(b.rank, a.rank));
  }

  /** @param path percent-encoded, as it came */
  match(method: string, path: string): MatchedRoute | undefined {
    const segments = path
      .split("/")
      .slice(1)
      .map((segment) => decodeURIComponent(segment));
    for (const route of this.#routes) {
      if (route.method !== "ANY" && route.method !== method) continue;
      const parameters = fit(route.segments, segments);
      if (parameters === undefined) continue;
      const { routeKey, functionName } = route;
      const hasNone = Object.keys(parameters).length === 0;
      return { routeKey, functionName, pathParameters: hasNone ? undefined : parameters };
    }
    return undefined;
  }
}

type Segment = { readonly literal: string } | { readonly variable: string } | { readonly greedy: string };

interface CompiledRoute {
  readonly routeKey: string;
  /** The route with its variables unnamed: two of the same shape would answer the same requests. */
  readonly shape: string;
  readonly method: string;
  readonly functionName: string;
  readonly segments: readonly Segment[] | "default";
  readonly rank: readonly number[];
}

const DEFAULT = "$default";
const METHODS: readonly string[] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const RANK = { literal: 3, variable: 2, greedy: 1 } as const;

function compile({ method, path, functionName }: HttpRoute): CompiledRoute {
  if (path === DEFAULT) {
    return { routeKey: DEFAULT, shape: DEFAULT, method: "ANY", functionName, segments: "default", rank: [0] };
  }
  const routeKey = `${method} ${path}`;
  if (!METHODS.includes(method)) throw new Error(`the route ${routeKey} has no HTTP method`);
  if (!path.startsWith("/")) throw new Error(`the route ${routeKey} must have a path that begins with a slash`);
  const segments = path
    .split("/")
    .slice(1)
    .map((text) => parseSegment(text, routeKey));
  if (segments.some((segment, index) => "greedy" in segment && index < segments.length - 1)) {
    throw new Error(`the route ${routeKey} has a greedy variable before its end`);
  }
  const kinds = segments.map((segment) =>
    "literal" in segment ? segment.literal : "greedy" in segment ? "{+}" : "{}",
  );
  const ranks = segments.map(
    (segment) => RANK["literal" in segment ? "literal" : "greedy" in segment ? "greedy" : "variable"],
  );
  return {
    routeKey,
    shape: `${method} /${kinds.join("/")}`,
    method,
    functionName,
    segments,
    rank: [...ranks, method === "ANY" ? 0.1 : 0.2],
  };
}

function parseSegment(text: string, routeKey: string): Segment {
  const [, name, plus] = /^\{([\w.-]+)(\+?)\}$/.exec(text) ?? [];
  if (name !== undefined) return plus === "+" ? { greedy: name } : { variable: name };
  if (/[{}]/.test(text)) throw new Error(`the route ${routeKey} has a variable that is not a whole segment: ${text}`);
  return { literal: text };
}

/** What the variables stand for; undefined when the path does not fit. */
function fit(pattern: readonly Segment[] | "default", path: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (pattern === "default") return parameters;
  for (const [index, segment] of pattern.entries()) {
    const actual = path[index];
    if (actual === undefined) return undefined;
    if ("greedy" in segment) {
      const rest = path.slice(index).join("/");
      return rest === "" ? undefined : { ...parameters, [segment.greedy]: rest };
    }
    if ("literal" in segment) {
      if (segment.literal !== actual) return undefined;
    } else if (actual === "") return undefined;
    else parameters[segment.variable] = actual;
  }
  return path.length === pattern.length ? parameters : undefined;
}

/** Compares segment by segment; the longer one is the more specific. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
