"use strict";
// The picture moves by its view box. Everything that is written comes as text, never as markup.
const { nodes, edges, steps } = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const box = byId("picture"), svg = box.querySelector("svg"), about = byId("about"), player = byId("player");
const nodeOf = index => byId("n" + index), edgeOf = index => byId("e" + index);
const whole = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
svg.removeAttribute("width");
svg.removeAttribute("height");

// Where one looks: the middle, and how many pixels of the picture are one on the screen.
const view = { x: 0, y: 0, scale: 1 };
const most = () => Math.max(whole.width / box.clientWidth, whole.height / box.clientHeight, 1);
function look(x, y, scale) {
  view.scale = Math.min(Math.max(scale, 0.2), most() * 1.5);
  view.x = x;
  view.y = y;
  const width = box.clientWidth * view.scale, height = box.clientHeight * view.scale;
  svg.setAttribute("viewBox", [x - width / 2, y - height / 2, width, height].join(" "));
}
const lookAtAll = () => look(whole.width / 2, whole.height / 2, most());
function zoom(by, x = box.clientWidth / 2, y = box.clientHeight / 2) {
  // What is under the pointer stays there.
  const dx = (x - box.clientWidth / 2) * view.scale, dy = (y - box.clientHeight / 2) * view.scale;
  const scale = Math.min(Math.max(view.scale * by, 0.2), most() * 1.5), part = 1 - scale / view.scale;
  look(view.x + dx * part, view.y + dy * part, scale);
}
function bringIn(index) {
  const { x, y, width, height } = nodeOf(index).getBBox();
  look(x + width / 2, y + height / 2, Math.min(view.scale, 1.25));
}
box.addEventListener("wheel", event => {
  event.preventDefault();
  const at = box.getBoundingClientRect();
  zoom(Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY / 300))), event.clientX - at.x, event.clientY - at.y);
}, { passive: false });
const fingers = new Map();
let moved = false;
box.addEventListener("pointerdown", event => {
  moved = false;
  fingers.set(event.pointerId, event);
});
box.addEventListener("pointermove", event => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
  if (!moved && Math.hypot(dx, dy) < 4) return;
  moved = true;
  if (fingers.size === 2) {
    const other = [...fingers.values()].find(finger => finger.pointerId !== event.pointerId);
    const apart = finger => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY);
    zoom(apart(before) / Math.max(apart(event), 1));
  } else {
    look(view.x - dx * view.scale, view.y - dy * view.scale, view.scale);
  }
  fingers.set(event.pointerId, event);
});
for (const end of ["pointerup", "pointercancel", "pointerleave"])
  box.addEventListener(end, event => fingers.delete(event.pointerId));
byId("closer").addEventListener("click", () => zoom(0.7));
byId("farther").addEventListener("click", () => zoom(1.4));
byId("all").addEventListener("click", lookAtAll);
addEventListener("resize", () => look(view.x, view.y, view.scale));

// Building the page's parts.
function make(tag, text, ...inside) {
  const made = document.createElement(tag);
  if (text !== "") made.textContent = text;
  made.append(...inside);
  return made;
}
function button(text, does) {
  const made = make("button", text);
  made.type = "button";
  made.addEventListener("click", does);
  return made;
}
const section = (title, ...inside) => [make("h3", title), ...inside];
const laidOut = value => make("pre", typeof value === "string" ? value : laid(value, ""));
// JSON in lines: what is short stands on one.
function laid(value, indent) {
  const short = JSON.stringify(value, null, 1).replace(/\n */g, " ");
  if (typeof value !== "object" || value === null || indent.length + short.length < 44) return short;
  const inner = indent + "  ", items = Array.isArray(value)
    ? value.map(item => laid(item, inner))
    : Object.entries(value).map(([key, item]) => JSON.stringify(key) + ": " + laid(item, inner));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return open + "\n" + items.map(item => inner + item).join(",\n") + "\n" + indent + close;
}
function payloadOf(text) {
  try {
    return laidOut(JSON.parse(text));
  } catch {
    return laidOut(text);
  }
}

