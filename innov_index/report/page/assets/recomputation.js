// Makes the choices that the page offers, as a reader does, and writes what the page shows after each into the
// document. For `selftest` alone: no report holds it.

const { data, engine } = innovIndex;
const shares = [0.5, 0.1, 1, 0.275, 0];
const places = [];
let text = "";

function choose(id, value) {
  const select = document.getElementById(id);
  if ([...select.options].every((option) => option.value !== value)) return false;
  select.value = value;
  select.dispatchEvent(new Event("change"));
  return true;
}

function slide(node, percent) {
  const slider = document.getElementById(`weight-${node}`);
  slider.value = percent;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

function visit(choices) {
  innovIndex.settle();
  const rows = [...document.querySelectorAll("#ranking-body > tr:not([hidden]):not(.detail)")];
  const parts = (selector) => rows.map((row) => row.querySelector(selector).textContent);
  places.push({
    choices,
    computed: innovIndex.means() !== null,
    undefined: innovIndex.undefinedAt.length > 0,
    config: innovIndex.exportedConfig(),
    scores: engine.inner.map((node) => Array.from(engine.scores[node])),
    order: innovIndex.order,
    names: parts(".name"),
    ranks: parts(".place"),
    shown: parts(".score"),
    decimals: innovIndex.decimals(0),
  });
}

visit("");
data.schemes.slice(1).forEach((scheme, k) => {
  choose("scheme", String(k + 1));
  visit(`scheme ${scheme.name}`);
});
choose("scheme", "0");
for (const { key, label } of data.normalisations) {
  for (const mean of ["stated", "arithmetic", "geometric"]) {
    document.getElementById("reset").click();
    if (choose("normalisation", key) && choose("aggregation", mean) && innovIndex.isExplored()) {
      visit(`${label}, ${mean} means`);
    }
  }
}
data.schemes.forEach((scheme, k) => {
  choose("scheme", String(k));
  if (innovIndex.means() === null) choose("aggregation", "arithmetic");
  if (innovIndex.means() === null) return;
  engine.inner.forEach((node, at) => {
    const family = engine.children[node];
    if (family.length > 1) slide(family[(at + k) % family.length], 100 * shares[(at + k) % shares.length]);
  });
  visit(`scheme ${scheme.name || "as stated"}, weights moved`);
});

const found = document.createElement("pre");
found.id = "recomputed";
found.textContent = JSON.stringify(places);
document.body.append(found);
