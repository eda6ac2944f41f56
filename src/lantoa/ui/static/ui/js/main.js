/** Everything that the pages gain where scripts run. Each part stands by itself; without any of them the pages work. */
import { watchConfirmations } from "./confirm.js";
import { watchDrafts } from "./draft.js";
import { watchMenus } from "./menus.js";
import { watchSubmits } from "./submit-once.js";
import { watchPasswords } from "./reveal.js";
import { reportFailedRequests } from "./requests.js";

watchMenus(document);
watchConfirmations(document);
watchDrafts(document);
watchSubmits(document);
watchPasswords(document);
reportFailedRequests(document);

const summary = document.querySelector("[data-error-summary]");
if (summary instanceof HTMLElement && !summary.closest("[data-samples]")) summary.focus();

const tab = document.querySelector(".tabs [aria-current]");
const strip = tab?.closest("ul");
if (tab instanceof HTMLElement && strip) strip.scrollLeft = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});
