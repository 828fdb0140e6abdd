// The chat as this guest sees it: rooms, what is on its way, what the place told them; and the verbs of the page.

import { Announcer } from "./announcer.js";
import { Connection, Lost, Refusal } from "./connection.js";
import { Outbox } from "./outbox.js";
import { recall, remember } from "./memory.js";
import { Room } from "./room.js";
import { t } from "./words.js";

const TYPING_EVERY = 3000;
const TYPING_LASTS = 6000;
const LIST_EVERY = 30_000;

export class Client {
  /** `changed()` is called when something to see has changed; `say` speaks to assistive technology. */
  constructor({ lang, changed, say }) {
    this.lang = lang;
    this.changed = changed;
    this.me = null;
    this.max = 4000;
    this.rooms = new Map();
    this.listing = [];
    this.active = null;
    this.personal = { epoch: "me", s: 0 };
    this.cards = [];
    this.sanctions = [];
    this.receipts = recall("receipts", []);
    this.blocked = recall("blocked", []);
    this.read = recall("read", []);
    this.news = [];
    this.bye = null;
    this.caughtUp = false;
    this.seeing = { bottom: true };
    this.announcer = new Announcer({ say });
    this.outbox = new Outbox({
      send: (fields) => this.connection.ask("send", fields),
      changed,
      arrived: (id) => [...this.rooms.values()].some((room) => room.byId.has(id)),
    });
    this.connection = new Connection({
      hello: () => this.hello(),
      greeted: (ok) => this.greeted(ok),
      heard: (event) => this.heard(event),
      changed: (state) => this.connectionChanged(state),
    });
  }

  start() {
    this.connection.start();
    this.refreshListing();
    setInterval(() => document.hidden || this.refreshListing(), LIST_EVERY);
    setInterval(() => this.forgetTyping(), 1000);
  }

  room(slug) {
    if (!this.rooms.has(slug)) this.rooms.set(slug, new Room(slug));
    return this.rooms.get(slug);
  }

  get here() {
    return this.active ? this.room(this.active) : null;
  }

  // Coming and going

  hello() {
    const rooms = {};
    for (const room of this.rooms.values()) {
      if (room.epoch !== null && room.last !== null) rooms[room.slug] = [room.epoch, room.last];
    }
    rooms["@me"] = [this.personal.epoch, this.personal.s];
    return { lang: this.lang, rooms };
  }

  async greeted(ok) {
    this.me = ok.me;
    this.max = ok.max ?? this.max;
    for (const [slug, entry] of Object.entries(ok.rooms ?? {})) {
      if (slug === "@me") continue;
      const room = this.room(slug);
      if (entry.u) room.me = entry.u;
      if (entry.st === "gap") {
        room.restart(entry.ep);
        room.note = "gap";
      } else if (entry.st !== "ok") {
        room.clear();
      }
    }
    for (const room of this.rooms.values()) if (room.epoch === null) await this.join(room.slug);
    if (this.active && this.here.epoch === null) await this.join(this.active);
    for (const room of this.rooms.values()) {
      this.outbox.resume(room.slug);
      if (room.epoch !== null) this.refreshRoster(room.slug);
    }
    this.changed();
  }

  connectionChanged(state) {
    if (state === "waiting") this.caughtUp = false;
    if (state === "open" && this.wasLost) {
      this.caughtUp = true;
      setTimeout(() => {
        this.caughtUp = false;
        this.changed();
      }, 3000);
    }
    this.wasLost = state === "waiting" || (this.wasLost && state === "connecting");
    this.changed();
  }

  async open(slug) {
    this.active = slug;
    const room = this.room(slug);
    room.unread = 0;
    room.mentions = 0;
    this.changed();
    if (room.epoch === null && this.connection.state === "open") {
      await this.join(slug);
      this.outbox.resume(slug);
    }
  }

  async join(slug) {
    const room = this.room(slug);
    try {
      room.joined(await this.connection.ask("join", { r: slug }));
      await this.refreshRoster(slug);
    } catch (error) {
      if (error instanceof Refusal) room.trouble = error.detail;
    }
    this.changed();
  }

