/** The roll of a site: one tap a person, undo, keys, search, and nothing that was tapped is lost silently. */
import { newEventId } from "../ui/js/event-ids.js";
import { filterByWords } from "../ui/js/fold.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { fill } from "./sentences.js";

const NEWS_EVERY = 10000;
const KEYS = { p: "present", m: "late", v: "absent" };

const roll = document.querySelector("[data-roll][data-open]");
if (roll instanceof HTMLElement) start(roll);

/** @param {HTMLElement} roll */
function start(roll) {
  const form = /** @type {HTMLFormElement} */ (roll.querySelector("[data-roll-form]"));
  const lines = /** @type {HTMLElement[]} */ ([...roll.querySelectorAll(".roll-line")]);
  const outbox = new Outbox(`${roll.dataset.user}:${roll.dataset.roll}`);
  const token = /** @type {HTMLInputElement} */ (form.querySelector("[name=csrfmiddlewaretoken]")).value;
  const sender = new Sender(outbox, { url: roll.dataset.marksUrl ?? "", token, onChange: showSync, onReceipt });
  /** @type {{line: HTMLElement, before: string}[]} */
  const undoable = [];
  let closed = false;
  let newsTag = "";
  let taps = 0;

  for (const line of lines) enliven(line);
  roll.classList.add("is-live");
  for (const name of ["sync", "tools", "keys"]) part(name).hidden = false;
  for (const event of outbox.all()) restore(event);
  form.addEventListener("submit", (event) => event.preventDefault());
  watchSearch();
  watchKeys();
  part("undo").addEventListener("click", undo);
  document.querySelector("[data-roll-close]")?.addEventListener("click", holdBack);
  window.addEventListener("beforeunload", (event) => {
    if (!outbox.kept) event.preventDefault();
  });
  showAll();
  sender.flush();
  window.setInterval(readNews, NEWS_EVERY);

  /** @param {string} name */
  function part(name) {
    return /** @type {HTMLElement} */ (roll.querySelector(`[data-roll-${name}]`));
  }

  /**
   * Put the name behind a button and fold the choices behind another.
   * @param {HTMLElement} line
   */
  function enliven(line) {
    const row = /** @type {HTMLElement} */ (line.querySelector("[data-roll-row]"));
    const choices = /** @type {HTMLElement} */ (line.querySelector(".roll-choices"));
    const name = nameOf(line);
    const tap = document.createElement("button");
    tap.type = "button";
    tap.className = "roll-tap";
    const more = document.createElement("button");
    more.type = "button";
    more.className = "roll-more";
    more.setAttribute("aria-expanded", "false");
    more.setAttribute("aria-controls", choices.id);
    more.setAttribute("aria-label", fill(roll.dataset.moreText, { name }));
    more.append(icon("three-dots"));
    const bar = document.createElement("div");
    bar.className = "roll-bar";
    row.replaceWith(bar);
    tap.append(row);
    bar.append(tap, more);
    tap.addEventListener("click", () => mark(line, line.dataset.value ? "" : "present"));
    more.addEventListener("click", () => open(line, !line.classList.contains("is-open")));
    choices.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement) mark(line, event.target.value);
    });
  }

  /**
   * @param {HTMLElement} line
   * @param {boolean} wanted
   */
  function open(line, wanted) {
    line.classList.toggle("is-open", wanted);
    line.querySelector(".roll-more")?.setAttribute("aria-expanded", String(wanted));
  }

  /**
   * Write the mark down on the device, then show it, then send it.
   * @param {HTMLElement} line
   * @param {string} value
   * @param {boolean} remember whether it can be undone
   */
  function mark(line, value, remember = true) {
    const before = line.dataset.value ?? "";
    if (closed || value === before) return;
    const entry = Number(line.dataset.entry);
    for (const old of outbox.refused()) if (old.entry === entry) outbox.remove(old.event_id);
    outbox.put({ event_id: newEventId(), order: outbox.next(), entry, value, wall_time: new Date().toISOString() });
    taps += 1;
    if (remember) undoable.push({ line, before });
    show(line, value);
    showProblem(line, "");
    showAll();
    sender.flush();
  }

  function undo() {
    const last = undoable.pop();
    if (!last) return;
    mark(last.line, last.before, false);
    showAll();
    focus(last.line);
  }

  /**
   * @param {HTMLElement} line
   * @param {string} value
   */
  function show(line, value) {
    line.dataset.value = value;
    const status = value.split("-")[0];
    const chosen = /** @type {HTMLInputElement | undefined} */ (
      [...line.querySelectorAll("input[type=radio]")].find((one) => one instanceof HTMLInputElement && one.value === value)
    );
    for (const input of line.querySelectorAll("input[type=radio]")) {
      if (input instanceof HTMLInputElement) input.checked = input === chosen;
    }
    const words = chosen?.parentElement?.dataset.words ?? chosen?.parentElement?.textContent?.trim() ?? "";
    const state = /** @type {HTMLElement} */ (line.querySelector(".roll-state"));
    state.className = `roll-state roll-state-${status || "none"}`;
    const there = status === "present" || status === "late";
    state.replaceChildren(icon(there ? "check-circle" : status ? "x-circle" : "circle"), span(words));
    line.querySelector(".roll-tap")?.setAttribute("aria-pressed", String(there));
  }

  /** @param {import("./outbox.js").RollEvent} event */
  function restore(event) {
    const line = lines.find((one) => Number(one.dataset.entry) === event.entry);
    if (!line) return;
    if (event.problem) showProblem(line, event.problem);
    else show(line, event.value);
  }

  /** @param {import("./sender.js").Receipt} receipt */
  function onReceipt(receipt) {
    if (receipt.outcome !== "refused") return;
    const event = outbox.refused().find((one) => one.event_id === receipt.event_id);
    const line = lines.find((one) => Number(one.dataset.entry) === event?.entry);
    if (line) showProblem(line, receipt.message);
  }

  /**
   * @param {HTMLElement} line
   * @param {string} words
   */
  function showProblem(line, words) {
    const problem = /** @type {HTMLElement} */ (line.querySelector("[data-roll-problem]"));
    problem.textContent = words;
    problem.hidden = !words;
  }

  function showAll() {
    showCount();
    showSync();
    showUndo();
    narrow();
  }

  function showCount() {
    const counts = { attended: 0, late: 0, excused: 0, absent: 0, unmarked: 0, expected: 0 };
    for (const line of lines) {
      if ("excluded" in line.dataset) continue;
      const status = (line.dataset.value ?? "").split("-")[0];
      counts.expected += 1;
      if (status === "present" || status === "late") counts.attended += 1;
      if (status === "late") counts.late += 1;
      if (status === "excused") counts.excused += 1;
      if (status === "absent") counts.absent += 1;
      if (!status) counts.unmarked += 1;
    }
    part("count").textContent = fill(part("count").dataset.text, counts);
  }

  function showSync() {
    const sync = part("sync");
    const unsent = new Set(outbox.waiting().map((event) => event.entry));
    for (const line of lines) line.classList.toggle("is-unsent", unsent.has(Number(line.dataset.entry)));
    const facts = { waiting: outbox.waiting().length, sent: sender.sent, refused: outbox.refused().length };
    const texts = [fill(syncText(facts.waiting), { ...facts, message: sender.message })];
    if (facts.refused) texts.push(fill(sync.dataset.refused, facts));
    if (!outbox.kept) texts.push(sync.dataset.volatile ?? "");
    if (closed) texts.push(sync.dataset.closed ?? "");
    sync.textContent = texts.join(" ");
    const stuck = ["offline", "signed-out", "server"].includes(sender.condition) && facts.waiting > 0;
    sync.classList.toggle("is-waiting", stuck);
    sync.classList.toggle("is-problem", facts.refused > 0 || closed || !outbox.kept);
  }

  /** @param {number} waiting */
  function syncText(waiting) {
    const words = part("sync").dataset;
    if (waiting === 0) return (sender.sent ? words.sent : words.idle) ?? "";
    const named = { offline: words.offline, "signed-out": words.signedOut, server: words.server };
    return named[/** @type {keyof named} */ (sender.condition)] ?? words.sending ?? "";
  }

  function showUndo() {
    const button = /** @type {HTMLButtonElement} */ (part("undo"));
    const words = /** @type {HTMLElement} */ (button.querySelector("span"));
    const last = undoable[undoable.length - 1];
    button.disabled = !last;
    words.textContent = last ? fill(words.dataset.text, { name: nameOf(last.line) }) : (words.dataset.none ?? "");
  }

  function watchSearch() {
    const search = /** @type {HTMLFormElement} */ (roll.querySelector("[data-roll-search]"));
    search.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", narrow);
    part("only").addEventListener("change", narrow);
  }

  function narrow() {
    const input = /** @type {HTMLInputElement} */ (roll.querySelector("[data-roll-search] [name=q]"));
    const onlyOpen = /** @type {HTMLInputElement} */ (part("only")).checked;
    filterByWords(lines, input.value);
    const current = document.activeElement?.closest(".roll-line");
    for (const line of lines) if ("otherPage" in line.dataset) line.hidden = true;
    for (const line of lines) if (onlyOpen && line.dataset.value && line !== current) line.hidden = true;
    part("nothing").hidden = lines.some((line) => !line.hidden);
  }

  function watchKeys() {
    roll.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
      const line = event.target.closest(".roll-line");
      if (!(line instanceof HTMLElement) || !event.target.matches(".roll-tap")) return;
      if (act(line, event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
    });
  }

  /**
   * @param {HTMLElement} line
   * @param {string} key
   * @returns {boolean} whether the key meant something
   */
  function act(line, key) {
    const shown = lines.filter((one) => !one.hidden);
    const at = shown.indexOf(line);
    if (key === "ArrowDown" || key === "ArrowUp") focus(shown[at + (key === "ArrowDown" ? 1 : -1)] ?? line);
    else if (key in KEYS) mark(line, KEYS[/** @type {keyof KEYS} */ (key)]);
    else if (key === "l") askReason(line);
    else if (key === "u") undo();
    else if (key === "/") /** @type {HTMLElement} */ (roll.querySelector("[data-roll-search] [name=q]")).focus();
    else return false;
    return true;
  }

  /** @param {HTMLElement} line */
  function askReason(line) {
    open(line, true);
    /** @type {HTMLElement | null} */ (line.querySelector(".roll-reasons input"))?.focus();
  }

  /** @param {HTMLElement} line */
  function focus(line) {
    /** @type {HTMLElement | null} */ (line.querySelector(".roll-tap"))?.focus();
    line.scrollIntoView({ block: "nearest" });
  }

  /** @param {Event} event */
  function holdBack(event) {
    const waiting = outbox.waiting().length;
    if (waiting === 0) return;
    event.preventDefault();
    const sync = part("sync");
    sync.textContent = fill(sync.dataset.leave, { waiting });
    sync.classList.add("is-waiting");
    sync.scrollIntoView({ block: "center" });
    sender.flush();
  }

  /** What others marked meanwhile; what waits on this device stays as it was tapped. */
  async function readNews() {
    if (document.hidden || closed || outbox.waiting().length > 0) return;
    const before = taps;
    try {
      const response = await fetch(roll.dataset.newsUrl ?? "", {
        headers: { "X-Background": "1", ...(newsTag && { "If-None-Match": newsTag }) },
        credentials: "same-origin",
        cache: "no-store",
      });
      const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
      if (response.status !== 200 || !isJson) return;
      const news = await response.json();
      if (taps !== before) return;
      newsTag = response.headers.get("ETag") ?? "";
      take(news);
    } catch {
      return;
    }
  }

  /** @param {{values: Record<string, string>, conflicts: number[], closed: boolean}} news */
  function take(news) {
    for (const line of lines) {
      const value = news.values[line.dataset.entry ?? ""] ?? "";
      if (value !== line.dataset.value) show(line, value);
    }
    closed = news.closed;
    showAll();
  }
}

/** @param {HTMLElement} line */
function nameOf(line) {
  return line.querySelector(".roll-name")?.textContent ?? "";
}

/** @param {string} words */
function span(words) {
  const made = document.createElement("span");
  made.textContent = words;
  return made;
}

/** @param {string} name */
function icon(name) {
  const sprite = document.querySelector(".roll svg use")?.getAttribute("href")?.split("#")[0] ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
