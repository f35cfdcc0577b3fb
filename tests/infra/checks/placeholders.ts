import { madeResources } from "../synth/recording.ts";
import type { Check } from "./check.ts";

/** Texts that say that a value was not there yet, or that nobody filled it in. */
const LEFT_OVER = [
  /\$\{(?:function|machine):/,
  /\bundefined\b|\[object Object\]/,
  // What Pulumi writes when an output is pasted into a text.
  /Calling \[to(?:String|JSON)\] on an \[Output/,
];

/** Nothing is left over, in any input of any resource but the scripts of documents, whose language has such words. */
export const checkPlaceholders: Check = (recording) =>
  madeResources(recording)
    .filter(({ type }) => type !== "aws:ssm/document:Document")
    .flatMap(({ type, name, inputs }) => {
      const text = JSON.stringify(inputs);
      return LEFT_OVER.flatMap((pattern) => {
        const found = pattern.exec(text);
        return found === null ? [] : [`${type} ${name} has a left-over: ${text.slice(found.index, found.index + 60)}`];
      });
    });
