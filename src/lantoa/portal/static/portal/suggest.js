/**
 * Suggestions under a search box while somebody types: words to search for, and titles to go to. The box stays what it
 * is without them: it sends what was typed. Pattern: a combobox with a list, of which the box keeps the focus.
 */

/** @typedef {{text: string, kind: string, address: string}} Suggestion */

const PAUSE = 160;
const SHORTEST = 2;
let boxes = 0;

/** @param {HTMLInputElement} input */
function suggest(input) {
  const place = input.closest(".suggesting");
  const form = input.form;
  if (!place || !form) return;
  const { suggest: address = "", suggestList = "", suggestSome = "", suggestNone = "" } = input.dataset;

  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${++boxes}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", suggestList);
  list.hidden = true;
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  place.append(list, status);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.autocomplete = "off";

  /** @type {Suggestion[]} */
  let shown = [];
  let at = -1;
  let typed = input.value;
  let waiting = 0;
  let asking = new AbortController();

  function close() {
    window.clearTimeout(waiting);
    asking.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    point(-1);
  }

  /** @param {number} number The suggestion that the next Enter takes; -1: what was typed. */
  function point(number) {
    at = number;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = list.children[at];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {Suggestion} one */
  function take(one) {
    close();
    if (one.address) {
      window.location.assign(one.address);
    } else {
      input.value = typed = one.text;
      form?.requestSubmit();
    }
  }

  /** @param {Suggestion[]} found */
  function show(found) {
    shown = found;
    list.replaceChildren(...found.map(option));
    point(-1);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = found.length ? `${suggestSome} ${found.length}` : suggestNone;
  }

  /**
   * @param {Suggestion} one
   * @param {number} number
   */
  function option(one, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.textContent = one.text;
    item.append(text);
    const kind = one.kind === "article" ? input.dataset.suggestArticle : input.dataset.suggestDocument;
    if (one.address && kind) {
      const what = document.createElement("small");
      what.textContent = kind;
      item.append(what);
    }
    item.addEventListener("click", () => take(one));
    return item;
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`${address}?${new URLSearchParams({ q: typed })}`, { signal });
      const found = answer.ok ? await answer.json() : { suggestions: [] };
      if (!signal.aborted) show(found.suggestions);
    } catch {
      if (!signal.aborted) close();
    }
  }

  input.addEventListener("input", () => {
    typed = input.value;
    window.clearTimeout(waiting);
    if (typed.trim().length < SHORTEST) {
      close();
    } else {
      waiting = window.setTimeout(ask, PAUSE);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && shown.length && typed === input.value) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const number = at === -1 && step === -1 ? shown.length - 1 : at + step;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      point(number >= shown.length ? -1 : number);
    } else if (event.key === "Enter" && !list.hidden && shown[at]) {
      event.preventDefault();
      take(shown[at]);
    }
  });
  input.addEventListener("blur", close);
  // A press on the list would take the focus from the box before the click arrives.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

for (const input of document.querySelectorAll("input[data-suggest]")) {
  if (input instanceof HTMLInputElement) suggest(input);
}
