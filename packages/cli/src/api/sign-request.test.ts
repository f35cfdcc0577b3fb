import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signatureFor } from "./sign-request.ts";

const GATEWAY = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";
const OWN = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "HOME"] as const;

let before: Record<string, string | undefined>;
beforeEach(() => {
  before = Object.fromEntries(OWN.map((name) => [name, process.env[name]]));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" });
});
afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

describe("a request to an API Gateway", () => {
  it("is signed for its region, with the caller's credentials", async () => {
    const url = new URL("/v1/clusters?limit=5", GATEWAY);
    const headers = await signatureFor(GATEWAY)?.({ method: "GET", url, headers: {}, body: undefined });
    expect(headers?.["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  it("signs its body, and keeps its headers", async () => {
    const url = new URL("/v1/clusters", GATEWAY);
    const sign = signatureFor(GATEWAY);
    const request = { method: "POST", url, headers: { "idempotency-key": "key-1" } };
    const one = await sign?.({ ...request, body: "{}" });
    const other = await sign?.({ ...request, body: "[]" });
    expect(one).toMatchObject({ "idempotency-key": "key-1" });
    expect(one?.["authorization"]).toContain("SignedHeaders=host;idempotency-key;");
    expect(one?.["x-amz-content-sha256"]).not.toBe(other?.["x-amz-content-sha256"]);
  });

  it("carries the token of temporary credentials", async () => {
    process.env["AWS_SESSION_TOKEN"] = "temporary";
    const url = new URL("/v1/clusters", GATEWAY);
    expect(await signatureFor(GATEWAY)?.({ method: "GET", url, headers: {}, body: undefined })).toMatchObject({
      "x-amz-security-token": "temporary",
    });
  });
});

describe("any other address", () => {
  it.each(["http://127.0.0.1:4700", "https://muster.example.com", "https://execute-api.evil.com"])(
    "is sent no credentials: %s",
    (url) => {
      expect(signatureFor(url)).toBeUndefined();
    },
  );
});
