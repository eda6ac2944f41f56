/** One's own card before the camera of one's own phone: it is typed into the form, and the form is sent. */
import { Camera } from "./camera.js";
import { button, part, text } from "./page.js";

const CARD = /LT1:[A-Z2-7]+:[A-Z2-7]+/;

if (navigator.mediaDevices) offer(part("[data-card-camera]"));

/** @param {HTMLElement} place */
function offer(place) {
  const scanner = part("[data-scanner]", place);
  const begin = button("[data-scan]", place);
  const camera = new Camera(/** @type {HTMLVideoElement} */ (part("video", scanner)));
  const field = /** @type {HTMLInputElement} */ (part("form [name=card]"));

  /** @param {string} sentence the name of one */
  const say = (sentence) => {
    part("[data-said]", scanner).textContent = text(sentence);
  };

  /** @param {string} code */
  const take = (code) => {
    const card = CARD.exec(code)?.[0];
    if (!card) return;
    camera.stop();
    field.value = card;
    button("[type=submit]", /** @type {HTMLFormElement} */ (field.form)).click();
  };

  place.hidden = false;
  begin.addEventListener("click", () => {
    begin.hidden = true;
    scanner.hidden = false;
    say("aim");
    void camera.start(take, say);
  });
  button("[data-leave]", scanner).addEventListener("click", () => {
    camera.stop();
    scanner.hidden = true;
    begin.hidden = false;
    begin.focus();
  });
}
