/**
 * The functions that every expression may call: JSONata's own (https://docs.jsonata.org, without `$eval`, which Step
 * Functions takes away) and those that Step Functions adds.
 */
export const builtinFunctions: ReadonlySet<string> = new Set(
  [
    "string length substring substringBefore substringAfter uppercase lowercase trim pad contains split join match",
    "replace base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl",
    "number abs floor ceil round power sqrt random formatNumber formatBase formatInteger parseInteger",
    "sum max min average boolean not exists count append sort reverse shuffle distinct zip",
    "keys lookup spread merge sift each error assert type now millis fromMillis toMillis map filter single reduce clone",
    "partition range hash parse uuid",
  ].flatMap((line) => line.split(" ")),
);
