// The whole of the chat: rooms, conversation, people; one column on a phone, three on a wide screen.

import { useEffect, useRef, useState } from "../../vendor/hooks.js";
import { Refusal } from "../connection.js";
import { sentenceOf } from "../client.js";
import { t } from "../words.js";
import { Cards } from "./cards.js";
import { Composer } from "./composer.js";
import { giveBack } from "./dialog.js";
import { lazy } from "./lazy.js";
import { Phrase } from "./phrase.js";
import { Button, html, Icon } from "./html.js";
import { Menu } from "./menu.js";
import { People } from "./people.js";
import { countWords, RoomsList } from "./rooms_list.js";
import { Stream } from "./stream.js";
import { Strip } from "./strip.js";

const EDITABLE = 600_000;

// What a first visit does not show is loaded when it is asked for.
const Bye = lazy(() => import("./bye.js"), "Bye");
const Trouble = lazy(() => import("./bye.js"), "Trouble");
const Me = lazy(() => import("./me.js"), "Me");
const ReportDialog = lazy(() => import("./report.js"), "ReportDialog");
const AppealDialog = lazy(() => import("./report.js"), "AppealDialog");
const Confirm = lazy(() => import("./notes.js"), "Confirm");
const Keys = lazy(() => import("./notes.js"), "Keys");

