import { describe, expect, it } from "vitest";
import { compile, readEvent } from "./pattern.ts";

const matches = (pattern: unknown, event: Record<string, unknown>) =>
  compile(typeof pattern === "string" ? pattern : JSON.stringify(pattern)).matches(readEvent(event));

/** The text of an event whose `detail.value` is written exactly like that. */
const withValue = (text: string) => readEvent(`{"detail":{"value":${text}}}`);
const complexityOf = (pattern: unknown): string => {
  try {
    compile(JSON.stringify(pattern));
    return "taken";
  } catch (error) {
    const isComplex = /Rule is too complex - try using fewer wildcard characters/.test(String(error));
    return isComplex ? "too complex" : String(error);
  }
};

const onValue = (matchers: string) => compile(`{"detail":{"value":${matchers}}}`);

describe("a value", () => {
  it.each([
    ['["a"]', '"a"', true],
    ['["a"]', '"A"', false],
    ['["a", "b"]', '["c", "b"]', true],
    ['["a"]', "[]", false],
    ["[null]", "null", true],
    ["[null]", '"null"', false],
    ["[true]", "true", true],
    ["[true]", '"true"', false],
    ["[1]", '"1"', false],
    ["[300]", "300.0", true],
    ["[300.0]", "3e2", true],
    ["[0]", "-0", true],
    // Beyond what a double can hold, texts are compared.
    ["[123456789012345678901]", "123456789012345678901", true],
    ["[123456789012345678901]", "123456789012345678902", false],
    ["[0.1]", "0.10", true],
    // An address in a pattern is that address in any spelling.
    ['["10.0.0.1"]', '"10.0.0.1"', true],
    ['["::1"]', '"0:0:0:0:0:0:0:1"', true],
    ['["12:30"]', '"12:30"', true],
    ['["12:30"]', '"012:30"', false],
  ])("%s against %s is %s", (pattern, value, expected) => {
    expect(onValue(pattern).matches(withValue(value))).toBe(expected);
  });
});

describe("an operator", () => {
  it.each([
    ['{"prefix":"us-"}', '"us-east-1"', true],
    ['{"prefix":"us-"}', '"eu-us-"', false],
    ['{"prefix":""}', '""', true],
    ['{"prefix":""}', "5", false],
    ['{"prefix":{"equals-ignore-case":"EventB"}}', '"eventbridge"', true],
    ['{"suffix":".png"}', '"a.png"', true],
    ['{"suffix":{"equals-ignore-case":".PNG"}}', '"a.png"', true],
    ['{"suffix":{"equals-ignore-case":".PNG"}}', '"a.jpg"', false],
    ['{"equals-ignore-case":"Straße"}', '"STRASSE"', true],
    ['{"equals-ignore-case":"straSSe"}', '"straße"', false],
    ['{"equals-ignore-case":"a"}', '"ab"', false],
    ['{"exactly":"10.0.0.1"}', '"10.0.0.1"', true],
    ['{"wildcard":"*"}', '""', true],
    ['{"wildcard":"*"}', "7", false],
    ['{"wildcard":"a*c"}', '"ac"', true],
    ['{"wildcard":"a*c"}', '"abcb"', false],
    ['{"wildcard":"a*b*a"}', '"aba"', true],
    ['{"wildcard":"ab*ba"}', '"aba"', false],
    ['{"wildcard":"*ab*ab"}', '"ab"', false],
    ['{"wildcard":"a\\\\*c"}', '"a*c"', true],
    ['{"wildcard":"a\\\\*c"}', '"abc"', false],
    ['{"wildcard":"a\\\\\\\\*"}', '"a\\\\b"', true],
    ['{"cidr":"10.0.0.0/24"}', '"10.0.0.255"', true],
    ['{"cidr":"10.0.0.0/24"}', '"10.0.1.0"', false],
    ['{"cidr":"10.0.0.77/0"}', '"200.1.1.1"', true],
    ['{"cidr":"2001:db8::/32"}', '"2001:db8:ffff::1"', true],
    ['{"cidr":"2001:db8::/32"}', '"2001:db9::1"', false],
    ['{"cidr":"10.0.0.0/8"}', '"::ffff:0a01:0203"', true],
    ['{"cidr":"10.0.0.0/24"}', '"no address"', false],
    ['{"numeric":[">",0,"<=",5]}', "5", true],
    ['{"numeric":[">",0,"<=",5]}', "0", false],
    ['{"numeric":[">=",0,"<",5]}', "0", true],
    ['{"numeric":["<",10]}', "-3e5", true],
    ['{"numeric":["=",301.8]}', "3.018e2", true],
    ['{"numeric":["=",301.8]}', '"301.8"', false],
    ['{"numeric":["<=",5]}', "[7, 4]", true],
    ['{"exists":true}', "null", true],
    ['{"exists":true}', "{}", false],
    ['{"exists":false}', "[]", true],
    ['{"exists":false}', '{"deeper":1}', true],
    ['{"exists":false}', "0", false],
    ['{"anything-but":"a"}', '"b"', true],
    ['{"anything-but":"a"}', "null", true],
    ['{"anything-but":"a"}', '["a","b"]', true],
    ['{"anything-but":"a"}', '["a"]', false],
    ['{"anything-but":"100"}', "100", true],
    ['{"anything-but":100}', "100.0", false],
    ['{"anything-but":[100,200]}', '"100"', true],
    ['{"anything-but":{"prefix":"init"}}', '"initial"', false],
    ['{"anything-but":{"prefix":["a","b"]}}', '"c"', true],
    ['{"anything-but":{"suffix":[".a",".b"]}}', '"x.b"', false],
    ['{"anything-but":{"equals-ignore-case":["STOP"]}}', '"stop"', false],
    ['{"anything-but":{"wildcard":["*/lib/*","*/bin/*"]}}', '"a/bin/b"', false],
    ['{"anything-but":{"wildcard":"*/lib/*"}}', '"a/b"', true],
  ])("%s against %s is %s", (matcher, value, expected) => {
    expect(onValue(`[${matcher}]`).matches(withValue(value))).toBe(expected);
  });
});

