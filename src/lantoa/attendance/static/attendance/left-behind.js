/**
 * Marks that still wait on this device though the roll is no longer open here: they are sent all the same, where it was
 * closed as late changes, and what the server does not take is named.
 */
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";
import { fill } from "./sentences.js";

const notice = document.querySelector("[data-roll-left]");
if (notice instanceof HTMLElement) start(notice);

/** @param {HTMLElement} notice */
function start(notice) {
  const words = notice.dataset;
  const outbox = new Outbox(`${words.user}:${words.rollLeft}`);
  const token = /** @type {HTMLInputElement} */ (notice.querySelector("[name=csrfmiddlewaretoken]")).value;
  const sender = new Sender(outbox, { url: words.marksUrl ?? "", token, onChange: show, onReceipt });
  let late = 0;
  if (outbox.all().length > 0) show();
  sender.flush();

  /** @param {import("./sender.js").Receipt} receipt */
  function onReceipt(receipt) {
    if (receipt.outcome === "late") late += 1;
  }

  function show() {
    const left = outbox.all();
    const facts = { waiting: outbox.waiting().length, sent: sender.sent, late, message: sender.message };
    const said = [facts.waiting ? waits() : "", facts.sent ? words.sent : "", outbox.refused().length ? words.refused : ""];
    const keep = left.length > 0 && sender.condition !== "sending" ? words.keep : "";
    part("said").textContent = [...said, keep].map((sentence) => fill(sentence, facts)).join(" ").trim();
    part("people").replaceChildren(...left.map(lineOf));
    part("anew").hidden = facts.sent === 0;
    notice.hidden = false;
  }

  /** @returns {string | undefined} why some still wait */
  function waits() {
    const named = { offline: words.offline, "signed-out": words.signedOut, server: words.server };
    return named[/** @type {keyof named} */ (sender.condition)] ?? words.sending;
  }

  /** @param {import("./outbox.js").RollEvent} event */
  function lineOf({ entry, value, problem }) {
    const person = document.querySelector(`.roll-line[data-entry="${entry}"] .roll-name`)?.textContent ?? words.nobody;
    const mark = notice.querySelector(`option[value="${value}"]`)?.textContent ?? value;
    const line = document.createElement("li");
    line.textContent = [`${person}: ${mark}`, problem].filter(Boolean).join(". ");
    return line;
  }

  /** @param {string} name */
  function part(name) {
    return /** @type {HTMLElement} */ (notice.querySelector(`[data-left-${name}]`));
  }
}
