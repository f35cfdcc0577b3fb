import type { Store } from "../store.ts";

/** One thing that a DynamoDB does. It is told with `expect`: a store that does otherwise makes it throw. */
export interface Story {
  /** Goes on where the chapter's subject begins a sentence. */
  readonly title: string;
  readonly tell: (store: Store) => Promise<void>;
}

/** What is told of one subject. */
export interface Chapter {
  readonly subject: string;
  readonly stories: readonly Story[];
}
