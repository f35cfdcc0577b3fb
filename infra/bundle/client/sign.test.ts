import { createHash, createHmac } from "node:crypto";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signedHeaders } from "./sign.ts";

class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }
  update(data: unknown): void {
    this.#hash.update(data as Uint8Array);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const text = fc.string({ unit: fc.constantFrom(...Array.from('azAZ09 /+=%&"é漢😀\n')) });
const requests = fc.record({
  body: text,
  target: text.map((value) => `x${value.replaceAll(/[^\x21-\x7e ]/g, "")}`),
  region: fc.constantFrom("us-east-1", "eu-central-1", "cn-north-1"),
  service: fc.constantFrom("dynamodb", "ec2", "iam"),
  at: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
  path: fc.constantFrom("/", "/aws/"),
});

describe("a signature", () => {
  it("is the one that the SDK's signer makes", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ body, target, region, service, at, sessionToken, path }) => {
        const credentials = {
          accessKeyId: "AKIDEXAMPLE",
          secretAccessKey: "wJalrXUtnFEMI/K7MDENG",
          ...(sessionToken === undefined ? {} : { sessionToken }),
        };
        const headers = {
          host: `${service}.${region}.amazonaws.com`,
          "content-type": "application/x-amz-json-1.0",
          "content-length": String(Buffer.byteLength(body)),
          "x-amz-target": target,
        };
        const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
        const request = new HttpRequest({ method: "POST", hostname: headers.host, path, headers, body });
        const expected = await signer.sign(request, { signingDate: new Date(at) });
        expect(signedHeaders({ method: "POST", path, headers, body }, { credentials, region, service, at })).toEqual(
          expected.headers,
        );
      }),
    );
  });
});
