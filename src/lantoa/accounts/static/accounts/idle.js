/** Counts down before the server ends an unused session. The server alone decides: it is asked before the dialog opens
 * (another page may have used the session), and again before the page gives way to the sign-in. */

const SAID_AT = [60, 30, 10];

const dialog = document.getElementById("idle");
if (dialog instanceof HTMLDialogElement) watch(dialog);

/** @param {HTMLDialogElement} dialog */
function watch(dialog) {
  const data = dialog.dataset;
  const warning = Number(data.warning);
  let deadline = 0;
  let asking = false;
  let typed = false;

  /** @param {number} seconds */
  const lasts = (seconds) => (deadline = Date.now() + seconds * 1000);
  lasts(Number(data.remaining));

  document.addEventListener("input", (event) => (typed ||= event.target instanceof Element && !!event.target.closest("form[method=post]")));
  document.addEventListener("submit", () => (typed = false));
  document.addEventListener("visibilitychange", () => void tick());
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    void stay();
  });
  dialog.querySelector("[data-idle-stay]")?.addEventListener("click", () => void stay());
  setInterval(() => void tick(), 1000);

  async function tick() {
    const left = Math.ceil((deadline - Date.now()) / 1000);
    if (left > warning || asking) return;
    if (!dialog.open || left <= 0) await consult();
    else show(left);
  }

  /** Asks how long the session really lasts. Where the server does not answer, the page gives way at the end all the same. */
  async function consult() {
    asking = true;
    const before = Math.ceil((deadline - Date.now()) / 1000);
    const left = (await ask(data.stateUrl ?? "", "GET")) ?? before;
    asking = false;
    if (left <= 0) return leave();
    lasts(left);
    if (left > warning) dialog.close();
    else show(left);
  }

  async function stay() {
    asking = true;
    const left = await ask(data.stayUrl ?? "", "POST");
    asking = false;
    if (left === null) return;
    if (left <= 0) return leave();
    lasts(left);
    dialog.close();
  }

  /** @param {number} left */
  function show(left) {
    const unsent = dialog.querySelector("[data-idle-unsent]");
    if (unsent instanceof HTMLElement) unsent.hidden = !typed;
    if (!dialog.open) dialog.showModal();
    const count = dialog.querySelector("[data-idle-count]");
    if (count) count.textContent = String(left);
    const said = dialog.querySelector("[data-idle-said]");
    if (said instanceof HTMLElement && SAID_AT.includes(left))
      said.textContent = (said.dataset.words ?? "").replace("{seconds}", String(left));
  }

  function leave() {
    window.dispatchEvent(new Event("lantoa:signed-out"));
    const here = encodeURIComponent(location.pathname + location.search);
    location.replace(`${data.signInUrl}?next=${here}`);
  }

  /**
   * @param {string} url
   * @param {"GET" | "POST"} method
   * @returns {Promise<number | null>} the seconds left, or null without an answer
   */
  async function ask(url, method) {
    const token = dialog.querySelector("[name=csrfmiddlewaretoken]");
    /** @type {Record<string, string>} */
    const headers = token instanceof HTMLInputElement && method === "POST" ? { "X-CSRFToken": token.value } : {};
    try {
      const response = await fetch(url, { method, headers, credentials: "same-origin", cache: "no-store" });
      if (response.redirected) return 0;
      return response.ok ? (await response.json()).remaining : null;
    } catch {
      return null;
    }
  }
}