describe("fields", () => {
  it("must all match, each with one of its alternatives", () => {
    const pattern = { source: ["aws.ec2"], detail: { state: ["running", "stopped"] } };
    expect(matches(pattern, { source: "aws.ec2", detail: { state: "stopped" } })).toBe(true);
    expect(matches(pattern, { source: "aws.ec2", detail: { state: "pending" } })).toBe(false);
    expect(matches(pattern, { source: "aws.ec2" })).toBe(false);
  });

  const people = {
    people: [
      { name: "Ann", town: "Bonn" },
      { name: "Bob", town: "Rome" },
    ],
  };

  it("of one array must be found in one element", () => {
    expect(matches({ people: { name: ["Bob"], town: ["Rome"] } }, people)).toBe(true);
    expect(matches({ people: { name: ["Ann"], town: ["Rome"] } }, people)).toBe(false);
  });

  it("of two arrays need not", () => {
    expect(matches({ a: { x: [1] }, b: { y: [2] } }, { a: [{ x: 0 }, { x: 1 }], b: [{ y: 2 }] })).toBe(true);
  });

  it("that must be absent may be there in another element", () => {
    const pattern = { people: { name: ["Ann"], title: [{ exists: false }] } };
    const titled = { people: [{ name: "Ann" }, { name: "Bob", title: "Dr" }] };
    expect(matches(pattern, titled)).toBe(true);
    expect(matches({ people: { name: ["Bob"], title: [{ exists: false }] } }, titled)).toBe(false);
  });

  it("step into objects and over dots alike", () => {
    expect(matches({ detail: { "a.b": ["x"] } }, { detail: { a: { b: "x" } } })).toBe(true);
    expect(matches({ "detail.a": { b: ["x"] } }, { detail: { "a.b": "x" } })).toBe(true);
  });

  it("given twice count as given last", () => {
    const twice = '{"a":["x"],"a":["y"]}';
    expect(matches(twice, { a: "y" })).toBe(true);
    expect(matches(twice, { a: "x" })).toBe(false);
    expect(matches('{"o":{"a":["x"]},"o":{"b":["y"]}}', { o: { a: "x", b: "y" } })).toBe(true);
    expect(matches('{"o":{"a":["x"]},"o":{"b":["y"]}}', { o: { b: "y" } })).toBe(false);
  });

  it("with $or need one of the branches, with all around it", () => {
    const pattern = {
      source: ["s"],
      $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }],
      last: ["z"],
    };
    const always = { source: "s", last: "z" };
    expect(matches(pattern, { ...always, a: 1 })).toBe(true);
    expect(matches(pattern, { ...always, b: 2, d: 4 })).toBe(true);
    expect(matches(pattern, { ...always, b: 2 })).toBe(false);
    expect(matches(pattern, { last: "z", a: 1 })).toBe(false);
  });
});

