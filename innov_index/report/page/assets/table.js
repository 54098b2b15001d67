// The ranking: places from top to bottom, and which unit stands in which. Places in sight are written at once,
// the others when there is time, so that a dragged weight is followed without delay.

const MARGIN = 4;

function makeTable(app, references) {
  const { data, engine } = app;
  const body = byId("ranking-body");
  const view = { sort: { key: "rank", descending: false }, query: "", groups: {}, reference: null, open: new Set() };
  const names = data.units.names.map(folded);
  let alphabetical = null;
  const template = rowTemplate(app);
  const slots = data.units.names.map(() => makeRow(template));
  let order = [];
  let figures = null;
  let height = 0;
  let waiting = 0;

  view.reference = references.entries.some((entry) => entry.key === "announced0") ? "announced0" : "stated";
  body.append(...slots.map((slot) => slot.row));
  setUpControls();
  setUpSorting();
  body.addEventListener("click", (event) => onClick(event.target.closest("button")));
  addEventListener("scroll", () => writeRange(...inSight()), { passive: true });

  function update(cause = {}) {
    const bars = barScale(app);
    const reference = references.ranksOf(view.reference);
    const shifts = shiftsAgainst(app.ranks, reference);
    app.explored = app.isExplored();
    figures = { bars, shifts, reference, decimals: app.decimals(0), classes: classesNow(app) };
    const before = order;
    order = sorted(app.order, shifts).filter(isShown);
    const range = inSight();
    for (const slot of slots) slot.stale = true;
    if (order.length !== before.length) slots.forEach((slot, place) => (slot.row.hidden = place >= order.length));
    writeRange(...(view.open.size ? [0, order.length] : range));
    if (!calm.matches) glide(before, range, cause.quick);
    clearTimeout(waiting);
    waiting = setTimeout(settle, 120);
    countShown();
  }

  function settle() {
    writeRange(0, order.length);
  }

  // Places between the upper and the lower edge of the window, and a few more.
  function inSight() {
    height ||= slots[0].row.offsetHeight || 40;
    const top = body.getBoundingClientRect().top;
    const first = Math.max(Math.floor(-top / height) - MARGIN, 0);
    return [first, Math.min(Math.ceil((innerHeight - top) / height) + MARGIN, order.length)];
  }

  function writeRange(from, to) {
    for (let place = from; place < to; place++) {
      const slot = slots[place];
      if (!slot.stale) continue;
      slot.stale = false;
      writeUnit(app, slot, order[place]);
      writeFigures(app, slot, figures);
      writeDetail(slot);
    }
  }

  function writeDetail(slot) {
    const opened = view.open.has(slot.unit);
    slot.detail?.remove();
    slot.detail = opened ? detailOf(app, slot.unit, slot.row.children.length) : null;
    if (opened) slot.row.after(slot.detail);
    if (slot.open.ariaExpanded !== String(opened)) slot.open.setAttribute("aria-expanded", String(opened));
  }

  // Units glide from the place they had to their new one; only those in sight.
  function glide(before, [from, to], quick) {
    const places = new Map(before.map((unit, place) => [unit, place]));
    for (let place = from; place < to; place++) {
      const distance = ((places.get(order[place]) ?? place) - place) * height;
      if (distance === 0) continue;
      const farthest = Math.max(-innerHeight, Math.min(innerHeight, distance));
      slots[place].row.animate([{ transform: `translateY(${farthest}px)` }, { transform: "none" }], {
        duration: quick ? 160 : 420,
        easing: "cubic-bezier(.2,.7,.2,1)",
      });
    }
  }

  function countShown() {
    const all = app.order.length;
    write(byId("shown"), order.length === all ? `${counted(all, "unit")}.` : `${whole(order.length)} of ${counted(all, "unit")}.`);
    byId("nothing").hidden = order.length > 0;
  }

  function isShown(unit) {
    if (view.query && !names[unit].includes(view.query) && !folded(data.units.codes[unit]).includes(view.query)) return false;
    return Object.entries(view.groups).every(([group, label]) => !label || data.units.groups[group][unit] === label);
  }

  function sorted(ranked, shifts) {
    const { key, descending } = view.sort;
    if (key === "rank") return descending ? [...ranked].reverse() : ranked;
    const value = {
      name: (unit) => (alphabetical ??= placesInAlphabet(data.units.names))[unit],
      interval: (unit) => (data.intervals.low[unit] === null ? NaN : data.intervals.high[unit] - data.intervals.low[unit]),
      change: (unit) => shifts[unit],
    }[key] ?? ((unit) => engine.scores[Number(key)][unit]);
    const sign = descending ? -1 : 1;
    return [...ranked].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x !== x || y !== y) return (x !== x) - (y !== y);
      return x < y ? -sign : x > y ? sign : 0;
    });
  }

  function onClick(button) {
    if (!button) return;
    const slot = slots.find(({ row }) => row === button.closest("tr"));
    if (button.classList.contains("name")) app.openUnit(slot.unit);
    else {
      view.open[view.open.has(slot.unit) ? "delete" : "add"](slot.unit);
      writeDetail(slot);
    }
  }

  function setUpControls() {
    byId("search").addEventListener("input", (event) => {
      view.query = folded(event.target.value.trim());
      update();
    });
    for (const [group, labels] of Object.entries(data.units.groups)) byId("filters").append(groupFilter(group, labels));
    options(byId("reference"), references.entries.map((entry) => [entry.key, entry.name]), view.reference);
    byId("reference").addEventListener("change", (event) => {
      view.reference = event.target.value;
      explainReference();
      update();
    });
    explainReference();
  }

  function groupFilter(group, labels) {
    const select = element("select", { id: `filter-${group}` });
    const known = [...new Set(labels)].filter((label) => label).sort(alphabet.compare);
    options(select, [["", "all"], ...known.map((label) => [label, label])], "");
    select.addEventListener("change", () => {
      view.groups[group] = select.value;
      update();
    });
    return element("label", { class: "field" }, element("span", {}, group), select);
  }

  function explainReference() {
    const entry = references.entries.find(({ key }) => key === view.reference);
    byId("reference-note").textContent = entry.remark ?? "";
  }

  function setUpSorting() {
    for (const button of document.querySelectorAll("#ranking-table [data-sort]")) {
      button.addEventListener("click", () => sortBy(button.dataset.sort));
    }
  }

  function sortBy(key) {
    const startsHigh = !["rank", "name", "interval"].includes(key) && (key === "change" || data.ranking.direction > 0);
    view.sort = view.sort.key === key ? { key, descending: !view.sort.descending } : { key, descending: startsHigh };
    markSorted();
    update();
  }

  function markSorted() {
    for (const head of document.querySelectorAll("#ranking-table thead th")) head.removeAttribute("aria-sort");
    for (const button of document.querySelectorAll("#ranking-table [data-sort]")) {
      const chosen = button.dataset.sort === view.sort.key;
      button.classList.toggle("sorted", chosen);
      if (chosen) button.closest("th").setAttribute("aria-sort", view.sort.descending ? "descending" : "ascending");
    }
  }

  return { update, settle };
}

// Where each name stands in the reader's alphabet, numbers in names by their size.
function placesInAlphabet(names) {
  const places = new Array(names.length);
  const order = names.map((_, unit) => unit).sort((a, b) => alphabet.compare(names[a], names[b]));
  order.forEach((unit, place) => (places[unit] = place));
  return places;
}
