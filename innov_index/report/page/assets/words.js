// Numbers as the reader's locale writes them, and small pieces of text.

const formats = new Map();

function format(value, decimals, extra = {}) {
  if (value === null || value === undefined || value !== value) return "–";
  const key = decimals + JSON.stringify(extra);
  if (!formats.has(key)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    formats.set(key, new Intl.NumberFormat(undefined, { ...digits, ...extra }));
  }
  return formats.get(key).format(value);
}

const whole = (value) => format(value, Number.isInteger(value) ? 0 : 1);
const counted = (number, word) => `${whole(number)} ${word}${number === 1 ? "" : "s"}`;
const percent = (share) => format(share, 1, { style: "percent" });

// A raw value: four digits, or all before the decimal mark.
function compact(value) {
  if (value === null || value !== value) return "–";
  const large = Math.abs(value) >= 1000;
  if (!formats.has(large)) {
    formats.set(large, new Intl.NumberFormat(undefined, large ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 }));
  }
  return formats.get(large).format(value);
}

// About that much: three digits.
const roughly = (value) => compact(value === value ? Number(value.toPrecision(3)) : value);

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIXES = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinal = (rank) =>
  rank !== rank ? "no rank" : Number.isInteger(rank) ? format(rank, 0) + SUFFIXES[ordinals.select(rank)] : whole(rank);

// Places gained (positive) or lost, as text that does not rest on colour.
function shiftText(places) {
  if (places === null || places !== places) return "";
  if (places === 0) return "=";
  return (places > 0 ? "▲ " : "▼ ") + whole(Math.abs(places));
}

const alphabet = new Intl.Collator(undefined, { numeric: true });
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function localiseNumbers(root) {
  for (const element of root.querySelectorAll("data[data-decimals]")) {
    element.textContent = format(Number(element.value), Number(element.dataset.decimals));
  }
}