// What is known of a node.
function neighbours(index, mine, other) {
  const list = make("ul", "");
  for (const edge of edges.filter(edge => edge[mine] === index)) {
    const names = edge.names.length ? " (" + edge.names.join(", ") + ")" : "";
    const there = button(nodes[edge[other]].address, () => choose(edge[other], true));
    list.append(mine === "from"
      ? make("li", "", edge.says + " ", there, names)
      : make("li", "", there, " " + edge.says + " this", names));
  }
  return list.childElementCount ? [list] : [];
}
const help = [...about.childNodes];
let chosen = null;
function choose(index, move) {
  if (chosen !== null) nodeOf(chosen).classList.remove("chosen");
  svg.querySelectorAll(".near").forEach(edge => edge.classList.remove("near"));
  chosen = index;
  if (index === null) {
    about.replaceChildren(...help);
    return;
  }
  const node = nodes[index];
  nodeOf(index).classList.add("chosen");
  edges.forEach((edge, at) => {
    if (edge.from === index || edge.to === index) edgeOf(at).classList.add("near");
  });
  const parts = [make("h2", node.address), make("p", node.kind || "belongs to others")];
  if (node.place) {
    const link = make("a", node.place);
    if (node.link) link.href = node.link;
    parts.push(make("p", "declared in ", node.link ? link : node.place));
  }
  if (node.change) parts.push(make("p", "The plan: " + node.change));
  parts.push(button("Close", () => {
    choose(null);
    nodeOf(index).focus();
  }));
  for (const pattern of node.patterns) parts.push(...section("Pattern", laidOut(pattern)));
  const sends = neighbours(index, "from", "to"), hears = neighbours(index, "to", "from");
  if (sends.length) parts.push(...section("From here", ...sends));
  if (hears.length) parts.push(...section("To here", ...hears));
  steps.forEach((step, at) => {
    if (step.node !== index) return;
    const title = stops.includes(at) ? "Step " + (stops.indexOf(at) + 1) + " of the trace" : "In the trace";
    parts.push(...section(title, ...hopParts(step.hop)));
  });
  if (node.yaml) parts.push(...section("Declaration", laidOut(node.yaml)));
  if (node.document) {
    const details = make("details", "", make("summary", "The document of AWS"), laidOut(node.document));
    details.open = !node.yaml;
    parts.push(...section("As AWS gets it", details));
  }
  about.replaceChildren(...parts);
  about.scrollTop = 0;
  if (move) {
    bringIn(index);
    nodeOf(index).focus({ preventScroll: true });
  }
  history.replaceState(null, "", "#" + encodeURIComponent(node.address));
}
// One stops at what arrives; the listeners that refuse it are marked with what they refuse.
const stops = steps.flatMap((step, index) => (step.passed || step.hop.comes !== "listens" ? [index] : []));
function hopParts(hop) {
  const parts = [];
  if (hop.verdict) {
    parts.push(make("p", hop.verdict.matches ? "matches" : "does not match"));
    hop.verdict.fields.forEach(({ field, decided }) => parts.push(make("p", field + ": " + decided)));
  }
  if (hop.not_delivered) {
    const why = make("p", hop.not_delivered);
    why.className = "bad";
    parts.push(why);
  }
  if (hop.request) {
    const headers = hop.request.headers.map(({ name, value }) => name + ": " + value);
    parts.push(laidOut([hop.request.method + " " + hop.request.url, ...headers, "", hop.request.body].join("\n")));
  } else if (hop.payload !== null && hop.payload !== undefined) {
    parts.push(payloadOf(hop.payload));
  }
  if (hop.answer !== null && hop.answer !== undefined) parts.push(make("p", "answers"), laidOut(hop.answer));
  (hop.notes || []).forEach(note => parts.push(make("p", note)));
  return parts;
}
nodes.forEach((node, index) => {
  const drawn = nodeOf(index);
  drawn.setAttribute("tabindex", "0");
  drawn.setAttribute("role", "button");
  drawn.setAttribute("aria-label", [node.kind, node.address].join(" "));
  drawn.addEventListener("click", () => moved || choose(index, false));
  drawn.addEventListener("keydown", event => {
    const next = { ArrowRight: ["from", "to"], ArrowLeft: ["to", "from"] }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      choose(index, true);
    } else if (next) {
      const edge = edges.find(edge => edge[next[0]] === index);
      if (edge) choose(edge[next[1]], true);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
});
addEventListener("keydown", event => {
  if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && chosen !== null) choose(null);
  else if (event.key === "+") zoom(0.7);
  else if (event.key === "-") zoom(1.4);
  else if (event.key === "0") lookAtAll();
  else if (event.key === "/") byId("search").focus();
  else return;
  event.preventDefault();
});

// Searching: what is found stays, the rest fades; Enter goes from one to the next.
let hits = [], hitAt = -1;
byId("search").addEventListener("input", event => {
  const wanted = event.target.value.trim().toLowerCase();
  hits = [];
  hitAt = -1;
  svg.classList.toggle("searching", wanted !== "");
  nodes.forEach((node, index) => {
    const all = [node.address, node.kind, ...node.patterns.map(pattern => JSON.stringify(pattern))];
    const hit = wanted !== "" && all.join(" ").toLowerCase().includes(wanted);
    nodeOf(index).classList.toggle("hit", hit);
    if (hit) hits.push(index);
  });
  byId("found").textContent = wanted === "" ? "" : hits.length + " found";
});
byId("search").addEventListener("keydown", event => {
  if (event.key === "Enter" && hits.length) {
    hitAt = (hitAt + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    choose(hits[hitAt], false);
    bringIn(hits[hitAt]);
  } else if (event.key === "Escape") {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
    event.target.blur();
  }
});

// The trace: step by step along the edges.
if (steps.length) {
  let at = -1, timer = null;
  const play = button("Play", () => (timer ? stop() : start()));
  const says = make("output", ""), bar = make("progress", "");
  bar.max = stops.length;
  const mark = (drawn, now, passed) => {
    if (!drawn.classList.contains("passed")) drawn.classList.add("met", passed ? "passed" : "refused");
    if (passed) drawn.classList.remove("refused");
    drawn.classList.toggle("now", now);
  };
  function go(to) {
    at = Math.max(-1, Math.min(to, stops.length - 1));
    const end = at < 0 ? 0 : at + 1 < stops.length ? stops[at + 1] : steps.length;
    svg.classList.toggle("playing", at >= 0);
    svg.querySelectorAll(".met").forEach(drawn => drawn.classList.remove("met", "now", "passed", "refused"));
    const now = steps[stops[at]];
    for (const { node, edge, passed } of steps.slice(0, end)) {
      if (edge !== null) mark(edgeOf(edge), now.edge === edge, passed);
      mark(nodeOf(node), now.node === node, passed);
    }
    bar.value = at + 1;
    bar.setAttribute("aria-label", "Step " + (at + 1) + " of " + stops.length);
    back.disabled = at < 0;
    forth.disabled = at === stops.length - 1;
    if (at < 0) {
      says.textContent = "A trace of " + stops.length + " steps";
      return;
    }
    const { node, edge, hop } = now;
    const from = edge === null ? "" : nodes[edges[edge].from].address + " → ";
    const lost = hop.not_delivered ? ": nothing is delivered" : "";
    says.textContent = at + 1 + " of " + stops.length + ": " + from + nodes[node].address + lost;
    choose(node, false);
    bringIn(node);
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }
  function start() {
    if (at === stops.length - 1) go(-1);
    play.textContent = "Pause";
    const next = () => {
      go(at + 1);
      if (at === stops.length - 1) stop();
    };
    timer = setInterval(next, 1200);
    next();
  }
  const by = count => () => {
    stop();
    go(at + count);
  };
  const back = button("Back", by(-1)), forth = button("Next", by(1));
  back.id = "back";
  forth.id = "forth";
  play.id = "play";
  player.append(play, back, forth, bar, says);
  player.hidden = false;
  go(-1);
}

lookAtAll();
function fromAddress() {
  const wanted = decodeURIComponent(location.hash.slice(1));
  const index = nodes.findIndex(node => node.address === wanted);
  if (index >= 0) choose(index, true);
}
addEventListener("hashchange", fromAddress);
fromAddress();
document.documentElement.dataset.ready = "yes";
