// The map's symbols follow the scores; everything else of the map is drawn already.

function makeMap(app) {
  const symbols = [...document.querySelectorAll("#map [data-unit]")];
  const titles = symbols.map((symbol) => symbol.querySelector("title"));
  for (const symbol of symbols) {
    symbol.addEventListener("click", () => app.openUnit(Number(symbol.dataset.unit)));
  }

  function update() {
    const scores = app.engine.scores[0];
    const { low, high } = extremesOf(scores);
    symbols.forEach((symbol, i) => {
      const unit = Number(symbol.dataset.unit);
      const score = scores[unit];
      const share = score === score && high > low ? (score - Math.min(low, 0)) / (high - Math.min(low, 0)) : 0;
      symbol.setAttribute("r", (2 + 12 * Math.sqrt(Math.max(share, 0))).toFixed(2));
      titles[i].textContent = `${app.data.units.names[unit]}: ${ordinal(app.ranks[unit])}, ${format(score)}`;
    });
  }

  return { update };
}
