/*
 * What the chaos does to the page, loaded before its modules: it uses the page by its buttons, says when the page has
 * come to rest, reads what lies on the phone without the page's own code, and is the phone's clock and its full disk.
 * The clock and the disk are kept in localStorage, so that a page that is opened again finds them as they were.
 */
"use strict";

(() => {
  if (!window.isSecureContext) return; // the empty page with which a browser begins

  const DATABASE = "lantoa-rollcall";
  const LONG = 1000;
  const plain = {
    Date,
    open: IDBFactory.prototype.open,
    timeout: window.setTimeout.bind(window),
    clear: window.clearTimeout.bind(window),
    transaction: IDBDatabase.prototype.transaction,
  };
  const PATIENCE = 20_000;
  let pending = 0;
  let calmed = () => {};

  /* ---- at rest: nothing is asked of the disk, the network, the locks or the ciphers ---- */

  function counted(promise) {
    pending += 1;
    const done = () => {
      pending -= 1;
      if (pending === 0) calmed();
    };
    promise.then(done, done);
    return promise;
  }

  function promising(owner, name) {
    const original = owner[name];
    owner[name] = function (...values) {
      return counted(original.apply(this, values));
    };
  }

  promising(window, "fetch");
  promising(Response.prototype, "arrayBuffer");
  promising(LockManager.prototype, "request");
  for (const name of ["encrypt", "decrypt", "digest", "sign", "verify", "importKey", "generateKey"]) {
    promising(SubtleCrypto.prototype, name);
  }

  function untilEvent(target, names) {
    counted(new Promise((resolve) => names.forEach((name) => target.addEventListener(name, resolve, { once: true }))));
  }

  IDBFactory.prototype.open = function (...values) {
    const request = plain.open.apply(this, values);
    untilEvent(request, ["success", "error"]);
    return request;
  };
  IDBDatabase.prototype.transaction = function (...values) {
    const transaction = plain.transaction.apply(this, values);
    untilEvent(transaction, ["complete", "abort"]);
    return transaction;
  };

  const turns = new MessageChannel();

  function turn() {
    return new Promise((resolve) => {
      turns.port1.onmessage = resolve;
      turns.port2.postMessage(0);
    });
  }

  function calm() {
    return new Promise((resolve, reject) => {
      const late = plain.timeout(() => reject(new Error(`${pending} things never end`)), PATIENCE);
      calmed = () => {
        plain.clear(late);
        resolve();
      };
    });
  }

  async function atRest() {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await turn();
      while (pending > 0) {
        quiet = 0;
        await calm();
        await turn();
      }
    }
  }

  /* ---- long pauses end when the chaos says so ---- */

  const pauses = new Map();
  let lastPause = 1_000_000_000;
  window.setTimeout = (work, delay, ...values) => {
    if (!(delay >= LONG)) return plain.timeout(work, delay, ...values);
    lastPause += 1;
    pauses.set(lastPause, () => work(...values));
    return lastPause;
  };
  window.clearTimeout = (id) => (pauses.delete(id) ? undefined : plain.clear(id));

  /* ---- the phone's clock ---- */

  const shift = () => Number(localStorage.getItem("chaos-clock") ?? 0);
  class ShiftedDate extends Date {
    constructor(...values) {
      super(...(values.length === 0 ? [ShiftedDate.now()] : values));
    }

    static now() {
      return plain.Date.now() + shift();
    }
  }
  window.Date = ShiftedDate;

  /* ---- a full disk: a write is refused at once, or the whole transaction at its end ---- */

  for (const name of ["put", "add"]) {
    const original = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...values) {
      const full = localStorage.getItem("chaos-disk");
      if (full === "refuses") throw new DOMException("The disk is full.", "QuotaExceededError");
      const request = original.apply(this, values);
      if (full === "undoes") {
        request.addEventListener("success", () => {
          try {
            this.transaction.abort();
          } catch {
            // It was undone by the write before.
          }
        });
      }
      return request;
    };
  }

  /* ---- what lies on the phone, and what the page shows ---- */

  function asked(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  let reading = null;

  /** A connection of the chaos's own, which lets go where the page wants to change or delete the database. */
  async function connection() {
    if (reading) return reading;
    const database = await asked(plain.open.call(indexedDB, DATABASE));
    if (!database.objectStoreNames.contains("events")) {
      database.close();
      return null;
    }
    reading = database;
    database.onversionchange = database.onclose = () => {
      database.close();
      reading = null;
    };
    return database;
  }

  async function onDisk() {
    const database = await connection();
    if (!database) return { events: [], phone: null, rosters: [], nextSeq: 1 };
    const stores = plain.transaction.call(database, ["events", "meta", "rosters"]);
    const all = [
      asked(stores.objectStore("events").getAll()),
      asked(stores.objectStore("meta").get("phone")),
      asked(stores.objectStore("rosters").getAll()),
      asked(stores.objectStore("meta").get("next_seq")),
    ];
    const [events, phone, lists, nextSeq] = await Promise.all(all);
    const rosters = lists.map(({ site_id, order }) => ({ site_id, order }));
    const kept = phone && {
      device_id: phone.device_id,
      epoch: phone.server_epoch,
      revoked: phone.revoked,
      ended: Boolean(phone.ended),
    };
    return { events, phone: kept ?? null, rosters, nextSeq: nextSeq ?? 1 };
  }

  function words(selector) {
    const place = document.querySelector(selector);
    return place && !place.hidden ? place.textContent : "";
  }

  function lines() {
    if (document.querySelector("#roll")?.hidden !== false) return null;
    return [...document.querySelectorAll("#roll .line")].map((line) => [
      line.querySelector(".name").textContent,
      [...line.classList].find((name) => name !== "is-waiting" && name.startsWith("is-"))?.slice(3) ?? "",
    ]);
  }

  async function look() {
    await atRest();
    const shown = { sync: words("#sync"), alert: words("#alert"), why: words("#why"), lines: lines() };
    return { ...shown, address: location.hash, pauses: pauses.size, ...(await onDisk()) };
  }

  /* ---- hands ---- */

  function press(selector) {
    const found = document.querySelector(selector);
    if (found && !found.disabled && !found.hidden) found.click();
  }

  function line(name) {
    return [...document.querySelectorAll("#roll .line")].find((one) => one.querySelector(".name").textContent === name);
  }

  const hands = {
    nothing() {},
    tap: (name) => line(name)?.querySelector(".tap").click(),
    async tapAll() {
      for (const tap of document.querySelectorAll("#roll .line .tap")) {
        tap.click();
        await atRest();
      }
    },
    choose(name, value, reason) {
      const found = line(name)?.querySelector(".more");
      if (!found || found.disabled) return;
      found.click();
      const wanted = reason ? `[data-value="${value}"][data-reason="${reason}"]` : `[data-value="${value}"]`;
      document.querySelector(`#choices ${wanted}`).click();
    },
    undo: () => press("#roll [data-undo]"),
    close(absentRest, guests) {
      if (lines() === null) return;
      press("#roll [data-close]");
      document.querySelector("#closing [name=absent_rest]").checked = absentRest;
      document.querySelector("#guests").value = String(guests);
      document.querySelector("#closing button.primary").click();
    },
    home: () => press(document.querySelector("#home")?.hidden === false ? "#home [data-reload]" : "#back"),
    go(address) {
      location.hash = address;
    },
    async wait() {
      const due = [...pauses.values()];
      pauses.clear();
      due.forEach((work) => work());
    },
    online: () => window.dispatchEvent(new Event("online")),
    clock: (milliseconds) => localStorage.setItem("chaos-clock", String(milliseconds)),
    disk: (how) => localStorage.setItem("chaos-disk", how),
  };

  window.chaos = {
    /** Do one thing after the other with the page; what is shown and what lies on the phone after each, as JSON. */
    async act(acts) {
      const looks = [];
      for (const [what, ...values] of JSON.parse(acts)) {
        await atRest();
        await hands[what](...values);
        looks.push(await look());
      }
      return JSON.stringify(looks);
    },
    /** The same, without waiting for anything. */
    begin(what, ...values) {
      hands[what](...values);
    },
    async parcel() {
      const { ownParcel } = await import("/static/rollcall/parcel.js");
      const parcel = await ownParcel("chaos");
      return parcel && JSON.stringify(parcel);
    },
    /** Leave nothing on the phone, once the page has let go. */
    async forget() {
      await atRest();
      localStorage.clear();
      await asked(indexedDB.deleteDatabase(DATABASE));
    },
  };
})();
