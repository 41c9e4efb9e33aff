// Saves a draft while it is being written, and keeps the words in this tab until the server has them.
//
// Posts the form to its data-autosave-url. Answers: 200 {"saved": ISO time, "version": …};
// 400 {"csrf_token": …} try again with that; 401 signed out; 409 {"compare": address} changed by someone else;
// 4xx refused; 5xx try again. With each save goes the number of changes made on this page, in the box “edit”:
// by it the server tells this page's later words from those of another device.

const PAUSE = 1500; // ms after the last key
const RETRIES = [5000, 10000, 20000, 30000]; // ms
const KEEPALIVE_MOST = 60000; // bytes; browsers refuse a body over 64 KiB once the page is gone
const OWN = new Set(["csrf_token", "version", "page", "after", "edit", "confirmed"]); // never put back from a copy

// What was typed or ticked, whatever the boxes are called: the server numbers points anew and trims.
const said = (words) => JSON.stringify(words.map(([, value]) => value.trim()).filter(Boolean));

class Autosave {
  constructor(form) {
    this.form = form;
    form.autocomplete = "off"; // the draft is put back by the server, never an older one by the browser
    this.line = form.querySelector("[data-autosave-status]");
    this.key = `draft:${form.dataset.draftId}`;
    this.base = form.elements.version?.value ?? form.dataset.savedAt;
    this.edits = this.saved = this.tries = 0;
    this.stopped = false;
    this.restore();
    form.addEventListener("input", () => this.edited());
    form.addEventListener("submit", () => { this.stop(); this.count(this.edits + 1); });
    addEventListener("online", () => this.save());
    addEventListener("pagehide", () => this.save({ leaving: true }));
    addEventListener("pageshow", (event) => { if (event.persisted) this.stopped = false; });
    document.addEventListener("visibilitychange", () => {
      this.save({ leaving: document.visibilityState === "hidden" });
    });
    addEventListener("beforeunload", (event) => {
      if (this.tries && this.edits > this.saved && !this.stopped) event.preventDefault();
    });
  }

  edited() {
    this.edits += 1;
    this.keep();
    this.later(PAUSE);
  }

  later(ms) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), ms);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.sending?.abort();
  }

  count(edits) {
    if (this.form.elements.edit) this.form.elements.edit.value = edits;
  }

  words() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !OWN.has(name));
  }

  async save({ leaving = false } = {}) {
    const sent = this.edits;
    const onItsWay = this.sending && (!leaving || this.sending.edits === sent);
    if (this.stopped || sent === this.saved || onItsWay) return;
    clearTimeout(this.timer);
    this.count(sent);
    const body = new FormData(this.form);
    const sending = (this.sending = Object.assign(new AbortController(), { edits: sent }));
    try {
      const size = new Blob([...body].flat().map(String)).size + 150 * [...body].length;
      await this.heard(sent, await fetch(this.form.dataset.autosaveUrl, {
        method: "POST", body, redirect: "manual", signal: sending.signal,
        headers: { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
        keepalive: leaving && size < KEEPALIVE_MOST,
      }));
    } catch (error) {
      if (error.name !== "AbortError") this.again("offline");
    } finally {
      if (this.sending === sending) this.sending = null;
    }
  }

  async heard(sent, response) {
    const answer = await response.json().catch(() => ({}));
    if (response.ok) this.done(sent, answer);
    else if (response.status === 401 || response.type === "opaqueredirect") this.say("signedOut", { show: "sign-in" });
    else if (response.status === 409) this.stale(answer);
    else if (answer.csrf_token && !this.renewed) this.renew(answer.csrf_token);
    else if (response.status === 429 || response.status >= 500) this.again("busy");
    else this.say("refused");
  }

  done(sent, answer) {
    this.saved = Math.max(this.saved, sent);
    this.tries = 0;
    this.renewed = false;
    const version = this.form.elements.version;
    if (version && answer.version !== undefined) version.value = this.base = String(answer.version);
    if (this.edits > this.saved) { this.keep(); this.later(PAUSE); }
    else sessionStorage.removeItem(this.key);
    const at = answer.saved ? new Date(answer.saved) : new Date();
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    this.say("saved", { time: at.toLocaleTimeString(document.documentElement.lang, clock) });
  }

  renew(token) {
    this.renewed = true; // once: a second refusal has another cause
    this.form.elements.csrf_token.value = token;
    this.later(0);
  }

  again(why) {
    this.say(why);
    this.later(RETRIES[Math.min(this.tries, RETRIES.length - 1)]);
    this.tries += 1;
  }

  stale(answer) {
    this.stop();
    this.say("stale", { show: answer.compare ? "compare" : "" });
    if (answer.compare) this.line.querySelector("[data-compare]").href = answer.compare;
  }

  say(what, { time = "", show = "" } = {}) {
    const place = this.line.querySelector("[data-words]");
    const words = this.line.dataset[what].replace("{time}", time);
    if (place.textContent !== words) place.textContent = words;
    for (const offer of ["sign-in", "compare", "put-back"]) {
      this.line.querySelector(`[data-${offer}]`).hidden = offer !== show;
    }
    const fine = ["saved", "restored"].includes(what);
    this.line.classList.toggle("app-autosave--trouble", !fine);
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ base: this.base, page: this.form.elements.page?.value, words: this.words() }));
    } catch { /* full or forbidden: the words are still on the page */ }
  }

  restore() {
    const copy = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    if (!copy) return;
    if (said(copy.words) === said(this.words())) return sessionStorage.removeItem(this.key);
    const ours = copy.page && copy.page === this.form.dataset.savedBy; // an earlier save of that same page
    if (copy.base === this.base || ours) return this.putBack(copy);
    this.say("found", { show: "put-back" });
    const button = this.line.querySelector("[data-put-back]");
    button.addEventListener("click", () => this.putBack(copy), { once: true });
  }

  putBack({ words, page }) {
    // The page before this one may still be saving these words: it is not another device.
    if (this.form.elements.after) this.form.elements.after.value = page ?? "";
    const left = new Map();
    for (const [name, value] of words) left.set(name, [...(left.get(name) ?? []), value]);
    for (const name of left.keys()) this.needPoint(name);
    for (const box of this.form.elements) {
      if (!box.name || OWN.has(box.name) || ["hidden", "submit", "button", "file"].includes(box.type)) continue;
      const point = /^points-\d+-/.exec(box.name)?.[0];
      if (point && ![...left.keys()].some((name) => name.startsWith(point))) continue;
      const values = left.get(box.name);
      if (box.type === "checkbox" || box.type === "radio") box.checked = values?.includes(box.value) ?? false;
      else if (values?.length) box.value = values.shift();
    }
    this.say("restored");
    this.edited();
  }

  needPoint(name) {
    const index = /^points-(\d+)-/.exec(name)?.[1];
    if (index === undefined) return;
    const event = new CustomEvent("lessons:need-point", { detail: Number(index) });
    this.form.querySelector("[data-points]")?.dispatchEvent(event);
  }
}

// The page after sending names the draft that is no longer one.
for (const done of document.querySelectorAll("[data-draft-done]")) {
  sessionStorage.removeItem(`draft:${done.dataset.draftDone}`);
}

// Once all modules have run, so that points.mjs can make room for words that are put back.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-autosave-url]").forEach((form) => new Autosave(form));
});