  leaveRoom(slug) {
    this.connection.ask("leave", { r: slug }).catch(() => {});
    this.rooms.delete(slug);
    if (this.active === slug) this.active = null;
    this.changed();
  }

  async leave() {
    await fetch("/api/v1/leave", { method: "POST" }).catch(() => {});
    this.connection.stop();
    sessionStorage.clear();
    location.assign("/");
  }

  async refreshListing() {
    try {
      const answer = await fetch("/api/v1/rooms", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      this.listing = (await answer.json()).rooms;
      this.changed();
    } catch {
      // The list stays as it was; the connection strip says that we are offline.
    }
  }

  async refreshRoster(slug) {
    try {
      const { members, count } = await this.connection.ask("who", { r: slug });
      const room = this.room(slug);
      room.members = new Map(members.map(({ u, n }) => [u, n]));
      room.present = count;
      this.changed();
    } catch {
      // Not there any more.
    }
  }

  // What comes

  heard(event) {
    if (event.e === "bye") this.heardBye(event);
    else if (event.r === "@me") this.heardPersonal(event);
    else if (event.s !== undefined) this.heardDurable(event);
    else this.heardEphemeral(event);
    this.changed();
  }

  heardDurable(event) {
    const room = this.rooms.get(event.r);
    if (!room || (room.epoch === null && room.last === null)) return;
    const applied = room.apply(event);
    if (applied === "gap" && !room.syncing) this.sync(room);
    if (applied !== "applied" || event.e !== "msg" || event.d.gone) return;
    this.outbox.seen(event.d.id);
    if (event.d.u === room.me) return;
    const mention = this.mentions(event.d.b);
    const fresh = Date.now() - event.t < 60_000;
    const watching = room.slug === this.active && !document.hidden && this.seeing.bottom;
    if (!watching) {
      room.unread += 1;
      if (mention) room.mentions += 1;
      room.newFrom ??= event.d.id;
    }
    if (room.slug === this.active && fresh) this.announcer.message(event.d.n, event.d.b, mention);
    if (watching) room.trim();
  }

  async sync(room) {
    room.syncing = true;
    try {
      const { st, ep } = await this.connection.ask("sync", { r: room.slug, after: room.last });
      if (st === "gap") room.restart(ep);
    } catch {
      room.syncing = false;
    }
  }

  heardEphemeral({ e, r, d = {} }) {
    const room = this.rooms.get(r);
    if (!room) return;
    if (e === "synced") room.syncing = false;
    else if (e === "count") {
      room.count = d.count;
      if (d.count !== null) room.present = d.count;
    }
    else if (e === "join") room.members = new Map(room.members).set(d.u, d.n);
    else if (e === "part") {
      room.members = new Map(room.members);
      room.members.delete(d.u);
      room.typing.delete(d.u);
    } else if (e === "typing" && d.u !== room.me) {
      room.typing.set(d.u, { n: d.n, until: Date.now() + TYPING_LASTS });
    }
  }

  heardPersonal(event) {
    if (event.s !== undefined) {
      if (event.s <= this.personal.s) return;
      this.personal.s = event.s;
    }
    const { e, d } = event;
    if (e === "card" && !this.read.includes(d.id)) this.cards = [...this.cards.filter((card) => card.id !== d.id), d];
    else if (e === "sanction") this.sanctioned(d);
    else if (e === "case") this.outcome(d, event.t);
  }

  /** The server ends something: a room for me, or my visit. A restart is no end; the connection comes back by itself. */
  heardBye({ r, d }) {
    if (d.c === "maintenance") return;
    if (!r || r === "@me") this.bye = d;
    else {
      const room = this.room(r);
      room.clear();
      room.info = null;
      room.trouble = { m: t(d.c === "room_closed" ? "chat.room_closed" : "connection.stop_4403"), ...d };
    }
  }

  sanctioned(d) {
    const others = this.sanctions.filter((known) => known.id !== d.id);
    const over = d.lifted || (d.until && d.until < Date.now());
    this.sanctions = over ? others : [...others, d];
  }

  /** What became of something I reported or wrote. The past is told again at each visit: what was read stays quiet. */
  outcome(d, at) {
    const id = `${d.code}.${d.outcome}`;
    const news = !this.read.includes(id);
    const others = this.receipts.filter((receipt) => receipt.code !== d.code);
    const known = this.receipts.find((receipt) => receipt.code === d.code);
    this.keepReceipts([...others, { at, ...known, ...d, news }]);
    if (d.role === "subject" && d.about && d.outcome === "action") this.outbox.decided(d.about, d);
    if (news) this.news = [...this.news.filter((item) => item.id !== id), { ...d, id }];
  }

  /** A card or a piece of news was read. */
  reading(id) {
    this.read = [...this.read.slice(-200), id];
    remember("read", this.read);
    this.cards = this.cards.filter((card) => card.id !== id);
    this.news = this.news.filter((item) => item.id !== id);
    this.changed();
  }

  forgetTyping() {
    let gone = false;
    for (const room of this.rooms.values()) {
      for (const [u, { until }] of room.typing) if (until < Date.now()) gone = room.typing.delete(u);
    }
    if (gone) this.changed();
  }

  mentions(text) {
    return this.me !== null && text.toLowerCase().includes(`@${this.me.n.toLowerCase()}`);
  }

  // What this guest does

  say(body, reply) {
    this.outbox.add(this.active, body, reply);
    this.typedAt = 0;
    const room = this.here;
    room.newFrom = null;
    room.unread = 0;
  }

  typing() {
    const now = Date.now();
    if (now - (this.typedAt ?? 0) < TYPING_EVERY || (this.here?.present ?? 0) > 50) return;
    this.typedAt = now;
    this.connection.tell("typing", { r: this.active });
  }

  /** Everything up to here was seen. */
  sawAll() {
    const room = this.here;
    if (!room || (!room.unread && !room.newFrom)) return;
    room.unread = 0;
    room.mentions = 0;
    this.connection.ask("read", { r: room.slug, s: room.last }).catch(() => {});
    this.changed();
  }

  async older() {
    const room = this.here;
    if (!room || room.complete || room.fetching || room.first === null) return false;
    room.fetching = true;
    try {
      const { events } = await this.connection.ask("hist", { r: room.slug, before: room.first, limit: 50 });
      room.prepend(events);
      return events.length > 0;
    } catch {
      return false;
    } finally {
      room.fetching = false;
      this.changed();
    }
  }

  edit(id, body, confirm) {
    return this.connection.ask("edit", { r: this.active, id, b: body, ...(confirm ? { confirm } : {}) });
  }

  remove(id) {
    return this.connection.ask("del", { r: this.active, id });
  }

  async block(u, n) {
    await this.connection.ask("block", { u });
    this.blocked = [...this.blocked.filter((known) => known.u !== u), { u, n }];
    remember("blocked", this.blocked);
    for (const room of this.rooms.values()) {
      room.messages = room.messages.filter((message) => message.u !== u);
      room.members = new Map(room.members);
      room.members.delete(u);
      room.version += 1;
    }
    this.changed();
  }

  async unblock(u) {
    await this.connection.ask("unblock", { u });
    this.blocked = this.blocked.filter((known) => known.u !== u);
    remember("blocked", this.blocked);
    this.changed();
  }

  /** Report; answers the receipt code. Blocking is a command of its own, so that it works for messages too. */
  async report(target, reason, note, block) {
    const { code } = await this.connection.ask("report", { target, reason, ...(note ? { note } : {}) });
    this.keepReceipts([...this.receipts, { code, at: Date.now(), reason }]);
    if (block) await this.block(block.u, block.n);
    return code;
  }

  appeal(code, note) {
    return this.connection.ask("appeal", { code, note });
  }

  async rename(nick) {
    const ok = await this.connection.ask("nick", { n: nick });
    this.me = ok.me;
    for (const [slug, { u }] of Object.entries(ok.rooms ?? {})) this.room(slug).me = u;
    this.changed();
  }

  keepReceipts(receipts) {
    this.receipts = receipts;
    remember("receipts", receipts);
    this.changed();
  }
}

/** The sentence to show for an error of any kind. */
export function sentenceOf(error) {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Lost) return t("connection.try_later");
  return t("connection.failed");
}
