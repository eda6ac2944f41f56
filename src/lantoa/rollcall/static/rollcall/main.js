/** The roll-call where there is no network: one page, which a service worker keeps on the phone. */
import { Carrying } from "./carrying.js";
import { Closing } from "./closing.js";
import { database, NotKept, Outdated } from "./database.js";
import { Home } from "./home.js";
import { keepSending } from "./pace.js";
import { alert, button, part, text } from "./page.js";
import { ownPhone } from "./phone.js";
import { eventsOf, Replaced, standings } from "./queue.js";
import { Roll } from "./roll.js";
import { fetchRoster, Forged, isSealed } from "./rosters.js";
import { Scanning } from "./scanning.js";
import { codeOfAddress, SettingUp } from "./setting-up.js";
import { ending, inTurn, send } from "./sync.js";
import { askForSync, keepPage, pageIsKept, takeNewerPage } from "./upgrade.js";

const client = part("#app").dataset.version ?? "";
/** @type {Record<string, string>} what is said beside the numbers */
const WHY = {
  offline: "syncOffline",
  trouble: "syncTrouble",
  busy: "syncBusy",
  sending: "syncSending",
  server: "syncServer",
  revoked: "revoked",
  ended: "ended",
  barred: "barred",
};
/** What lasts until the phone is set up anew. */
const OVER = ["revoked", "ended", "barred"];
let siteShown = 0;
/** @type {string} */
let condition = "done";
let message = "";

const home = new Home({
  open: (siteId) => guarded(() => showRoll(siteId)),
  carry: () => guarded(showCarrying),
  anew: () => guarded(() => showSettingUp()),
  told: loaded,
  failed,
});
const roll = new Roll({ marked: changed, failed });
const scanning = new Scanning(roll);
const closing = new Closing(roll, { closed: changed, failed });
const carrying = new Carrying(client, { taken: changed, failed });
const settingUp = new SettingUp(client, () => guarded(showHome));
let sendSoon = () => {};

guarded(start);

async function start() {
  if (!window.isSecureContext || !crypto.subtle) throw new Error(text("unsafe"));
  button("#back").addEventListener("click", () => guarded(showHome));
  button("#load-again").addEventListener("click", () => location.reload());
  keepPage();
  await database();
  sendSoon = keepSending(sendAll);
  await guarded(arrive);
  window.addEventListener("hashchange", () => guarded(arrive));
  sendSoon();
}

/** Go where the address says: to a set-up by its code, to a site, or to the list of sites. */
async function arrive() {
  const code = codeOfAddress();
  const wanted = new URLSearchParams(location.hash.slice(1));
  const siteId = Number(wanted.get("site"));
  const phone = await ownPhone();
  part("#opening").hidden = true;
  if (code || !phone) {
    await showSettingUp(wanted.get("unit") ?? "");
    if (code) await settingUp.redeem(code);
  } else if (siteId) await showRoll(siteId);
  else await showHome();
}

function changed() {
  showStandings();
  sendSoon();
  askForSync();
}

function leave() {
  roll.hide();
  scanning.close();
  closing.sheet.hidden = true;
  carrying.hide();
  home.section.hidden = true;
  settingUp.section.hidden = true;
  alert("");
}

async function showHome() {
  const wanted = Number(new URLSearchParams(location.hash.slice(1)).get("site"));
  if (wanted && !siteShown && (await ownPhone())) return showRoll(wanted);
  leave();
  siteShown = 0;
  button("#back").hidden = true;
  if (location.hash) history.replaceState(null, "", location.pathname);
  takeNewerPage();
  await showStandings();
  await home.show();
}

/** @param {string} [unit] the number of the unit whose roll is wanted */
async function showSettingUp(unit = "") {
  leave();
  siteShown = 0;
  const phone = await ownPhone();
  button("#back").hidden = !phone;
  settingUp.show(phone && !phone.revoked && !phone.ended ? "" : "notSetUp", unit);
  await showStandings();
}

async function showCarrying() {
  leave();
  button("#back").hidden = false;
  await carrying.show();
}

/** @param {number} siteId */
async function showRoll(siteId) {
  leave();
  siteShown = siteId;
  button("#back").hidden = false;
  history.replaceState(null, "", `#site=${siteId}`);
  if (!(await roll.show(siteId)) && !(await loadRoll(siteId))) {
    await showHome();
    if (part("#alert").hidden) alert(text((await isSealed(siteId)) ? "listOver" : "noList"));
    return;
  }
  window.scrollTo(0, 0);
  await showStandings();
}

/**
 * @param {number} siteId
 * @returns {Promise<boolean>} whether the list could be had from the server
 */
async function loadRoll(siteId) {
  const phone = await ownPhone();
  if (!phone) return false;
  try {
    await inTurn(() => fetchRoster(phone, siteId));
  } catch (error) {
    const ended = await ending(error, phone);
    told(ended.ending, ended.message);
    return false;
  }
  return roll.show(siteId);
}

/** @returns {Promise<boolean>} whether nothing is left to be tried again */
async function sendAll() {
  if (!pageIsKept()) keepPage();
  const before = await standings();
  if (before.waiting > 0) told("sending", "");
  try {
    const { ending: how, message: words } = await send(client);
    told(how, words);
  } catch (error) {
    failed(error);
    return false;
  }
  await roll.refresh();
  if (!carrying.section.hidden) await carrying.draw();
  return (await standings()).waiting === 0 || OVER.includes(condition);
}

/**
 * @param {string} how
 * @param {string} words
 */
function told(how, words) {
  condition = how;
  message = words;
  if (how === "revoked" && siteShown) guarded(showHome);
  else if (OVER.includes(how)) guarded(() => home.refresh());
  showStandings();
}

/**
 * Lists were asked for. That they came does not mend what sending has run into.
 * @param {string} how
 * @param {string} words
 */
function loaded(how, words) {
  if (how !== "done" || !["server", "trouble"].includes(condition)) told(how, words);
  sendSoon();
}

/** Say what waits, what was sent and what is to be looked at: of this roll, or of the whole phone. */
async function showStandings() {
  const place = part("#sync");
  const facts = siteShown ? await ofSite(siteShown) : await standings();
  place.textContent = text("sync", facts);
  place.hidden = !(await ownPhone());
  place.classList.toggle("is-waiting", facts.waiting > 0);
  place.classList.toggle("is-problem", facts.refused > 0);
  const lasting = ["server", ...OVER].includes(condition);
  const words = facts.waiting > 0 || lasting ? (WHY[condition] ?? "") : "";
  const why = part("#why");
  why.textContent = words && text(words, { message });
  why.hidden = !words;
  why.classList.toggle("is-problem", lasting);
}

/** @param {number} siteId */
async function ofSite(siteId) {
  const counts = { waiting: 0, aside: 0, sent: 0, refused: 0 };
  for (const item of await eventsOf(siteId)) counts[item.standing] += 1;
  return counts;
}

/** @param {() => Promise<unknown>} work */
async function guarded(work) {
  try {
    await work();
  } catch (error) {
    failed(error);
  }
}

/** @param {unknown} error */
function failed(error) {
  part("#opening").hidden = true;
  button("#load-again").hidden = !(error instanceof Outdated || error instanceof Replaced);
  if (error instanceof Outdated) alert(text("outdated"));
  else if (error instanceof Replaced) alert(text("replaced"));
  else if (error instanceof NotKept) alert(text("notKept"));
  else if (error instanceof Forged) alert(text("forged"));
  else {
    alert(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
