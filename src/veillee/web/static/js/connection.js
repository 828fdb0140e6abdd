// One conversation with the live door: requests with their answers, events, coming back after a drop.
//
// Close codes tell by range what to do: 40xx come back and resume, 41xx come back afresh, 44xx stay away.
// Back-off 0.5 s x 2^n, at most 30 s, full jitter.

import { openSocket, openStream } from "./transports.js";

const CAP = 30_000;
const FIRST = 500;
const HELLO_PATIENCE = 10_000;

/** A refusal of the server: `code`, a sentence for people, and what came with it. */
export class Refusal extends Error {
  constructor(err) {
    super(err.m);
    this.code = err.c;
    this.detail = err;
  }
}

/** The answer will not come: the connection was lost. */
export class Lost extends Error {}

export class Connection {
  /**
   * `hello()` gives the fields of the greeting, `greeted(ok)` takes its answer, `heard(event)` every event,
   * `changed(state)` the state: connecting, open, waiting (with `retryAt`), stopped (with `closeCode`).
   */
  constructor({ hello, greeted, heard, changed, random = Math.random }) {
    Object.assign(this, { hello, greeted, heard, changed, random });
    this.state = "stopped";
    this.closeCode = null;
    this.retryAt = null;
    this.attempts = 0;
    this.failures = 0;
    this.next = 1;
    this.pending = new Map();
    this.heartbeat = 25_000;
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.transport && this.transport.close());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  start() {
    if (this.state === "connecting" || this.state === "open") return;
    clearTimeout(this.timer);
    this.set("connecting");
    let opened = false;
    let over = false;
    const callbacks = {
      open: () => {
        opened = true;
        this.failures = 0;
        this.greet();
      },
      message: (text) => over || this.receive(text),
      close: (code) => {
        if (over) return;
        over = true;
        if (!opened) this.failures += 1;
        this.closed(code);
      },
    };
    // After two failures to open, every other attempt goes the other way: a proxy may block WebSocket.
    const stream = this.failures >= 2 && this.failures % 2 === 0;
    this.transport = stream ? openStream(callbacks) : openSocket(callbacks);
    this.patience = setTimeout(() => this.transport && this.transport.close(), HELLO_PATIENCE);
  }

  /** Come back now rather than later. */
  hurry() {
    if (this.state === "waiting") this.start();
  }

  stop() {
    this.leaving = true;
    if (this.transport) this.transport.close();
  }

  /** Ask for something; resolves with `ok`, rejects with `Refusal` or `Lost`. */
  ask(command, fields = {}) {
    if (this.state !== "open") return Promise.reject(new Lost());
    return this.request(command, fields);
  }

  request(command, fields) {
    const i = this.next++;
    return new Promise((resolve, reject) => {
      this.pending.set(i, { resolve, reject });
      try {
        this.transport.send(JSON.stringify({ i, c: command, ...fields }));
      } catch {
        this.pending.delete(i);
        reject(new Lost());
      }
    });
  }

  /** Say something that nobody answers. */
  tell(command, fields) {
    if (this.state !== "open") return;
    this.transport.send(JSON.stringify({ i: 0, c: command, ...fields }));
  }

  async greet() {
    try {
      const ok = await this.request("hello", { v: 1, ...this.hello() });
      clearTimeout(this.patience);
      this.heartbeat = (ok.hb ?? 25) * 1000;
      this.attempts = 0;
      this.alive();
      this.set("open");
      this.greeted(ok);
    } catch (error) {
      if (error instanceof Refusal && error.code === "unauthenticated") this.closed(4100);
    }
  }

  receive(text) {
    this.alive();
    for (const line of text.split("\n")) {
      if (!line) continue;
      const frame = JSON.parse(line);
      if (frame.e === "ping") this.tell("ping", {});
      else if (frame.e) this.heard(frame);
      else this.answer(frame);
    }
  }

  answer(frame) {
    const waiting = this.pending.get(frame.i);
    if (!waiting) return;
    this.pending.delete(frame.i);
    if (frame.err) waiting.reject(new Refusal(frame.err));
    else waiting.resolve(frame.ok ?? {});
  }

  /** Something was heard: the connection lives. Silence for two heartbeats means that it does not. */
  alive() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.transport && this.transport.close(), this.heartbeat * 2 + 5000);
  }

  closed(code) {
    clearTimeout(this.patience);
    clearTimeout(this.silence);
    const transport = this.transport;
    this.transport = null;
    if (transport && code === 4100) transport.close();
    const lost = [...this.pending.values()];
    this.pending.clear();
    this.closeCode = code;
    if (code === 4101 && !this.leaving) {
      location.reload();
    } else if (this.leaving || code >= 4400 || code === 4100) {
      this.set("stopped");
    } else {
      const wait = this.random() * Math.min(CAP, FIRST * 2 ** this.attempts);
      this.attempts += 1;
      this.retryAt = Date.now() + wait;
      this.timer = setTimeout(() => this.start(), wait);
      this.set("waiting");
    }
    for (const { reject } of lost) reject(new Lost());
  }

  set(state) {
    this.state = state;
    this.changed(state);
  }
}
