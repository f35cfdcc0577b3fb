import { CliError } from "../errors/cli-error.ts";
import { readProblem } from "./api-error.ts";
import { apiOver, type Api, type ApiRequest, type Send } from "./api.ts";
import { notMustersApi } from "./not-musters-api.ts";
import { signatureFor } from "./sign-request.ts";

/** Longer than the 30 s after which API Gateway gives up on an integration (HTTP API quotas). */
const ANSWER_MS_MAX = 35_000;

/**
 * Muster's API over HTTP. `realNow`: epoch ms, where an answer bears no date.
 * @throws {CliError} ApiUnreachable, ApiFailed, NotMustersApi, CredentialsMissing
 */
export function httpApi(baseUrl: string, realNow: () => number): Api {
  const send: Send = async (request) => {
    const { ok, status, date, text } = await exchange(baseUrl, request);
    const body = parseJson(text);
    if (!ok) throw readProblem(body, status) ?? unexplained(baseUrl, request, { status, message: messageOf(body) });
    if (body === undefined) throw notMustersApi(baseUrl, request, "no JSON");
    return { body, now: Number.isNaN(date) ? realNow() : date };
  };
  return apiOver({ send, where: baseUrl, startedAt: realNow() });
}

async function exchange(baseUrl: string, request: ApiRequest) {
  const { method, path } = request;
  const url = new URL(path, baseUrl);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const plain = { ...request.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) };
  const headers = (await signatureFor(baseUrl)?.({ method, url, headers: plain, body })) ?? plain;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    return { ok: response.ok, status: response.status, date, text: await response.text() };
  } catch (error) {
    throw new CliError("ApiUnreachable", {
      what: `Muster's API does not answer at ${baseUrl}.`,
      why: reasonOf(error),
      remedy: "Start the embedded cloud (npm start), or name the API with --api URL or MUSTER_API.",
      cause: error,
    });
  }
}

/** A refusal in nobody's words: of the gateway before the API, or of another server. */
function unexplained(
  baseUrl: string,
  request: ApiRequest,
  { status, message }: { status: number; message: string },
): CliError {
  const answer = `${status}${message === "" ? "" : `, ${message}`}`;
  if (status < 500 && status !== TOO_MANY_REQUESTS) return notMustersApi(baseUrl, request, `status ${answer}`);
  return new CliError("ApiFailed", {
    what: `Muster's API at ${baseUrl} failed.`,
    why: `It answered ${request.method} ${request.path} with ${answer}.`,
    remedy: "Send it again in a moment. If it stays so, look at the logs of Muster's functions.",
  });
}

const TOO_MANY_REQUESTS = 429;

/** Why a fetch failed: the socket's own reason lies below. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `There was no answer in ${ANSWER_MS_MAX / 1000} seconds.`;
  const { cause } = error;
  // Where a name has two addresses, the reasons are inside, and only the first of them has words.
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A page of some other server: the caller says so.
    return undefined;
  }
}

/** API Gateway's own refusals, and other servers', have a message at most. */
function messageOf(body: unknown): string {
  const message = typeof body === "object" && body !== null && "message" in body ? body.message : undefined;
  return typeof message === "string" ? message : "";
}
