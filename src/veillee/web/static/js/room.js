// What is known of one room: its events in order, and the messages they make. No network, no page.

export const KEPT = 400;

/** One room's stream. `apply` follows the rule: s == last+1 apply, s <= last drop, otherwise there is a gap. */
export class Room {
  constructor(slug) {
    this.slug = slug;
    this.info = null;
    this.me = null;
    this.members = new Map();
    this.count = undefined;
    this.typing = new Map();
    this.unread = 0;
    this.mentions = 0;
    this.newFrom = null;
    this.trouble = null;
    this.clear();
  }

  clear() {
    this.epoch = null;
    this.last = null;
    this.first = null;
    this.complete = false;
    this.messages = [];
    this.byId = new Map();
    this.version = 0;
  }

  /** Take the answer to `join`: `ep`, `s`, the room, my face, the newest events. */
  joined(ok) {
    this.clear();
    this.epoch = ok.ep;
    this.info = ok.room ?? this.info;
    this.me = ok.me ? ok.me.u : this.me;
    this.count = this.info ? this.info.count : undefined;
    const events = ok.last ?? [];
    this.last = events.length ? events[0].s - 1 : ok.s;
    this.first = this.last + 1;
    for (const event of events) this.apply(event);
    this.last = Math.max(this.last, ok.s);
    this.complete = this.first <= 1;
    this.trouble = null;
  }

  /** After `gap` the next event starts the stream anew. */
  restart(epoch) {
    this.clear();
    this.epoch = epoch;
  }

  /** "applied", "dropped" or "gap". */
  apply(event) {
    if (this.last === null) {
      this.last = event.s - 1;
      this.first = event.s;
    }
    if (event.s <= this.last) return "dropped";
    if (event.s !== this.last + 1) return "gap";
    this.last = event.s;
    this.take(event);
    return "applied";
  }

  /** Older events, ascending, in front of what is known. */
  prepend(events) {
    if (events.length === 0) this.complete = true;
    const older = events.filter((event) => event.e === "msg" && !this.byId.has(event.d.id)).map(toMessage);
    for (const message of older) this.byId.set(message.id, message);
    this.messages = [...older, ...this.messages];
    if (events.length) this.first = Math.min(this.first, events[0].s);
    if (this.first <= 1) this.complete = true;
    this.version += 1;
  }

  /** Let go of the oldest messages beyond what a page can carry; scrolling back fetches them again. */
  trim() {
    if (this.messages.length <= KEPT) return;
    const gone = this.messages.splice(0, this.messages.length - KEPT);
    for (const message of gone) this.byId.delete(message.id);
    this.first = this.messages[0].s;
    this.complete = false;
    this.version += 1;
  }

  take(event) {
    this.version += 1;
    if (event.e === "msg") {
      const message = toMessage(event);
      if (this.byId.has(message.id)) this.messages = this.messages.filter((known) => known.id !== message.id);
      this.messages = [...this.messages, message];
      this.byId.set(message.id, message);
      this.typing.delete(message.u);
    } else if (event.e === "edit") {
      this.change(event.d.id, { b: event.d.b, edited: event.t ?? true });
    } else if (event.e === "del") {
      this.change(event.d.id, { gone: true, by: event.d.by, b: "", n: undefined, u: undefined });
    } else if (event.e === "room" && this.info) {
      this.info = { ...this.info, ...event.d };
    }
  }

  change(id, fields) {
    const known = this.byId.get(id);
    if (!known) return;
    const changed = { ...known, ...fields };
    this.byId.set(id, changed);
    this.messages = this.messages.map((message) => (message.id === id ? changed : message));
  }
}

function toMessage(event) {
  const { id, u, n, b, re, ed, gone } = event.d;
  return { id, u, n, b: b ?? "", re, edited: ed, gone: Boolean(gone), s: event.s, t: event.t };
}

const TURN = 5 * 60_000;

/** Whether `message` continues the turn of the one before it: same author, within five minutes, same day. */
export function continues(before, message) {
  if (!before || before.gone || message.gone || message.re) return false;
  if (before.u !== message.u || message.t - before.t > TURN) return false;
  return sameDay(before.t, message.t);
}

export function sameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
