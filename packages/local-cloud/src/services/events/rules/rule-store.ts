import type { RuleState, Target } from "@aws-sdk/client-eventbridge";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { CompiledPattern } from "../pattern.ts";
import type { ScheduleExpression } from "../../scheduler/schedule-expression.ts";
import { busNotFound, ruleNotFound } from "../errors.ts";

/** One rule of the default bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: { readonly text: string; readonly compiled: CompiledPattern } | undefined;
  readonly schedule: { readonly text: string; readonly expression: ScheduleExpression } | undefined;
  readonly state: RuleState;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  readonly tags: Map<string, string>;
  /** By id, in the order they were put. */
  readonly targets: Map<string, Target>;
}

/** The rules of the account's default event bus, by name. */
export class RuleStore {
  readonly #context: ServiceContext;
  readonly #rules = new Map<string, Rule>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#rules.size;
  }

  arnOf(name: string): string {
    return `arn:aws:events:${this.#context.region}:${this.#context.account}:rule/${name}`;
  }

  get busArn(): string {
    return `arn:aws:events:${this.#context.region}:${this.#context.account}:event-bus/default`;
  }

  /** @throws {AwsError} ResourceNotFoundException for any bus but the default one, by name or ARN */
  checkBus(name: string | undefined): void {
    if (name !== undefined && name !== "default" && name !== this.busArn) throw busNotFound(name);
  }

  find(name: string | undefined): Rule | undefined {
    return name === undefined ? undefined : this.#rules.get(name);
  }

  /** @throws {AwsError} ResourceNotFoundException */
  get(name: string | undefined, bus?: string): Rule {
    this.checkBus(bus);
    const rule = this.find(name);
    if (rule === undefined) throw ruleNotFound(name ?? "");
    return rule;
  }

  /** The rule of an ARN. */
  byArn(arn: string | undefined): Rule | undefined {
    return [...this.#rules.values()].find((rule) => rule.arn === arn);
  }

  put(rule: Rule): void {
    this.#rules.set(rule.name, rule);
  }

  delete(name: string): void {
    this.#rules.delete(name);
  }

  all(): IterableIterator<Rule> {
    return this.#rules.values();
  }
}
