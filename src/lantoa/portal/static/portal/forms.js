/**
 * Put the forms that a page links to into the page itself, once a reader asks for them. The page can be kept by proxies,
 * since what is meant for one browser alone (the token of the form) is fetched from an address that nobody keeps.
 */

/**
 * @param {HTMLAnchorElement} link
 * @param {Element} place
 */
async function open(link, place) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${link.href}?part=1`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const forms = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...forms.body.childNodes);
    place.querySelector("button, textarea")?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (place.querySelector("button, textarea"))?.focus();
    place.removeAttribute("aria-busy");
  } catch {
    location.assign(link.href);
  }
}

for (const link of document.querySelectorAll("a[data-form-link]")) {
  const place = link.closest("[data-form-place]");
  if (!(link instanceof HTMLAnchorElement) || !place) continue;
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void open(link, place);
  });
}
