// Elements from data. Text is always set as text: no markup is ever parsed.

const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(target, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) target.addEventListener(name.slice(2), value);
    else target.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null && child !== undefined) target.append(child);
  return target;
}

const bdi = (text) => element("bdi", {}, text);
const byId = (id) => document.getElementById(id);

function options(select, entries, chosen) {
  select.replaceChildren(
    ...entries.map(([value, label]) => {
      const option = element("option", { value }, label);
      option.selected = value === chosen;
      return option;
    }),
  );
}

function say(text) {
  byId("status").textContent = text;
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
