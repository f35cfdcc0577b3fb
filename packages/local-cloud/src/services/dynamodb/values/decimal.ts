/** What may be wrong with a number. */
export type NumberFault = "not numeric" | "overflow" | "underflow" | "too precise";

/** The number as DynamoDB stores it, or what is wrong with it. */
export function normalizeNumber(text: string): { readonly text: string } | { readonly fault: NumberFault } {
  if (PLAIN_INTEGER.test(text)) return { text };
  const decimal = readDecimal(text);
  return typeof decimal === "string" ? { fault: decimal } : { text: formatDecimal(decimal) };
}

/** Compares two stored numbers: negative, zero or positive, as `a - b`. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  // Fifteen digits are exact in a double.
  if (a.length <= EXACT_LENGTH && b.length <= EXACT_LENGTH) return Number(a) - Number(b);
  const [left, right] = [sortableNumber(a), sortableNumber(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A text that sorts, code unit by code unit, as the stored number does. */
export function sortableNumber(text: string): string {
  const { negative, digits, exponent } = stored(text);
  if (digits === "") return "o";
  const power = exponent + SORTABLE_OFFSET;
  if (!negative) return `p${String(power).padStart(3, "0")}${digits}`;
  const complement = digits.replaceAll(/\d/g, (digit) => String(9 - Number(digit)));
  return `n${String(999 - power).padStart(3, "0")}${complement}~`;
}

/**
 * The exact sum (or difference) of two stored numbers. DynamoDB calls a result that needs more than 38 digits an
 * overflow too.
 */
export function addNumbers(
  a: string,
  b: string,
  sign: 1 | -1,
): { readonly text: string } | { readonly fault: NumberFault } {
  const [left, right] = [stored(a), stored(b)];
  const scale = Math.max(fractionDigits(left), fractionDigits(right), 0);
  const sum = scaled(left, scale) + BigInt(sign) * scaled(right, scale);
  const result = readDecimal(`${sum}e-${scale}`);
  if (typeof result !== "string") return { text: formatDecimal(result) };
  return { fault: result === "too precise" ? "overflow" : result };
}

/**
 * Bytes that a number counts for: one, one for two significant digits before the decimal point, one for two after
 * it, one for a minus. AWS's guide says "approximately 1 byte per two significant digits plus 1 byte"; these are the
 * figures that the 400 KB limit was found to use (dynamodb-conformance by Paritysuite, numberByteSize, 2026).
 */
export function numberBytes(text: string): number {
  const { negative, digits, exponent } = stored(text);
  const whole = Math.min(Math.max(exponent, 0), digits.length);
  return 1 + Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2) + (negative ? 1 : 0);
}

/**
 * DynamoDB's number: up to 38 significant decimal digits, magnitude 1E-130 to 9.99...E+125, exact.
 * The value is 0.`digits` times ten to the `exponent`; zero has no digits.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
interface Decimal {
  readonly negative: boolean;
  /** Without leading or trailing zeros. */
  readonly digits: string;
  readonly exponent: number;
}

/** Significant digits of a number. */
const MAX_DIGITS = 38;
/** Decimal exponents of the first digit, as in 9.99E+125 and 1E-130. */
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const NUMBER = /^([+-])?(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const ZERO: Decimal = { negative: false, digits: "", exponent: 0 };
const EXACT_LENGTH = 15;
/** Makes every exponent in range a positive number of three digits. */
const SORTABLE_OFFSET = 400;

/** Reads a number as a request writes it: sign, decimal point and exponent allowed, spaces not. */
function readDecimal(text: string): Decimal | NumberFault {
  const parts = NUMBER.exec(text);
  if (parts === null) return "not numeric";
  const [, sign, whole = "", fraction = "", bareFraction = "", power = "0"] = parts;
  const written = whole + (fraction === "" ? bareFraction : fraction);
  // DynamoDB cannot read an exponent beyond 64 bits at all.
  if (Math.abs(Number(power)) > 2 ** 63) return "not numeric";
  const first = firstSignificant(written);
  const exponent = whole.length - first + Number(power);
  if (first === written.length) {
    // Zero is held to the range by the exponent it is written with.
    const magnitude = Number(power);
    return magnitude > MAX_MAGNITUDE ? "overflow" : magnitude < MIN_MAGNITUDE ? "underflow" : ZERO;
  }
  return inRange({ negative: sign === "-", digits: written.slice(first).replace(/0+$/, ""), exponent });
}

/** The number as DynamoDB stores and returns it: no exponent, no superfluous zeros. */
function formatDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits + "0".repeat(exponent - digits.length);
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

function inRange(decimal: Decimal): Decimal | NumberFault {
  const magnitude = decimal.exponent - 1;
  if (magnitude > MAX_MAGNITUDE) return "overflow";
  if (magnitude < MIN_MAGNITUDE) return "underflow";
  return decimal.digits.length > MAX_DIGITS ? "too precise" : decimal;
}

function firstSignificant(digits: string): number {
  let index = 0;
  while (digits[index] === "0") index++;
  return index;
}

function stored(text: string): Decimal {
  const decimal = readDecimal(text);
  if (typeof decimal === "string") throw new TypeError(`a number that is ${decimal} was let through`);
  return decimal;
}

function fractionDigits({ digits, exponent }: Decimal): number {
  return digits.length - exponent;
}

function scaled(decimal: Decimal, scale: number): bigint {
  if (decimal.digits === "") return 0n;
  const whole = BigInt(decimal.digits) * 10n ** BigInt(scale - fractionDigits(decimal));
  return decimal.negative ? -whole : whole;
}