describe("AWS refuses", () => {
  it.each([
    ["", "Filter is not an object"],
    ["[]", "Filter is not an object"],
    ['"text"', "Filter is not an object"],
    ["{}", "Empty objects are not allowed"],
    ['{"detail":{}}', "Empty objects are not allowed"],
    ['{"a":[]}', "Empty arrays are not allowed"],
    ['{"a":"x"}', '"a" must be an object or an array'],
    ['{"a":7}', '"a" must be an object or an array'],
    ['{"a":[[1]]}', "Match value must be String, number, true, false, or null"],
    ['{"a":[{}]}', "Match expression name not found"],
    ['{"a":[{"Exists":true}]}', "Unrecognized match type Exists"],
    ['{"a":[{"exists":"yes"}]}', "exists match pattern must be either true or false."],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', "Only one key allowed in match expression"],
    ['{"a":[{"prefix":{"suffix":"y"}}]}', "Unsupported prefix pattern: suffix"],
    ['{"a":[{"suffix":{"prefix":"y"}}]}', "Unsupported suffix pattern: prefix"],
    ['{"a":[{"prefix":{"equals-ignore-case":1}}]}', "equals-ignore-case match pattern must be a string"],
    ['{"a":[{"equals-ignore-case":["x"]}]}', "equals-ignore-case match pattern must be a string"],
    ['{"a":[{"wildcard":"x\\\\y"}]}', "Invalid escape character at pos 2"],
    ['{"a":[{"wildcard":"é**"}]}', "Consecutive wildcard characters at pos 3"],
    ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a":[{"cidr":"10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"],
    ['{"a":[{"cidr":"10.0.0.0/-1"}]}', "Malformed CIDR, mask bits must not be negative"],
    ['{"a":[{"cidr":"10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"],
    ['{"a":[{"cidr":"::/128"}]}', "IPv6 mask bits must be < 128"],
    ['{"a":[{"cidr":"host/8"}]}', "Nonstandard IP address: host"],
    ['{"a":[{"cidr":"10.0.0.256/8"}]}', "Invalid IP address: 10.0.0.256"],
    ['{"a":[{"numeric":5}]}', "Value of numeric must be an array."],
    ['{"a":[{"numeric":[]}]}', "Invalid member in numeric match: ]"],
    ['{"a":[{"numeric":[5]}]}', "Invalid member in numeric match: 5"],
    ['{"a":[{"numeric":["!=",5]}]}', "Unrecognized numeric range operator: !="],
    ['{"a":[{"numeric":["=","5"]}]}', "Value of equals must be numeric"],
    ['{"a":[{"numeric":[">"]}]}', "Value of > must be numeric"],
    ['{"a":[{"numeric":["<",5,">",3]}]}', "Too many elements in numeric expression"],
    ['{"a":[{"numeric":[">",0,5]}]}', "Bad value in numeric range: 5"],
    ['{"a":[{"numeric":[">",0,"<","5"]}]}', "Value of < must be numeric"],
    ['{"a":[{"numeric":[">",0,"<",5,6]}]}', "Too many terms in numeric range expression"],
    ['{"a":[{"numeric":[">",5,"<",5]}]}', "Bottom must be less than top"],
    [
      '{"a":[{"anything-but":[]}]}',
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    ],
    [
      '{"a":[{"anything-but":[1,"x"]}]}',
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    ],
    ['{"a":[{"anything-but":[null]}]}', "Inside anything but list, start|null|boolean is not supported."],
    ['{"a":[{"anything-but":true}]}', "Value of anything-but must be an array or single string/number value."],
    ['{"a":[{"anything-but":{"exists":true}}]}', "Unsupported anything-but pattern: exists"],
    ['{"a":[{"anything-but":{}}]}', "Anything-But expression name not found"],
    ['{"$or":{"a":[1]}}', "It must be an Array followed with $or."],
    ['{"$or":[{"a":[1]}]}', "There must have at least 2 Objects in $or relationship."],
    ['{"$or":[{"a":[1]},5]}', "Only JSON object is allowed in array of $or relationship."],
    ['{"$or":[{"a":[1]},{"prefix":["x"]}]}', "prefix is Ruler reserved fieldName which cannot be used inside $or."],
    ["{'a':[1]}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    [
      '{"a":[x]}',
      "Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    [
      '{"a":[1',
      'Unexpected end-of-input: expected close marker for Array (start marker at [Source: (String)"{"a":[1"; line: 1, column: 6])',
    ],
  ])("%s", (pattern, reason) => {
    expect(() => compile(pattern)).toThrow(
      expect.objectContaining({
        code: "InvalidEventPatternException",
        message: `Event pattern is not valid. Reason: ${reason}`,
      }),
    );
  });

  // Rules that are public: AWS took the first two and refused the third. The last is far beyond.
  it.each([
    [["*.bif", "*.tiff", "*.tif", "*.svs"], "taken"],
    [["*/datasync/*.bif", "*/datasync/*.tif"], "taken"],
    [["*/datasync/*.bif", "*/datasync/*.tiff", "*/datasync/*.tif", "*/datasync/*.svs"], "too complex"],
    [["*a*a*a*a*a*a*a*a"], "too complex"],
  ])("wildcards that are too complex together: %j is %s", (wildcards, expected) => {
    expect(complexityOf({ key: wildcards.map((wildcard) => ({ wildcard })) })).toBe(expected);
  });
});
