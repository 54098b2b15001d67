// Weights as sliders, one group a node, and as the widths of the columns in the table's head.

function makeWeights(app) {
  const { data, engine, dimensions } = app;
  const controls = [];
  const strip = makeStrip(app);
  byId("weights").replaceChildren(...engine.inner.filter((node) => engine.children[node].length > 1).map(group));

  function group(node, i) {
    const family = engine.children[node];
    const rows = family.map((child, k) => slider(child, node === 0 ? `d${k % COLOURS}` : ""));
    const heading = element("summary", {}, node === 0 ? "Weights of the dimensions" : bdi(app.nodeName(node)));
    const holder = element("details", { class: "group", open: i === 0 }, heading, ...rows);
    holder.addEventListener("toggle", () => update({}));
    return holder;
  }

  function slider(node, colour) {
    const input = element("input", { type: "range", min: 0, max: 100, step: 0.5, id: `weight-${node}` });
    const output = element("output", { for: `weight-${node}` });
    const label = element("label", { for: `weight-${node}` }, element("i", { class: `key ${colour}`, "aria-hidden": "true" }), bdi(app.nodeName(node)));
    input.addEventListener("input", () => {
      setWeight(app, node, Number(input.value) / 100);
      app.refresh({ quick: true, from: input });
    });
    controls.push({ node, input, output, label });
    return element("div", { class: "slider" }, label, output, input);
  }

  function update(cause) {
    const frozen = app.means() === null;
    for (const { node, input, output } of controls) {
      if (!input.closest("details").open) continue;
      const share = app.state.weights[node];
      if (cause.from !== input) input.value = share * 100;
      const text = app.weightless(node) ? "no weight" : percent(share);
      write(output, text);
      input.setAttribute("aria-valuetext", text);
      input.disabled = frozen;
      input.classList.toggle("touched", app.isTouched(node));
    }
    strip.update(frozen);
  }

  return { update };
}

// The head of the bars: each dimension as wide as its weight; a thumb between two moves weight across.
function makeStrip(app) {
  const { dimensions } = app;
  const strip = byId("strip");
  const names = dimensions.map((node, k) => {
    const button = element("button", { type: "button", class: `d${k % COLOURS}`, "data-sort": node, title: app.nodeName(node), "aria-label": `${app.data.nodes[node].code} ${app.nodeName(node)}` });
    button.append(bdi(app.data.nodes[node].code.length <= 6 ? app.data.nodes[node].code : app.nodeName(node)));
    return button;
  });
  const thumbs = dimensions.slice(1).map((node, k) => thumb(dimensions[k], node));
  strip.replaceChildren(element("div", { class: "labels" }, ...names), element("div", { class: "thumbs" }, ...thumbs));

  function thumb(left, right) {
    const label = `Weight of ${app.nodeName(left)} against ${app.nodeName(right)}`;
    const handle = element("span", { role: "slider", tabindex: 0, class: "thumb", "aria-label": label, "aria-valuemin": 0 });
    const move = (share) => {
      moveWeight(app, left, right, share);
      app.refresh({ quick: true });
    };
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[event.key];
      if (!step || handle.ariaDisabled === "true") return;
      event.preventDefault();
      move(app.state.weights[left] + step);
    });
    handle.addEventListener("pointerdown", (event) => {
      if (handle.ariaDisabled === "true") return;
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
      handle.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = strip.getBoundingClientRect();
      const before = dimensions.slice(0, dimensions.indexOf(left)).reduce((sum, node) => sum + app.state.weights[node], 0);
      move((event.clientX - box.left) / box.width - before);
    });
    return handle;
  }

  function update(frozen) {
    let edge = 0;
    dimensions.forEach((node, k) => {
      const share = app.state.weights[node];
      names[k].style.width = `${share * 100}%`;
      edge += share;
      const handle = thumbs[k];
      if (!handle) return;
      const both = share + app.state.weights[dimensions[k + 1]];
      handle.style.left = `${edge * 100}%`;
      handle.setAttribute("aria-valuemax", Math.round(both * 100));
      handle.setAttribute("aria-valuenow", Math.round(share * 100));
      handle.setAttribute("aria-valuetext", app.weightless(node) ? "no weight" : `${percent(share)} against ${percent(both - share)}`);
      handle.ariaDisabled = String(frozen);
    });
  }

  return { update };
}
