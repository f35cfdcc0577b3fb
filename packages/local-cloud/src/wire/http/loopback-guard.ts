import type { IncomingHttpHeaders } from "node:http";

/**
 * Why a request may not be answered, or undefined. A server on the loopback has no password, so a web page in the
 * user's browser must not be able to drive it: neither under a name of its own that it lets resolve to 127.0.0.1 (DNS
 * rebinding), nor by sending a form across sites.
 */
export function foreignReason(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !LOOPBACK_HOST.test(host)) {
    return `the Host header must be localhost, 127.0.0.1 or [::1], not ${host ?? "absent"}`;
  }
  if (headers["sec-fetch-site"] === "cross-site") return "a web page of another site may not call this server";
  if (origin !== undefined && !LOOPBACK_ORIGIN.test(origin)) {
    return `a web page of ${origin} may not call this server`;
  }
  return undefined;
}

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const LOOPBACK_ORIGIN = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
