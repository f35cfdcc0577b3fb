import { Refusal } from "../refusal.ts";
import { tokenize, type Token } from "./tokens.ts";

/** Reads an expression word by word, and complains as AWS does. */
export class TokenReader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #keywords: ReadonlySet<string>;
  #index = 0;

  /** `keywords` can never be names, whatever the case. */
  constructor(text: string, keywords: ReadonlySet<string>) {
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#keywords = keywords;
  }

  /** The word `ahead` places further on; past the end, the end. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)] ?? END;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Takes the next word if it is that symbol. */
  take(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.next();
    return found;
  }

  /** Takes the next word, which must be that symbol. */
  expect(symbol: string): void {
    if (!this.take(symbol)) throw this.syntaxError();
  }

  isSymbol(symbol: string): boolean {
    const token = this.peek();
    return token.kind === "symbol" && token.text === symbol;
  }

  /** Whether the next word is that keyword, in any case. */
  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === "name" && token.text.toUpperCase() === keyword;
  }

  /** Whether the next word can name an attribute as it stands. */
  isName(): boolean {
    const token = this.peek();
    return token.kind === "name" && !this.#keywords.has(token.text.toUpperCase());
  }

  takeKeyword(keyword: string): boolean {
    const found = this.isKeyword(keyword);
    if (found) this.next();
    return found;
  }

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.syntaxError();
  }

  /** The next word is not what the grammar wants: AWS names it, and shows it with its neighbours. */
  syntaxError(): Refusal {
    const token = this.peek();
    const before = this.#tokens[this.#index - 1] ?? token;
    const after = this.#tokens[this.#index + 1] ?? token;
    return new Refusal(`Syntax error; token: "${token.text}", near: "${this.#text.slice(before.start, after.end)}"`);
  }
}

const END: Token = { kind: "end", text: "<EOF>", start: 0, end: 0 };
