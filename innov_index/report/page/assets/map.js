// Circles of the map follow the scores, say who they are, and open the unit's page.

function makeMap(app) {
  const drawn = areasOf(app.statedScores);
  const circles = [...document.querySelectorAll("#map [id*='-mark-']")].map((mark) => {
    const unit = Number(mark.id.split("-mark-")[1]);
    const title = svg("title");
    mark.append(title);
    mark.addEventListener("click", () => app.openUnit(unit));
    return { unit, mark, title };
  });

  function update() {
    const shown = areasOf(app.engine.scores[0]);
    for (const { unit, mark, title } of circles) {
      mark.style.transform = `scale(${Math.sqrt(shown(unit) / drawn(unit))})`;
      title.textContent = `${app.data.units.names[unit]}: ${ordinal(app.ranks[unit])}, ${format(app.engine.scores[0][unit], app.decimals(0))}`;
    }
  }

  return { update };
}

// Area of a unit's circle as a share of the largest, as the figure draws it.
function areasOf(scores) {
  const { low, high } = extremesOf(scores);
  const floor = Math.min(low, 0);
  return (unit) => Math.max(high > floor ? (scores[unit] - floor) / (high - floor) || 0 : 1, 0.02);
}
