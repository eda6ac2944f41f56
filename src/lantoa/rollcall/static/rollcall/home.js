/** The sites of the phone's unit, and whether their lists and the page are ready for where there is no network. */
import { takeReaderAlong } from "./camera.js";
import { trueNow } from "./clock.js";
import { recall, remember } from "./database.js";
import { button, copyOf, part, text, title, when } from "./page.js";
import { ownPhone } from "./phone.js";
import { fetchRoster, fetchSites, keptRosters, keptSites, wipeExpired } from "./rosters.js";
import { ending, greet, inTurn } from "./sync.js";
import { keepPage, pageIsKept, whenControlled, whenKept } from "./upgrade.js";

/** @typedef {import("./types.js").Phone} Phone */
/** @typedef {import("./types.js").SiteRow} SiteRow */

const HOUR = 3_600_000;
const AHEAD = 14 * 24 * HOUR;
const LASTS = 36 * HOUR;
const MOST_LISTS = 30;

export class Home {
  /** @param {{open: (siteId: number) => void, carry: () => void, anew: () => void, told: (ending: string, message: string) => void, failed: (error: unknown) => void}} host */
  constructor(host) {
    this.section = part("#home");
    this.host = host;
    button("[data-reload]", this.section).addEventListener("click", () => this.load().catch(host.failed));
    button("[data-carry]", this.section).addEventListener("click", () => host.carry());
    button("[data-anew]", this.section).addEventListener("click", () => host.anew());
    whenKept(() => this.refresh().catch(host.failed));
  }

  async show() {
    this.section.hidden = false;
    await this.draw();
    await this.load();
  }

  /** Draw it again where it shows. */
  async refresh() {
    if (!this.section.hidden) await this.draw();
  }

  async draw() {
    await wipeExpired();
    const phone = await ownPhone();
    const sites = await keptSites();
    const lists = new Set((await keptRosters()).map((one) => one.site_id));
    const word = pageIsKept() ? "ready" : "pageNotKept";
    title(text("heading"), "");
    part("[data-sites]", this.section).replaceChildren(...sites.map((site) => this.row(site, lists.has(site.site_id) ? word : "notReady")));
    part("[data-who]", this.section).textContent = phone ? text("who", { user: phone.user, unit: phone.unit }) : "";
    const at = await recall("sites_at");
    part("[data-empty]", this.section).hidden = sites.length > 0 || !at;
    part("[data-as-of]", this.section).textContent = at ? text("asOf", { time: when(at) }) : "";
    part("[data-anew]", this.section).hidden = !(phone?.revoked || phone?.ended);
  }

  /**
   * @param {SiteRow} site
   * @param {string} word the name of the sentence that says how ready it is
   */
  row(site, word) {
    const row = copyOf("site-row");
    part(".site-name", row).textContent = site.site;
    part(".site-title", row).textContent = `${site.title}, ${when(site.starts_at)}`;
    const words = [text("people", { people: site.people }), text(word)];
    if (site.closed) words.push(text("closed"));
    part(".site-state", row).textContent = words.join(" · ");
    part(".site", row).classList.toggle("is-ready", word === "ready");
    part(".site", row).dataset.site = String(site.site_id);
    part(".site", row).addEventListener("click", () => this.host.open(site.site_id));
    return row;
  }

  /** Ask the server how things stand and take along what may be needed where there is no network. */
  async load() {
    const reload = button("[data-reload]", this.section);
    reload.disabled = true;
    if (!pageIsKept()) keepPage();
    try {
      const told = await inTurn(() => this.ask());
      if (told) this.host.told(told.ending, told.message);
    } finally {
      reload.disabled = false;
      await this.refresh();
    }
  }

  /** @returns {Promise<{ending: string, message: string} | null>} how it ended, null where there was nothing to ask for */
  async ask() {
    const phone = await ownPhone();
    if (!phone || phone.revoked) return null;
    try {
      await greet(phone);
      const sites = await fetchSites(phone);
      await remember("sites_at", new Date(await trueNow()).toISOString());
      await this.takeAlong(phone, sites);
      return { ending: "done", message: "" };
    } catch (error) {
      return ending(error, phone);
    }
  }

  /**
   * @param {Phone} phone
   * @param {SiteRow[]} sites
   */
  async takeAlong(phone, sites) {
    const now = await trueNow();
    const near = sites.filter(
      (site) => Date.parse(site.starts_at) < now + AHEAD && Date.parse(site.ends_at) + LASTS > now && site.people > 0,
    );
    for (const site of near.slice(0, MOST_LISTS)) await fetchRoster(phone, site.site_id);
    whenControlled(() => takeReaderAlong().catch(() => undefined));
  }
}