export function App({ client, boot, place, speak }) {
  const [panel, setPanel] = useState(client.active ? "talk" : "rooms");
  const [aside, setAside] = useState(null);
  const [dialog, setDialog] = useState(null);
  const [menu, setMenu] = useState(null);
  const [mode, setMode] = useState({});
  const [phrase, setPhrase] = useState(boot.phrase);
  const slowTick = useRef(null);
  const [, tick] = useState(0);
  const room = client.here;

  function open(slug, push = true) {
    if (push) history.pushState({}, "", `/s/${slug}`);
    setPanel("talk");
    setAside(null);
    setMode({});
    client.open(slug);
  }
  useEffect(() => {
    const back = () => {
      const slug = location.pathname.match(/^\/(?:s|embed)\/([^/]+)$/)?.[1];
      if (slug) open(slug, false);
      else setPanel("rooms");
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  useEffect(() => {
    const unread = [...client.rooms.values()].reduce((sum, known) => sum + known.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${room?.info?.name ?? t("chat.rooms")} · ${place}`;
  });
  useEffect(() => {
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  });
  useEffect(() => {
    clearTimeout(slowTick.current);
    const timed = room && client.outbox.of(room.slug).some((entry) => entry.until > Date.now());
    if (slowLeft() > 0 || timed) slowTick.current = setTimeout(() => tick((n) => n + 1), 1000);
  });

  function slowLeft() {
    const slow = room?.info?.slow ?? 0;
    if (!slow) return 0;
    const mine = room.messages.findLast((message) => message.u === room.me);
    return mine ? Math.max(0, Math.ceil((mine.t + slow * 1000 - Date.now()) / 1000)) : 0;
  }
  const compose = () => document.getElementById("composer")?.focus();
  const fail = (problem) => setDialog({ kind: "note", title: t("chat.refused"), text: sentenceOf(problem), detail: problem.detail });

  const on = {
    say: speak,
    compose,
    slowLeft,
    reply: (message) => {
      setMode({ reply: message, focus: Date.now() });
      compose();
    },
    report: (message) => report({ r: room.slug, id: message.id }, message.u && { u: message.u, n: message.n }, message.b),
    menu: (event, message) => message.gone || openMenu(event, messageItems(message), t("chat.menu_of", { name: message.n })),
    rewrite: (entry) => {
      client.outbox.drop(entry.k);
      setMode({ text: entry.b, focus: Date.now() });
    },
    discard: (entry) => {
      client.outbox.drop(entry.k);
      compose();
    },
    retry: (entry) => client.outbox.retry(entry.k),
    confirm: (entry) => client.outbox.retry(entry.k, entry.confirm),
    appeal: (entry) => setDialog({ kind: "appeal", entry }),
    editLast: () => {
      const mine = room.messages.findLast((message) => message.u === room.me && !message.gone);
      if (mine && Date.now() - mine.t < EDITABLE) setMode({ editing: mine, focus: Date.now() });
    },
    saveEdit: (message, body) => body === message.b || edit(message, body),
  };

  function report(target, person, quote) {
    setDialog({ kind: "report", about: { target, person, quote } });
  }
  async function edit(message, body, confirm) {
    try {
      await client.edit(message.id, body, confirm);
    } catch (problem) {
      if (problem instanceof Refusal && problem.code === "think_again") {
        const act = () => edit(message, body, problem.detail.confirm);
        setDialog({ kind: "think", text: problem.message, body, act, back: () => setMode({ editing: { ...message, b: body }, focus: Date.now() }) });
      } else fail(problem);
    }
  }
  function openMenu(event, items, label) {
    event.preventDefault();
    const anchor = event.currentTarget;
    const at = event.type === "contextmenu" && event.clientX ? [event.clientX, event.clientY] : null;
    setMenu({ items, anchor, at, label });
  }
  function messageItems(message) {
    const mine = message.u === room.me;
    const fresh = Date.now() - message.t < EDITABLE;
    return [
      { icon: "reply", label: t("chat.reply"), act: () => on.reply(message) },
      { icon: "copy", label: t("chat.copy"), act: () => navigator.clipboard?.writeText(message.b) },
      mine && fresh && { icon: "pencil", label: t("chat.edit"), act: () => setMode({ editing: message, focus: Date.now() }) },
      mine && { icon: "trash-2", label: t("chat.delete"), act: () => confirmRemoval(message) },
      ...(mine ? [] : personItems(message, () => on.report(message))),
    ];
  }
  function personItems(person, reporting) {
    return [
      { icon: "at-sign", label: t("chat.mention"), act: () => setMode({ text: `@${person.n} `, focus: Date.now() }) },
      { icon: "user-x", label: t("chat.block", { name: person.n }), act: () => confirmBlock(person) },
      { icon: "flag", label: t("chat.report"), act: reporting, danger: true },
    ];
  }
  function confirmBlock({ u, n }) {
    const act = () => client.block(u, n).then(() => speak(t("chat.block_done", { name: n }))).catch(fail);
    setDialog({ kind: "confirm", title: t("chat.block", { name: n }), text: t("chat.block_what"), yes: t("chat.block_yes"), act });
  }
  function confirmRemoval(message) {
    const act = () => client.remove(message.id).catch(fail);
    setDialog({ kind: "confirm", title: t("chat.delete"), text: t("chat.delete_what"), quote: message.b, yes: t("chat.delete"), act });
  }
  function reportCard(card) {
    const message = client.rooms.get(card.room)?.byId.get(card.about);
    report({ r: card.room, id: card.about }, message?.u && { u: message.u, n: message.n }, message?.b);
  }

  function keys(event) {
    const writing = event.target.closest?.("input, textarea, dialog, [role=menu]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      setPanel("rooms");
      requestAnimationFrame(() => document.getElementById("room-search")?.focus());
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const slugs = client.listing.map(({ slug }) => slug);
      const to = slugs.indexOf(client.active) + (event.key === "ArrowDown" ? 1 : -1);
      if (slugs.length) open(slugs.at(to % slugs.length));
    } else if (event.key === "?" && !writing) {
      event.preventDefault();
      setDialog({ kind: "keys" });
    } else if (event.key === "Escape" && !event.target.closest?.("dialog, [role=menu]")) {
      if (aside) setAside(null);
      else compose();
    }
  }

  const ended = client.connection.state === "stopped" && client.connection.closeCode !== null;
  if (client.bye || ended) return html`<${Bye} bye=${client.bye} code=${client.connection.closeCode} />`;
  const close = () => setDialog(null);
  const show = (what) => {
    setAside(aside === what ? null : what);
    if (aside !== what) requestAnimationFrame(() => document.getElementById(`${what}-title`)?.focus());
  };
  const right = aside ?? (room ? "people" : null);

  return html`<div class="house" data-panel=${panel} data-aside=${aside ?? ""}>
    <nav class="side" aria-label=${t("chat.rooms")}>
      <a class="brand" href="/" onClick=${(event) => {
        event.preventDefault();
        setPanel("rooms");
      }}><svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><use href=${`${boot.mark}#mark`} /></svg><span class="wordmark">${place}</span></a>
      <h2 class="side-title">${t("chat.rooms")}</h2>
      <${RoomsList} client=${client} onOpen=${open} />
      <div class="side-foot">
        <button type="button" class="self" onClick=${() => show("me")} aria-expanded=${aside === "me"}>
          <span class="avatar avatar-me" aria-hidden="true">${[...(client.me?.n || "·")][0]}</span><span class="self-name" dir="auto">${client.me?.n ?? ""}</span><${Icon} name="settings" label=${t("chat.me")} />
        </button>
        <p class="side-links small"><a href="/legal/conditions">${t("common.rules")}</a> <a href="/signaler">${t("common.notice")}</a> <a href="/transparence">${t("common.transparency")}</a></p>
      </div>
    </nav>
    <main class="talk" id="main" tabindex="-1">
      ${room
        ? html`<header class="talk-head">
              <${Button} only icon="arrow-left" kind="button-quiet only-narrow" label=${t("chat.rooms")} onClick=${() => setPanel("rooms")} />
              <div class="talk-title"><h1 dir="auto">${room.info?.name ?? "…"}</h1>${room.info?.topic && html`<p class="small muted" dir="auto">${room.info.topic}</p>`}</div>
              <button type="button" class="button button-quiet people-button" aria-expanded=${aside === "people"} onClick=${() => show("people")}>
                <${Icon} name="users" /><span>${countWords(room.count)}</span>
              </button>
            </header>
            ${room.info?.notice && html`<details class="pinned" open><summary><${Icon} name="pin" /> ${t("chat.notice")}</summary><p dir="auto">${room.info.notice}</p></details>`}
            <div class="strips"><${Strip} client=${client} room=${room} /></div>
            ${room.trouble && !room.info
              ? html`<${Trouble} trouble=${room.trouble} onBack=${() => setPanel("rooms")} />`
              : html`<${Stream} client=${client} room=${room} on=${on} />
                  <div class="over-composer">
                    ${phrase && html`<${Phrase} phrase=${phrase} onClose=${() => {
                      boot.forgetPhrase();
                      setPhrase(null);
                    }} />`}
                    <${Cards} client=${client} room=${room} helplines=${boot.helplines} onReport=${reportCard} />
                  </div>
                  <${Composer} client=${client} room=${room} mode=${mode} setMode=${setMode} on=${on} />`}`
        : html`<div class="talk-none"><svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><use href=${`${boot.mark}#mark`} /></svg><h1>${t("chat.choose_title")}</h1><p class="muted">${t("chat.choose")}</p></div>`}
    </main>
    <aside class="right" aria-label=${t(right === "me" ? "chat.me" : "chat.people")}>
      <${Button} only icon="x" kind="button-quiet right-close" label=${t("common.close")} onClick=${() => setAside(null)} />
      ${right === "me"
        ? html`<${Me} client=${client} phrase=${boot.phrase} languages=${boot.languages} />`
        : room && html`<${People} room=${room} onPerson=${(event, person) => openMenu(event, personItems(person, () => report({ u: person.u }, person)), t("chat.menu_of", { name: person.n }))} />`}
    </aside>
    <nav class="tabs" aria-label=${t("chat.panels")}>
      <button type="button" aria-current=${panel === "rooms" && aside !== "me" ? "page" : undefined} onClick=${() => {
        setAside(null);
        setPanel("rooms");
      }}><${Icon} name="house" />${t("chat.rooms")}</button>
      ${room && html`<button type="button" aria-current=${panel === "talk" && aside !== "me" ? "page" : undefined} onClick=${() => {
        setAside(null);
        setPanel("talk");
      }}><${Icon} name="message-circle" />${t("chat.talk")}</button>`}
      <button type="button" aria-current=${aside === "me" ? "page" : undefined} onClick=${() => show("me")}><${Icon} name="user" />${t("chat.me")}</button>
    </nav>
    ${menu && html`<${Menu} ...${menu} onClose=${(back) => {
      if (back) giveBack(menu.anchor);
      setMenu(null);
    }} />`}
    ${dialog?.kind === "report" && html`<${ReportDialog} client=${client} about=${dialog.about} helplines=${boot.helplines} onClose=${close} />`}
    ${dialog?.kind === "appeal" && html`<${AppealDialog} client=${client} entry=${dialog.entry} onClose=${close} />`}
    ${dialog?.kind === "keys" && html`<${Keys} onClose=${close} />`}
    ${["confirm", "note", "think"].includes(dialog?.kind) && html`<${Confirm} dialog=${dialog} onClose=${close} />`}
  </div>`;
}
