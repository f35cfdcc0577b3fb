/**
 * The number that a JSON text names, when it can be compared without loss as a double (IEEE 754 binary64); undefined
 * otherwise. EventBridge then falls back to comparing texts.
 * Source: https://github.com/aws/event-ruler, "Numeric matching".
 */
export function comparableNumber(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return canonical(text) === canonical(String(value)) ? value : undefined;
}

// The digits without zeros around them, and the power of ten of the last one.
function canonical(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
