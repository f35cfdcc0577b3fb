import type { Muster } from "./create-muster.ts";
import { ApiError, readProblem } from "../api/api-error.ts";
import { apiOver, type Api, type Send } from "../api/api.ts";

/**
 * The API without a wire: the same routes and handlers, called through the embedded Lambda in the form that API Gateway
 * gives its requests. For virtual time, in which no socket can take part.
 */
export function localApi(muster: Muster): Api {
  const { cloud, manifest, clock } = muster;
  const send: Send = async ({ method, path, body, headers = {} }) => {
    const url = new URL(path, "http://localhost");
    const { route, parameters } = matchRoute(
      manifest.routes.map((r) => r.route),
      method,
      url.pathname,
    );
    const functionName = manifest.functions.find(
      (f) => f.name === manifest.routes.find((r) => r.route === route)?.functionName,
    )?.aliasArn;
    const event = {
      version: "2.0",
      routeKey: route,
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      headers,
      queryStringParameters: Object.fromEntries(url.searchParams),
      pathParameters: parameters,
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = (await cloud.kernel.call(
      "lambda",
      "Invoke",
      { FunctionName: functionName, Payload: new TextEncoder().encode(JSON.stringify(event)) },
      cloud.user,
    )) as {
      Payload: Uint8Array;
      FunctionError?: string;
    };
    const response = JSON.parse(new TextDecoder().decode(answer.Payload)) as { statusCode: number; body: string };
    // API Gateway tells nobody why; who has no wire may see it.
    if (answer.FunctionError !== undefined) throw failed(JSON.stringify(response));
    const content = JSON.parse(response.body) as unknown;
    if (response.statusCode >= 400)
      throw readProblem(content, response.statusCode) ?? failed(`${response.statusCode} without a problem`);
    return { body: content, now: clock.now() };
  };
  return apiOver({ send, where: "the embedded API", startedAt: clock.now() });
}

/** The API's function failed, or refused without a word. */
function failed(detail: string): ApiError {
  return new ApiError({ title: "Internal Server Error", code: "ApiFailed", detail, remedy: "" }, 500);
}

function matchRoute(
  routes: readonly string[],
  method: string,
  path: string,
): { route: string; parameters: Record<string, string> } {
  for (const route of routes) {
    const [verb = "", pattern = ""] = route.split(" ");
    const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
    const match = new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
    if (verb === method && match !== null) {
      return {
        route,
        parameters: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? "")])),
      };
    }
  }
  throw new Error(`the manifest has no route for ${method} ${path}`);
}
