// Says new messages to assistive technology: politely, not too often, and as much as the person wants.
//
// The stream itself is a log that says nothing (aria-live off). More than one message within two seconds is told as
// a number. Times, typing, counts and timers are never announced.

import { t } from "./words.js";

const PACE = 2000;
export const LEVELS = ["all", "mentions", "none"];

export class Announcer {
  /** `say(text)` puts a text into the live region. */
  constructor({ say, storage = localStorage, now = Date.now }) {
    Object.assign(this, { say, storage, now });
    this.waiting = [];
    this.last = -Infinity;
    this.timer = null;
    const known = this.read();
    this.level = LEVELS.includes(known) ? known : "all";
  }

  read() {
    try {
      return this.storage.getItem("veillee.announce");
    } catch {
      return null;
    }
  }

  choose(level) {
    this.level = level;
    try {
      this.storage.setItem("veillee.announce", level);
    } catch {
      // Not remembered; the choice holds for this page.
    }
  }

  /** A message of somebody else arrived. */
  message(name, text, mention) {
    if (this.level === "none" || (this.level === "mentions" && !mention)) return;
    this.waiting.push(t("chat.announce", { name, text }));
    const due = this.last + PACE - this.now();
    if (due <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), due);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.waiting.length) return;
    this.last = this.now();
    this.say(this.waiting.length === 1 ? this.waiting[0] : t("chat.announce_many", { n: this.waiting.length }));
    this.waiting = [];
  }
}
