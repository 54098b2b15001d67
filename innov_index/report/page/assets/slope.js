// Two rankings side by side: a line a unit, from its place in one to its place in the other.

const LINE_HEIGHT = 20;

function makeSlope(app, references) {
  const holder = byId("slope");
  const choices = [["shown", "Ranking shown above"], ...references.entries.map(({ key, name }) => [key, name])];
  const view = { left: "stated", right: "shown", most: "25" };
  if (references.entries.some(({ key }) => key === "announced0")) view.left = "announced0";
  for (const side of ["left", "right"]) {
    options(byId(`slope-${side}`), choices, view[side]);
    byId(`slope-${side}`).addEventListener("change", (event) => {
      view[side] = event.target.value;
      update();
    });
  }
  byId("slope-most").addEventListener("change", (event) => {
    view.most = event.target.value;
    update();
  });

  const ranksOf = (key) => (key === "shown" ? app.ranks : references.ranksOf(key));

  function update() {
    const left = ranksOf(view.left);
    const right = ranksOf(view.right);
    const both = app.data.units.names.map((_, unit) => unit).filter((unit) => left[unit] === left[unit] && right[unit] === right[unit]);
    const from = ordered(both, left);
    const to = ordered(both, right);
    const most = view.most === "all" ? both.length : Number(view.most);
    const kept = new Set([...from.slice(0, most), ...to.slice(0, most)]);
    draw(from.filter((unit) => kept.has(unit)), to.filter((unit) => kept.has(unit)), left, right);
    const moved = both.filter((unit, i) => from.indexOf(unit) !== to.indexOf(unit)).length;
    byId("slope-note").textContent = `${counted(both.length, "unit")} in both rankings; ${whole(moved)} of them ${moved === 1 ? "changes" : "change"} place.`;
  }

  function draw(from, to, left, right) {
    const width = Math.max(300, Math.min(holder.clientWidth || 720, 900));
    const side = Math.min(width * 0.36, 250);
    const height = Math.max(from.length, 1) * LINE_HEIGHT + 8;
    const title = `${counted(from.length, "unit")}: place in “${label(view.left)}” on the left, in “${label(view.right)}” on the right`;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title });
    const y = (place) => place * LINE_HEIGHT + LINE_HEIGHT / 2 + 4;
    const letters = Math.floor((side - 44) / 7);
    for (const [place, unit] of from.entries()) {
      const other = to.indexOf(unit);
      const kind = other < place ? "rises" : other > place ? "falls" : "stays";
      const line = svg("g", { class: `line ${kind}` });
      const [x1, x2] = [side, width - side];
      const middle = (x1 + x2) / 2;
      line.append(
        svg("path", { d: `M${x1} ${y(place)}C${middle} ${y(place)} ${middle} ${y(other)} ${x2} ${y(other)}` }),
        svg("circle", { cx: x1, cy: y(place), r: 3 }),
        svg("circle", { cx: x2, cy: y(other), r: 3 }),
        svg("text", { x: x1 - 8, y: y(place) + 4, "text-anchor": "end" }, `${shortened(name(unit), letters)}  ${whole(left[unit])}`),
        svg("text", { x: x2 + 8, y: y(other) + 4 }, `${whole(right[unit])}  ${shortened(name(unit), letters)}`),
        svg("title", {}, `${name(unit)}: ${ordinal(left[unit])} → ${ordinal(right[unit])}`),
      );
      picture.append(line);
    }
    holder.replaceChildren(picture);
  }

  const name = (unit) => app.data.units.names[unit];
  const label = (key) => choices.find(([other]) => other === key)[1];
  return { update };
}

const ordered = (units, ranks) => [...units].sort((a, b) => ranks[a] - ranks[b] || a - b);

const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

// A name in SVG, which has no <bdi>: kept apart by directional isolates, so that it turns nothing beside it.
function shortened(text, letters) {
  const all = Array.from(text.replace(DIRECTIONS, "").replace(/\s+/g, " "));
  const kept = all.length <= letters ? all.join("") : all.slice(0, Math.max(letters - 1, 1)).join("") + "…";
  return `\u2068${kept}\u2069`;
}
