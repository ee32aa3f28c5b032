// The chat: follows this browser's exchanges and sends messages.

import { describe, drawCard } from "./cards.js";
import { Composer } from "./composer.js";
import { element } from "./elements.js";

const SUGGESTIONS = [
  ["Two keyframes", "0: a red circle on a white background | 24: a blue star on a night sky"],
  ["There and back", "0: a green tree on a blue background\n16: an orange tree on a yellow background\n32: a green tree on a blue background"],
  ["As a GIF", "0: a yellow star on a blue background | 36: a white moon on a black background --format gif"],
  ["Keys in seconds", "0s: a pink heart on a black background | 2s: a purple flower on a white background --fps 24"],
];
const RECONNECT_MS = 3000;

const scroller = document.getElementById("scroller");
const log = document.getElementById("log");
const welcome = document.getElementById("welcome");
const connection = document.getElementById("connection");
const announcer = document.getElementById("announcer");

const exchanges = new Map(); // id -> the exchange as last heard
const composer = new Composer({ send, commands: () => sorted().map((e) => e.text).filter(Boolean) });
const actions = { cancel, keep, edit, copy, fill: (text) => composer.fill(text) };

function sorted() {
  return [...exchanges.values()].sort((a, b) => a.number - b.number);
}

function follow() {
  const events = new EventSource("/api/events");
  events.addEventListener("open", () => {
    connection.textContent = "";
    // What there is comes at once; a chat that is still empty a moment later is a new one.
    setTimeout(showWelcome, 150);
  });
  events.addEventListener("message", (event) => show(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    connection.textContent = "Connection lost, trying again…";
    if (events.readyState !== EventSource.CLOSED) return;
    events.close();
    setTimeout(follow, RECONNECT_MS);
  });
}

function showWelcome() {
  welcome.hidden = exchanges.size > 0;
}

function show(exchange) {
  const known = exchanges.get(exchange.id);
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  exchanges.set(exchange.id, exchange);
  const item = document.getElementById(`exchange-${exchange.id}`) ?? insert(exchange);
  drawCard(item.querySelector(".card"), exchange, actions);
  if (known && describe(known.card) !== describe(exchange.card)) {
    announcer.textContent = describe(exchange.card);
  }
  showWelcome();
  if (atEnd || !known) scrollToEnd();
}

/** Show the end, but of a long last answer its beginning. */
function scrollToEnd() {
  const end = scroller.scrollHeight - scroller.clientHeight;
  scroller.scrollTop = Math.min(end, log.lastElementChild.lastElementChild.offsetTop - 16);
}

function insert(exchange) {
  const item = element("li", { id: `exchange-${exchange.id}`, className: "exchange" });
  item.dataset.number = exchange.number;
  if (exchange.text || exchange.files.length) {
    item.append(
      element(
        "div",
        { className: "said" },
        element("span", { className: "unseen", textContent: "You: " }),
        exchange.text ? element("p", { textContent: exchange.text }) : null,
        ...exchange.files.map((name) => element("p", { className: "said-file", textContent: name })),
      ),
    );
  }
  item.append(element("div", { className: "card", tabIndex: -1 }));
  const later = [...log.children].find((other) => Number(other.dataset.number) > exchange.number);
  log.insertBefore(item, later ?? null);
  return item;
}

/** Send a message; throws with a sentence for the user where it was not taken. */
async function send(text, files) {
  const form = new FormData();
  form.append("text", text);
  for (const file of files) form.append("file", file, file.name);
  await post("/api/messages", form);
}

async function cancel(job, button) {
  await stop(job, "cancel", button, "Cancelling…");
}

async function keep(job, button) {
  await stop(job, "keep", button, "Stopping…");
}

async function stop(job, action, button, doing) {
  const label = button.textContent;
  button.disabled = true;
  button.textContent = doing;
  try {
    announcer.textContent = (await post(`/api/jobs/${job}/${action}`)).text;
  } catch (error) {
    button.disabled = false;
    button.textContent = label;
    composer.complain(error.message);
  }
}

function edit(exchange) {
  composer.fill(exchange.text);
  composer.complain(exchange.files.length ? `Attach again: ${exchange.files.join(", ")}` : "");
}

async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    composer.complain(`This browser does not let pages copy. It is: ${text}`);
  }
  setTimeout(() => (button.textContent = label), 2000);
}

async function post(address, body) {
  let response;
  try {
    response = await fetch(address, { method: "POST", body });
  } catch {
    throw new Error("The service can't be reached. Is it running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function suggest() {
  const chips = SUGGESTIONS.map(([name, text]) => {
    const chip = element(
      "button",
      { type: "button" },
      element("strong", { textContent: name }),
      element("code", { textContent: text }),
    );
    chip.addEventListener("click", () => composer.fill(text));
    return element("li", {}, chip);
  });
  document.getElementById("suggestions").append(...chips);
}

/** A session page links here with its command after the #. */
function takeCommandFromAddress() {
  if (location.hash.length < 2) return;
  try {
    composer.fill(decodeURIComponent(location.hash.slice(1)));
  } catch {
    // Not one of our links.
  }
  history.replaceState(null, "", "/");
}

suggest();
follow();
takeCommandFromAddress();
addEventListener("hashchange", takeCommandFromAddress);
