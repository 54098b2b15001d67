// Rows of the ranking. A row is a place in the table; whichever unit stands there is written into it.

const COLOURS = 8;

function rowTemplate(app) {
  const { data, dimensions } = app;
  const cell = (kind, ...children) => element("td", { role: "cell", class: kind }, ...children);
  const segments = dimensions.map((_, k) => element("i", { class: `d${k % COLOURS}` }));
  const grouped = Object.keys(data.units.groups).length > 0 || data.added.classes || app.hasGaps;
  const who = element("span", { class: "who" }, element("button", { type: "button", class: "name", title: "Open the unit’s page" }, bdi("")));
  if (grouped) who.append(element("span", { class: "group" }));
  const open = element("button", { type: "button", class: "open", "aria-expanded": "false" }, "›");
  const row = element(
    "tr",
    { role: "row" },
    cell("rank", element("span", { class: "place" }), element("span", { class: "moved" })),
    element("th", { scope: "row", role: "rowheader", class: "unit" }, open, who),
    cell("score"),
    cell("stack", element("div", { class: "bar", "aria-hidden": "true" }, ...segments)),
  );
  if (data.intervals) {
    const track = element("span", { class: "track", "aria-hidden": "true" }, element("span", { class: "range" }));
    row.append(cell("interval", track, element("span", { class: "span" })));
  }
  row.append(cell("change"));
  return row;
}

function makeRow(template) {
  const row = template.cloneNode(true);
  const part = (selector) => row.querySelector(selector);
  return {
    row,
    unit: -1,
    stale: true,
    detail: null,
    place: part(".place"),
    moved: part(".moved"),
    open: part(".open"),
    name: part(".name").firstChild,
    group: part(".group"),
    score: part(".score"),
    segments: [...part(".bar").children],
    range: part(".range"),
    span: part(".span"),
    change: part(".change"),
  };
}

// Who stands in the row: written only when that is another unit.
function writeUnit(app, slot, unit) {
  if (slot.unit === unit) return;
  const { units, intervals } = app.data;
  slot.unit = unit;
  slot.name.textContent = units.names[unit];
  slot.open.setAttribute("aria-label", `Dimensions of ${units.names[unit]}`);
  if (intervals) writeInterval(slot, intervals.low[unit], intervals.high[unit], units.codes.length);
}

function writeInterval(slot, low, high, units) {
  slot.range.hidden = low === null;
  slot.range.style.left = `${(((low ?? 1) - 1) / units) * 100}%`;
  slot.range.style.width = `${(((high ?? 1) - (low ?? 1) + 1) / units) * 100}%`;
  slot.span.textContent = low === null ? "–" : low === high ? whole(low) : `${whole(low)}–${whole(high)}`;
}

// The unit's class, where there are classes, its groups, and how many of its indicators are imputed.
function writeGroups(app, slot, classes) {
  const { unit } = slot;
  const groups = Object.values(app.data.units.groups).map((labels) => labels[unit]);
  const imputed = app.imputedOf(unit);
  const note = imputed ? `${whole(imputed)} of ${whole(app.engine.leaves.length)} imputed` : "";
  write(slot.group, [classes?.[unit], ...groups, note].filter((label) => label).join(" · "));
}

// What the chosen weights and methods make of the unit.
function writeFigures(app, slot, { bars, shifts, reference, decimals, classes }) {
  const { unit } = slot;
  const { scores } = app.engine;
  const rank = app.ranks[unit];
  const score = scores[0][unit];
  const stated = app.statedRanks[unit];
  write(slot.place, rank === rank ? whole(rank) : "–");
  write(slot.moved, rank !== stated && app.explored ? shiftText(stated - rank) : "");
  write(slot.score, format(score, decimals));
  if (slot.group) writeGroups(app, slot, classes);
  writeBar(app, slot, score, bars);
  const shift = shifts[unit];
  write(slot.change, shift === shift ? `${shiftText(shift)} (${whole(reference[unit])})` : "");
  slot.change.className = `change ${shift > 0 ? "up" : shift < 0 ? "down" : ""}`;
}

function writeBar(app, slot, score, bars) {
  const length = score === score && bars.high > bars.low ? (score - bars.low) / (bars.high - bars.low) : 0;
  const parts = app.dimensions.map((node) => {
    const weight = app.weightless(node) ? 0 : app.state.weights[node];
    const part = weight * (app.engine.scores[node][slot.unit] - bars.floor);
    return part > 0 ? part : 0;
  });
  const sum = parts.reduce((total, part) => total + part, 0);
  slot.segments.forEach((segment, k) => {
    segment.style.width = `${sum > 0 ? ((length * parts[k]) / sum) * 100 : k === 0 ? length * 100 : 0}%`;
  });
}

// What turns scores into lengths of bars, and dimensions into parts of them.
function barScale(app) {
  const { scores, units } = app.engine;
  const root = scores[0];
  let low = 0;
  let high = -Infinity;
  let floor = 0;
  for (let unit = 0; unit < units; unit++) {
    if (root[unit] < low) low = root[unit];
    if (root[unit] > high) high = root[unit];
    for (const node of app.dimensions) if (scores[node][unit] < floor) floor = scores[node][unit];
  }
  return { low, high, floor };
}

function write(target, text) {
  if (target.firstChild?.data !== text) target.textContent = text;
}

// Scores of the dimensions of a unit, and of what stands below each.
function detailOf(app, unit, columns) {
  const { engine } = app;
  const item = (node) => {
    const leaf = engine.children[node].length === 0;
    const marks = leaf ? [app.imputed(unit, node) && "imputed", app.capped(unit, node) && "treated"].filter(Boolean) : [];
    const note = marks.length ? element("span", { class: "note" }, ` ${marks.join(", ")}`) : "";
    const line = element("div", {}, bdi(app.nodeName(node)), note, element("b", {}, format(engine.scores[node][unit], app.decimals(node))));
    const below = leaf ? null : element("ul", {}, ...engine.children[node].map(item));
    return element("li", { class: leaf ? "leaf" : null }, line, below);
  };
  const lists = app.dimensions.map((node, k) => element("ul", { class: `dimension e${k % COLOURS}` }, item(node)));
  const cell = element("td", { role: "cell", colspan: columns, "aria-colspan": columns }, element("div", { class: "dimensions" }, ...lists));
  return element("tr", { role: "row", class: "detail" }, cell);
}
