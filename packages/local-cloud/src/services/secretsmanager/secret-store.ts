import { pick } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";
import { isBeingDeleted, secretNotFound } from "./errors.ts";
import { Secret } from "./secret.ts";

/** The account's secrets, found by name, by ARN, and by ARN without its random end. */
export class SecretStore {
  readonly #context: ServiceContext;
  readonly #secrets = new Map<string, Secret>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  create(options: { name: string; description: string | undefined; tags: Map<string, string> }): Secret {
    const { random, clock } = this.#context;
    const suffix = Array.from({ length: 6 }, () => pick(random, SUFFIX_LETTERS)).join("");
    const secret = new Secret({ ...options, arn: `${this.arnOf(options.name)}-${suffix}`, now: clock.now() });
    this.#secrets.set(options.name, secret);
    return secret;
  }

  /** The ARN without the six random characters that AWS adds. */
  arnOf(name: string): string {
    return `arn:aws:secretsmanager:${this.#context.region}:${this.#context.account}:secret:${name}`;
  }

  find(id: string | undefined): Secret | undefined {
    const prefix = this.arnOf("");
    const name = id?.startsWith(prefix) === true ? id.slice(prefix.length) : id;
    if (name === undefined) return undefined;
    const secret = this.#alive(this.#secrets.get(name)) ?? this.#alive(this.#secrets.get(name.replace(/-\w{6}$/, "")));
    return secret !== undefined && (name === secret.name || id === secret.arn) ? secret : undefined;
  }

  /** @throws {AwsError} ResourceNotFoundException */
  get(id: string | undefined): Secret {
    const secret = this.find(id);
    if (secret === undefined) throw secretNotFound();
    return secret;
  }

  /** @throws {AwsError} ResourceNotFoundException; InvalidRequestException for one that is being deleted */
  getLive(id: string | undefined): Secret {
    const secret = this.get(id);
    if (secret.deletion !== undefined) throw isBeingDeleted();
    return secret;
  }

  all(): Secret[] {
    return [...this.#secrets.values()].filter((secret) => this.#alive(secret) !== undefined);
  }

  // Deletions have no timers: a secret whose time has come is gone when somebody looks for it.
  #alive(secret: Secret | undefined): Secret | undefined {
    if (secret?.deletion === undefined || secret.deletion.goneAt > this.#context.clock.now()) return secret;
    this.#secrets.delete(secret.name);
    return undefined;
  }
}

const SUFFIX_LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
