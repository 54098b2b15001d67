// The page in a notebook: what a reader sets in it, Python can read.

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.title = model.get("title");
  frame.style.cssText = `width: 100%; height: ${model.get("height")}px; border: 1px solid currentColor; border-radius: 4px`;
  frame.addEventListener("load", () => follow(frame.contentWindow.innovIndex, model));
  frame.srcdoc = model.get("page");
  el.append(frame);
}

function follow(app, model) {
  if (!app) return;
  const tell = () => {
    const weights = {};
    app.data.nodes.forEach((node, position) => {
      if (position) weights[node.code] = app.state.weights[position];
    });
    model.set("weights", weights);
    model.set("config", app.exportedConfig());
    model.save_changes();
  };
  app.watch(tell);
  tell();
}

export default { render };
