// Messages on their way: kept with their key until the server has them for good, across drops and reloads.
//
// States: waiting (to be sent), sending, sent (its event has not come yet), think (the server asks to think again),
// held (a person decides first), refused, failed. Within a room they are sent one after the other, so that they arrive in the order written.

import { Lost } from "./connection.js";

const KEPT_FOR = 20 * 3_600_000; // The server remembers a key for 24 hours; after that it could be said twice.

export class Outbox {
  /** `send(fields)` answers `ok` or rejects; `changed()` is called after every change; `arrived(id)` whether it was seen. */
  constructor({ send, changed, arrived = () => false, storage = sessionStorage, owner = "", now = Date.now }) {
    Object.assign(this, { send, changed, arrived, storage, now });
    this.name = `veillee.outbox.${owner}`;
    this.busy = new Set();
    this.entries = this.read();
  }

  read() {
    try {
      const known = JSON.parse(this.storage.getItem(this.name) ?? "[]");
      return known
        .filter((entry) => entry.state !== "sent" && this.now() - entry.at < KEPT_FOR)
        .map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry));
    } catch {
      return [];
    }
  }

  keep() {
    try {
      this.storage.setItem(this.name, JSON.stringify(this.entries));
    } catch {
      // A full or forbidden storage loses the copy across reloads, not the message on the page.
    }
    this.changed();
  }

  of(room) {
    return this.entries.filter((entry) => entry.r === room);
  }

  add(room, body, reply) {
    const entry = { k: newKey(), r: room, b: body, re: reply, at: this.now(), state: "waiting" };
    this.entries = [...this.entries, entry];
    this.keep();
    this.pump(room);
    return entry;
  }

  update(k, fields) {
    this.entries = this.entries.map((entry) => (entry.k === k ? { ...entry, ...fields } : entry));
    this.keep();
  }

  drop(k) {
    this.entries = this.entries.filter((entry) => entry.k !== k);
    this.keep();
  }

  /** Try again, after a failure or with the confirmation of a `think_again`. */
  retry(k, confirm) {
    this.update(k, { state: "waiting", error: undefined, confirm });
    const entry = this.entries.find((known) => known.k === k);
    if (entry) this.pump(entry.r);
  }

  /** The connection is back: send what waits in this room. */
  resume(room) {
    this.pump(room);
  }

  /** A message was seen in the stream: whatever of ours it was has arrived. */
  seen(id) {
    const arrived = this.entries.find((entry) => entry.id === id);
    if (arrived) this.drop(arrived.k);
  }

  /** A person decided that a held message does not pass. */
  decided(id, { case: number, code }) {
    const held = this.entries.find((entry) => entry.id === id && entry.state === "held");
    if (held) this.update(held.k, { state: "refused", case: number, code, error: "" });
  }

  async pump(room) {
    if (this.busy.has(room)) return;
    const entry = this.entries.find((known) => known.r === room && known.state === "waiting");
    if (!entry) return;
    this.busy.add(room);
    this.update(entry.k, { state: "sending" });
    const again = await this.one(entry);
    this.busy.delete(room);
    if (again) this.pump(room);
  }

  /** Send one; answers whether the next may follow at once. */
  async one(entry) {
    const { k, r, b, re, confirm } = entry;
    try {
      const ok = await this.send({ r, k, b, ...(re ? { re } : {}), ...(confirm ? { confirm } : {}) });
      if (ok.held) this.update(k, { state: "held", id: ok.id, case: ok.case, code: ok.code, error: ok.m });
      else this.sent(k, ok);
      return true;
    } catch (error) {
      return this.failed(k, r, error);
    }
  }

  sent(k, ok) {
    if (this.arrived(ok.id)) this.drop(k);
    else this.update(k, { state: "sent", id: ok.id });
  }

  failed(k, room, error) {
    if (error instanceof Lost) {
      this.update(k, { state: "waiting" });
      return false;
    }
    const { code, detail = {} } = error;
    if (code === "think_again") {
      this.update(k, { state: "think", error: detail.m, confirm: detail.confirm });
    } else if (detail.retry && detail.retry <= 120 && code !== "muted" && code !== "suspended") {
      this.update(k, { state: "waiting", until: this.now() + detail.retry * 1000, error: detail.m });
      setTimeout(() => this.pump(room), detail.retry * 1000);
      return false;
    } else if (code === "key_reused") {
      this.update(k, { state: "failed", error: detail.m, k: newKey() });
    } else {
      const state = detail.case ? "refused" : "failed";
      this.update(k, { state, error: detail.m ?? "", errorCode: code, case: detail.case, code: detail.code });
    }
    return true;
  }
}

/** A key that no other message has: 128 random bits. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
