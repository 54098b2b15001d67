// Plain data as YAML 1.2 in block style. Strings are quoted unless nothing could take them for anything else.

const PLAIN = /^[A-Za-z_][A-Za-z0-9_ /()%-]*$/;
const WORDS = /^(null|true|false|yes|no|on|off|y|n|nan|inf)$/i;
const UNPRINTABLE = /[\u007f-\u009f\u00ad\u2028\u2029\ufeff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function yamlText(text) {
  if (PLAIN.test(text) && !WORDS.test(text) && !text.endsWith(" ")) return text;
  return JSON.stringify(text).replace(UNPRINTABLE, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function yamlScalar(value) {
  return typeof value === "string" ? yamlText(value) : String(value);
}

const isBlock = (value) => value !== null && typeof value === "object";
const isEmpty = (value) => Object.keys(value).length === 0;

// One line where a mapping or list of scalars is short, as people write it.
function flow(value) {
  if (!isBlock(value)) return yamlScalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  return `{${Object.entries(value).map(([key, entry]) => `${yamlText(key)}: ${flow(entry)}`).join(", ")}}`;
}

const fitsOneLine = (value) =>
  isEmpty(value) || (Object.values(value).every((entry) => !isBlock(entry) || isShortList(entry)) && flow(value).length <= 90);
const isShortList = (value) => Array.isArray(value) && value.every((entry) => !isBlock(entry));

function toYaml(value, indent = "") {
  if (!isBlock(value)) return yamlScalar(value) + "\n";
  const lines = Array.isArray(value)
    ? value.map((entry) => `${indent}-${nested(entry, indent + "  ", false)}`)
    : Object.entries(value).map(([key, entry]) => `${indent}${yamlText(key)}:${nested(entry, indent + "  ", true)}`);
  return lines.join("");
}

// What stands after a key, or after the dash of a list.
function nested(value, indent, underKey) {
  if (!isBlock(value) || fitsOneLine(value)) return ` ${flow(value)}\n`;
  const text = toYaml(value, indent);
  return underKey ? "\n" + text : " " + text.slice(indent.length);
}
