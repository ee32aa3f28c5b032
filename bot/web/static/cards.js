// Draws the card that answers a message. A card is redrawn in place: an element that is there
// already keeps its state, so that nothing jumps, flickers or loses the focus.

import { duration, element } from "./elements.js";
import { player, showPreview } from "./stage.js";

const DRAW = {
  queued: drawQueued,
  progress: drawProgress,
  result: drawResult,
  waiting: drawWaiting,
  prompts: drawPrompts,
  picture: drawPrompts,
  list: drawList,
  text: drawText,
};

/** Make `box` show the exchange's card; `actions` is what its buttons do. */
export function drawCard(box, exchange, actions) {
  const card = exchange.card ?? { kind: "text", text: "Sending…" };
  if (box.dataset.kind !== group(card)) {
    const hadFocus = box.contains(document.activeElement);
    box.ratio = box.querySelector(".stage")?.style.aspectRatio ?? "";
    box.replaceChildren();
    box.dataset.kind = group(card);
    box.className = `card ${group(card)}`;
    if (hadFocus) box.focus();
  }
  DRAW[card.kind](box, card, exchange, actions);
}

/** One sentence about the card for those who don't see it; the same until something new happened. */
export function describe(card) {
  if (!card) return "";
  if (card.kind === "queued") return queueSentence(card);
  if (card.kind === "progress") return `Rendering ${card.frames} frames.`;
  if (card.kind === "result") return `Your animation is ready: ${card.title}`;
  if (card.kind === "list") return card.title;
  return card.alt || card.text;
}

// Waiting and rendering share one card, so that the second grows out of the first.
function group(card) {
  if (card.kind === "queued" || card.kind === "progress") return "working";
  if (card.kind === "picture") return "prompts"; // as an earlier version called it
  return card.kind === "text" && card.error ? "error" : card.kind;
}

function drawText(box, card) {
  box.replaceChildren(element("p", { className: "words", textContent: card.text }));
}

function drawWaiting(box, card) {
  box.replaceChildren(
    element("p", { className: "words", textContent: card.text }),
    element("progress", { "aria-label": card.text }),
  );
}

function drawPrompts(box, card, exchange, actions) {
  if (box.firstChild) return;
  const address = `/api/messages/${exchange.id}/preview?at=${exchange.preview}`;
  const toCopy = card.to_copy;
  box.append(
    ...(exchange.preview === null ? [] : [element("img", { src: address, alt: card.alt })]),
    element("p", { className: "words", textContent: card.text }),
    element("code", { className: "to-copy", tabIndex: 0, textContent: toCopy }),
    element(
      "div",
      { className: "buttons" },
      button("Fill in", "Put this into the message box", () => actions.fill(toCopy)),
      button("Copy", "To paste it elsewhere", (event) => actions.copy(toCopy, event.currentTarget)),
    ),
  );
}

function drawList(box, card) {
  if (box.firstChild) return;
  const rows = card.rows.map(({ title, text }) =>
    element("div", {}, element("dt", { textContent: title }), element("dd", { textContent: text })),
  );
  box.append(
    element("p", { className: "title", textContent: card.title }),
    ...(rows.length ? [element("dl", { className: "details list" }, ...rows)] : []),
    ...(card.note ? [element("p", { className: "words", textContent: card.note })] : []),
  );
}

function queueSentence({ position, wait }) {
  const place = position > 1 ? `In the queue, place ${position}` : "Next in the queue";
  return wait ? `${place}, starts in ${wait}.` : `${place}.`;
}

function drawQueued(box, card, exchange, actions) {
  const parts = workingParts(box, card, exchange, actions);
  parts.state.textContent = queueSentence(card);
  parts.left.textContent = "";
  parts.keep.hidden = true;
  parts.bar.removeAttribute("value");
}

function drawProgress(box, card, exchange, actions) {
  const parts = workingParts(box, card, exchange, actions);
  parts.state.textContent = `Frame ${card.done} of ${card.frames}`;
  parts.left.textContent = timeLeft(card);
  parts.keep.hidden = !card.can_be_kept;
  parts.bar.max = card.frames;
  parts.bar.value = card.done;
  if (exchange.preview !== null) {
    const address = `/api/messages/${exchange.id}/preview?at=${exchange.preview}`;
    showPreview(parts.stage, address, exchange.preview);
  }
}

function timeLeft(card) {
  if (card.done === card.frames) return "finishing…";
  return card.seconds_left === null ? "" : `about ${duration(card.seconds_left)} left`;
}

function workingParts(box, card, exchange, actions) {
  box.parts ??= {};
  if (!box.firstChild) {
    const stage = element("div", { className: "stage waiting" });
    const state = element("span", { className: "state" });
    const left = element("span", { className: "left" });
    const bar = element("progress", { "aria-label": "Frames rendered" });
    const keep = stopButton("Stop and keep", (pressed) => actions.keep(card.job, pressed));
    const cancel = stopButton("Cancel", (pressed) => actions.cancel(card.job, pressed));
    box.append(
      stage,
      element("div", { className: "line" }, state, left),
      bar,
      ...notes(exchange),
      element("div", { className: "buttons" }, keep, cancel),
    );
    box.parts = { stage, state, left, bar, keep };
  }
  return box.parts;
}

function stopButton(label, act) {
  const made = element("button", { type: "button", className: "quiet", textContent: label });
  made.addEventListener("click", () => act(made));
  return made;
}

function drawResult(box, card, exchange, actions) {
  if (box.firstChild) return;
  const page = `/s/${card.job}`;
  const file = `giffusion-${card.job.slice(0, 8)}.${card.format}`;
  box.append(
    player(card, page, box.ratio),
    element("p", { className: "title", textContent: card.title }),
    details(card),
    ...notes(exchange),
    element(
      "div",
      { className: "buttons" },
      element("a", { className: "button", href: `${page}/animation`, download: file }, "Download"),
      exchange.text
        ? button("Edit", "Put this command back into the message box", () => actions.edit(exchange))
        : null,
      element("a", { className: "button", href: page }, "Session"),
      copyButton(card, actions),
    ),
  );
}

function copyButton(card, actions) {
  const [label, title] = card.local_link
    ? ["Copy local link", "The link works on this machine only"]
    : ["Copy link", "For everyone you give it to"];
  return button(label, title, (event) => actions.copy(card.link, event.currentTarget));
}

function button(label, title, act) {
  const made = element("button", { type: "button", className: "button", title }, label);
  made.addEventListener("click", act);
  return made;
}

function details(card) {
  const pairs = [...card.details, ["rendered in", duration(card.seconds)]];
  return element(
    "dl",
    { className: "details" },
    ...pairs.map(([name, value]) =>
      element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: value })),
    ),
  );
}

function notes(exchange) {
  if (!exchange.notes.length) return [];
  const items = exchange.notes.map((note) => element("li", { textContent: note }));
  return [element("ul", { className: "notes", "aria-label": "Notes on the command" }, ...items)];
}
