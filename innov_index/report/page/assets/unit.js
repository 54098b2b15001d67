// The page of one unit: where it stands in every indicator, what that gives, what would lift it.

function makeUnitPage(app) {
  const { data, engine } = app;
  const treated = new Set(data.treated);
  const byName = data.units.names.map((name, unit) => [String(unit), name]).sort((a, b) => alphabet.compare(a[1], b[1]));
  options(byId("unit-choice"), byName, "0");
  options(byId("other-choice"), [["-1", "nobody"], ...byName], "-1");
  byId("unit-choice").addEventListener("change", (event) => choose({ unit: Number(event.target.value) }));
  byId("other-choice").addEventListener("change", (event) => choose({ other: Number(event.target.value) }));

  function choose(change) {
    Object.assign(app.state, change);
    app.remember();
    update();
  }

  function update() {
    const { unit, other } = app.state;
    byId("unit-choice").value = String(unit);
    byId("other-choice").value = String(other);
    byId("unit-name").replaceChildren(bdi(data.units.names[unit]));
    byId("unit-facts").replaceChildren(...facts(unit, other));
    const lines = engine.leaves.map((leaf, column) => lineOf(leaf, column, unit, other));
    byId("strengths").replaceChildren(...strongest(lines).map(described));
    byId("weaknesses").replaceChildren(...weakest(lines).map(described));
    byId("ways").replaceChildren(...waysText(unit));
    byId("profile-body").replaceChildren(...profileRows(lines));
    byId("legend-other").hidden = other < 0;
    byId("legend-other-name").textContent = other < 0 ? "" : data.units.names[other];
  }

  function facts(unit, other) {
    const entry = (label, ...content) => element("div", {}, element("dt", {}, label), element("dd", {}, ...content));
    const shared = (own) => (app.ranks.filter((rank) => rank === own).length > 1 ? " (shared)" : "");
    const ranked = app.ranks.filter((rank) => rank === rank).length;
    const place = (rank) => (rank === rank ? `${ordinal(rank)}${shared(rank)} of ${whole(ranked)}` : ordinal(rank));
    const score = (who) => `${place(app.ranks[who])}, score ${format(engine.scores[0][who], app.decimals(0))}`;
    const list = [entry("Rank", score(unit))];
    if (data.intervals && data.intervals.low[unit] !== null) {
      const { low, high, label } = data.intervals;
      list.push(entry(label, low[unit] === high[unit] ? ordinal(low[unit]) : `${ordinal(low[unit])} to ${ordinal(high[unit])}`));
    }
    const classes = classesNow(app);
    if (classes) list.push(entry("Class", bdi(classes[unit] || "–")));
    const change = rankChange(app, unit);
    if (change) list.push(entry("Places gained", shiftText(change.places) || "–", " from ", bdi(change.from), " to ", bdi(change.to)));
    for (const [group, labels] of Object.entries(data.units.groups)) if (labels[unit]) list.push(entry(group, bdi(labels[unit]), ...insideText(group, unit)));
    const imputed = app.imputedOf(unit);
    list.push(entry("Indicators known", percent(engine.columns[data.coverage[0]][unit]), imputed ? ` (${whole(imputed)} imputed)` : ""));
    if (other >= 0) list.push(entry(data.units.names[other], score(other)));
    return list;
  }

  function insideText(group, unit) {
    const inside = rankInside(app, group, unit);
    return inside ? [` (${ordinal(inside.rank)} of ${whole(inside.of)} there)`] : [];
  }

  function lineOf(leaf, column, unit, other) {
    const values = engine.scores[leaf];
    const extremes = extremesOf(values);
    const peers = peersOf(unit);
    const { ranks } = rankScores(values, data.ranking);
    const worth = app.means() === null ? NaN : contributionOf(app, unit, leaf, extremes);
    return {
      leaf,
      column,
      raw: engine.columns[data.raw[column]][unit],
      score: values[unit],
      other: other >= 0 ? values[other] : NaN,
      peers: peers.length ? extremesOf(peers.map((peer) => values[peer])).median : NaN,
      rank: ranks[unit],
      shared: ranks.filter((rank) => rank === ranks[unit]).length > 1,
      worth,
      extremes,
      marks: [app.imputed(unit, leaf), treated.has(unit * engine.leaves.length + column)],
      doubtful: app.capped(unit, leaf),
    };
  }

  // Units of the same group; the last group column is the widest in the configs that have several.
  function peersOf(unit) {
    const labels = Object.values(data.units.groups).at(-1);
    if (!labels || !labels[unit]) return [];
    return labels.flatMap((label, other) => (label === labels[unit] && other !== unit ? [other] : []));
  }

  // An imputed value is nobody's strength or weakness, and one that treatment changed nobody's strength.
  const known = (lines) => lines.filter(({ score, marks }) => score === score && !marks[0]);
  const { direction } = data.ranking;
  const more = direction > 0 ? "more" : "fewer";
  const above = ({ score, extremes }) => (direction * (score - extremes.median)) / (extremes.high - extremes.low || 1);
  const strongest = (lines) => known(lines).filter((line) => above(line) > 0 && !line.doubtful).sort((a, b) => a.rank - b.rank || above(b) - above(a)).slice(0, 4);
  const weakest = (lines) => known(lines).filter((line) => above(line) < 0).sort((a, b) => b.rank - a.rank || above(a) - above(b)).slice(0, 4);

  function described({ leaf, rank, shared, raw, marks }) {
    const node = data.nodes[leaf];
    const note = marks[1] ? " (treated)" : "";
    return element("li", {}, bdi(app.nodeName(leaf)), element("span", { class: "quiet" }, ` ${ordinal(rank)}${shared ? " (shared)" : ""}, ${compact(raw)} ${node.unit}${note}`));
  }

  function waysText(unit) {
    if (app.means() === null) return [element("p", {}, "Only the engine can compute this combination.")];
    const found = waysUp(app, unit);
    if (!found) return [element("p", {}, app.ranks[unit] === 1 ? "No unit ranks higher." : "The unit has no rank to improve.")];
    const name = data.units.names[found.above];
    const lead = element("p", {}, `To draw level with `, bdi(name), ` (${ordinal(app.ranks[found.above])}) it needs ${format(found.gap, app.decimals(0))} ${more} points.`);
    if (!found.ways.length) return [lead, element("p", {}, "No single indicator would be enough, even at the best value of all units.")];
    const items = found.ways.slice(0, 4).map(({ leaf, now, needed }) => {
      const column = engine.leaves.indexOf(leaf);
      const raw = engine.columns[data.raw[column]];
      const about = rawValueAt(engine.scores[leaf], raw, needed);
      return element("li", {}, bdi(app.nodeName(leaf)), element("span", { class: "quiet" }, ` about ${roughly(about)} ${data.nodes[leaf].unit} (now ${app.imputed(unit, leaf) ? "imputed" : compact(raw[unit])}); ${format(Math.abs(needed - now), app.decimals(leaf))} points ${more} in this indicator`));
    });
    return [lead, element("p", {}, "Any one of these alone would be enough, with everything else (including the scales) unchanged:"), element("ul", {}, ...items)];
  }

  function profileRows(lines) {
    const most = Math.max(...lines.map(({ worth }) => (worth > 0 ? worth : 0)));
    const rows = [];
    let dimension = -1;
    for (const line of lines) {
      const top = topOf(line.leaf);
      if (top !== dimension && top !== line.leaf) {
        const k = app.dimensions.indexOf(top);
        const head = element("th", { scope: "rowgroup", colspan: 5, class: `e${k % COLOURS}` }, bdi(app.nodeName(top)), element("span", { class: "quiet" }, ` ${format(engine.scores[top][app.state.unit], app.decimals(top))}`));
        rows.push(element("tr", { class: "head" }, head));
      }
      dimension = top;
      rows.push(profileRow(line, most, app.dimensions.indexOf(top)));
    }
    return rows;
  }

  function topOf(node) {
    let here = node;
    while (data.nodes[here].parent !== 0) here = data.nodes[here].parent;
    return here;
  }

  function profileRow(line, most, dimension) {
    const node = data.nodes[line.leaf];
    const notes = [...["imputed", "treated"].filter((_, i) => line.marks[i]), ...node.flags];
    const value = element("span", { class: "value" }, ...(line.raw === line.raw ? [compact(line.raw), " ", bdi(node.unit)] : ["no value"]));
    const note = notes.length ? element("span", { class: "note" }, ` ${notes.join(", ")}`) : null;
    const name = element("th", { scope: "row" }, bdi(app.nodeName(line.leaf)), note, value);
    const worth = element("span", { class: `worth d${dimension % COLOURS}`, "aria-hidden": "true" });
    worth.style.width = `${most > 0 && line.worth > 0 ? (line.worth / most) * 100 : 0}%`;
    return element(
      "tr",
      {},
      name,
      element("td", { class: "number points" }, format(line.score, app.decimals(line.leaf))),
      element("td", { class: "number" }, line.rank === line.rank ? whole(line.rank) : "–"),
      element("td", { class: "strip" }, position(line)),
      element("td", { class: "contribution" }, element("span", { class: "figure" }, format(line.worth, app.decimals(0))), element("span", { class: "track" }, worth)),
    );
  }

  function position({ score, other, peers, extremes, marks }) {
    const spread = extremes.high - extremes.low;
    const worst = direction > 0 ? extremes.low : extremes.high;
    const x = (value) => `${4 + (spread > 0 ? (Math.abs(value - worst) / spread) * 92 : 46)}%`;
    const picture = svg("svg", { "aria-hidden": "true" });
    picture.append(svg("line", { x1: "4%", x2: "96%", y1: 10, y2: 10, class: "axis" }));
    picture.append(svg("line", { x1: x(extremes.median), x2: x(extremes.median), y1: 3, y2: 17, class: "median" }));
    if (peers === peers) picture.append(svg("line", { x1: x(peers), x2: x(peers), y1: 5, y2: 15, class: "peers" }));
    if (other === other) picture.append(svg("rect", { x: x(other), y: 6, width: 8, height: 8, class: "other", transform: "translate(-4)" }));
    if (score === score) picture.append(svg("circle", { cx: x(score), cy: 10, r: 5, class: marks[0] ? "own imputed" : "own" }));
    return picture;
  }

  return { update };
}
