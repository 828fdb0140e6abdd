// The conversation: a log that keeps the reader's place, says nothing by itself, and can be walked with the arrows.

import { useEffect, useLayoutEffect, useRef, useState } from "../../vendor/hooks.js";
import { continues, sameDay } from "../room.js";
import { day, language, t } from "../words.js";
import { Button, html } from "./html.js";
import { Message } from "./message.js";
import { Pending } from "./pending.js";

const NEAR = 24;
const STEP = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

export function Stream({ client, room, on }) {
  const log = useRef(null);
  const place = useRef({ stuck: true, height: 0, first: null });
  const [atEnd, setAtEnd] = useState(true);
  const [current, setCurrent] = useState(null);
  const [hot, setHot] = useState(null);
  const [found, setFound] = useState(null);
  const { messages } = room;
  const pending = client.outbox.of(room.slug);
  const offline = client.connection.state !== "open";
  const last = messages.at(-1);
  const focusable = room.byId.has(current) ? current : last?.id;

  useLayoutEffect(() => {
    const box = log.current;
    const before = place.current;
    if (before.slug !== room.slug) Object.assign(before, { stuck: true, height: 0 });
    if (before.height === box.scrollHeight) return;
    if (before.stuck) box.scrollTop = box.scrollHeight;
    else if (before.first !== messages[0]?.id && before.height) box.scrollTop += box.scrollHeight - before.height;
    Object.assign(before, { slug: room.slug, height: box.scrollHeight, first: messages[0]?.id });
  });
  useEffect(() => {
    setCurrent(null);
    setFound(null);
    settle();
    const watcher = new ResizeObserver(() => place.current.stuck && (log.current.scrollTop = log.current.scrollHeight));
    watcher.observe(log.current);
    return () => watcher.disconnect();
  }, [room.slug]);
  useEffect(() => {
    const box = log.current;
    if (messages.length && box.scrollHeight <= box.clientHeight && !room.complete) client.older();
  }, [room.slug, room.version]);

  function settle() {
    const box = log.current;
    const stuck = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    place.current.stuck = stuck;
    client.seeing.bottom = stuck;
    setAtEnd(stuck);
    if (stuck && !document.hidden) client.sawAll();
    if (box.scrollTop < 300) client.older();
  }
  function toEnd() {
    place.current.stuck = true;
    log.current.scrollTop = log.current.scrollHeight;
    room.newFrom = null;
    settle();
  }
  function focus(id) {
    setCurrent(id);
    document.getElementById(`m-${id}`)?.focus();
  }
  async function jump(id) {
    for (let page = 0; page < 10 && !room.byId.has(id); page += 1) if (!(await client.older())) break;
    if (!room.byId.has(id)) return on.say(t("chat.quote_far"));
    place.current.stuck = false;
    setFound(id);
    requestAnimationFrame(() => {
      document.getElementById(`m-${id}`)?.scrollIntoView({ block: "center" });
      focus(id);
    });
  }
  function key(event, message) {
    if (event.target !== event.currentTarget) return;
    const index = messages.indexOf(message);
    if (event.key in STEP || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const ends = { Home: 0, End: messages.length - 1 };
      const wanted = ends[event.key] ?? index + STEP[event.key];
      if (wanted >= messages.length) return on.compose();
      focus(messages[Math.max(0, wanted)].id);
    } else if (event.key === "Enter" && !message.gone) on.menu(event, message);
    else if (event.key === "r" && !message.gone && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      on.reply(message);
    }
  }
  const hover = (event) => setHot(event.target.closest?.(".msg")?.id.slice(2) ?? null);
  const verbs = { ...on, jump, key, focus: setCurrent };

  const items = [];
  let before = null;
  for (const message of messages) {
    if (!before || !sameDay(before.t, message.t)) items.push(html`<li class="day" role="separator" key=${`day-${message.t}`}><span>${day(message.t)}</span></li>`);
    if (room.newFrom === message.id) items.push(html`<li class="new-line" role="separator" key="new"><span>${t("chat.new_messages")}</span></li>`);
    items.push(html`<${Message}
      key=${message.id}
      message=${message}
      first=${!continues(before, message) || room.newFrom === message.id}
      current=${message.id === focusable}
      found=${message.id === found}
      tools=${message.id === hot || message.id === focusable}
      answered=${message.re ? room.byId.get(message.re) : undefined}
      mine=${message.u === room.me}
      nick=${client.me?.n}
      on=${verbs}
    />`);
    before = message;
  }
  const me = { u: room.me, n: client.me?.n ?? "" };
  let mine = last && last.u === room.me && !last.gone && Date.now() - last.t < 300_000;
  for (const entry of pending) {
    items.push(html`<${Pending} key=${entry.k} entry=${entry} me=${me} first=${!mine} offline=${offline} now=${Date.now()} on=${on} />`);
    mine = true;
  }
  const foreign = room.info && room.info.language !== language() ? { lang: room.info.language } : {};

  return html`<div class="log-frame">
    <div class="log" ref=${log} onScroll=${settle} tabindex="-1">
      <ol
        role="log"
        aria-live="off"
        aria-relevant="additions"
        aria-label=${t("chat.log", { room: room.info?.name ?? room.slug })}
        onMouseOver=${hover}
        ...${foreign}
      >
        ${room.complete && room.info && html`<li class="beginning" role="note" key="beginning">
          ${messages.length === 0 && pending.length === 0 ? t("chat.empty") : t("chat.beginning")} ${t("chat.retention", { n: room.info.retention })}
        </li>`}
        ${items}
      </ol>
    </div>
    ${!atEnd && html`<div class="jump"><${Button} icon="arrow-down" label=${room.unread ? t("chat.jump_new", { n: room.unread }) : t("chat.jump")} onClick=${toEnd} /></div>`}
  </div>`;
}
