// Where one writes: grows with the text, keeps a draft per room, completes @names, counts near the limit.

import { useEffect, useLayoutEffect, useRef, useState } from "../../vendor/hooks.js";
import { recall, remember } from "../memory.js";
import { t } from "../words.js";
import { Avatar, Button, html, Icon } from "./html.js";
import { excerpt } from "./text.js";

const MENTION = /(^|\s)@([\p{L}\p{N}_-]{0,24})$/u;

export function Composer({ client, room, mode, setMode, on }) {
  const area = useRef(null);
  const [text, setText] = useState("");
  const [choice, setChoice] = useState(0);
  const [closed, setClosed] = useState(false);
  const editing = mode.editing;
  const draftOf = `draft.${room.slug}`;

  useEffect(() => {
    setText(recall(draftOf, ""));
  }, [room.slug]);
  useEffect(() => {
    if (editing) setText(editing.b);
  }, [editing?.id]);
  useEffect(() => {
    if (mode.text !== undefined) {
      setText(mode.text);
      setMode({ ...mode, text: undefined });
    }
  }, [mode.text]);
  useEffect(() => {
    if (mode.focus) area.current.focus();
  }, [mode.focus]);
  useLayoutEffect(() => {
    const box = area.current;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }, [text]);

  function write(value) {
    setText(value);
    setClosed(false);
    setChoice(0);
    if (!editing) remember(draftOf, value);
    if (value && !editing) client.typing();
  }
  function send() {
    const body = text.trim();
    if (!body || body.length > client.max) return;
    if (editing) on.saveEdit(editing, body);
    else client.say(body, mode.reply?.id);
    setText(editing ? recall(draftOf, "") : "");
    if (!editing) remember(draftOf, "");
    setMode({});
    area.current.focus();
  }
  function cancel() {
    if (editing) setText(recall(draftOf, ""));
    setMode({});
  }

  const caret = area.current?.selectionStart ?? text.length;
  const asked = closed ? null : text.slice(0, caret).match(MENTION);
  const names = asked ? suggestions(room, asked[2]) : [];
  function complete([, name]) {
    const head = text.slice(0, caret).replace(MENTION, (_, space) => `${space}@${name} `);
    write(head + text.slice(caret));
    requestAnimationFrame(() => area.current.setSelectionRange(head.length, head.length));
  }

  function key(event) {
    if (event.isComposing) return;
    if (names.length) {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move) setChoice((choice + move + names.length) % names.length);
      else if (event.key === "Enter" || event.key === "Tab") complete(names[choice]);
      else if (event.key === "Escape") setClosed(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && (editing || mode.reply)) {
      event.stopPropagation();
      cancel();
    } else if (event.key === "ArrowUp" && !text) {
      event.preventDefault();
      on.editLast();
    }
  }

  const near = text.length > client.max * 0.8;
  const over = text.length > client.max;
  const wait = on.slowLeft();
  return html`<div class="composer">
    ${mode.reply && html`<p class="composer-about"><${Icon} name="reply" /><span>${t("chat.replying_to")} <b dir="auto">${mode.reply.n}</b> <span class="quoted" dir="auto">${excerpt(mode.reply.b, 60)}</span></span>
      <${Button} only icon="x" kind="button-small button-quiet" label=${t("chat.cancel_reply")} onClick=${cancel} /></p>`}
    ${editing && html`<p class="composer-about"><${Icon} name="pencil" /><span>${t("chat.editing")}</span>
      <${Button} only icon="x" kind="button-small button-quiet" label=${t("chat.cancel_edit")} onClick=${cancel} /></p>`}
    ${names.length > 0 && html`<ul class="names" id="names" role="listbox" aria-label=${t("chat.mention_names")}>
      ${names.map(
        (name, index) => html`<li id=${`name-${index}`} role="option" aria-selected=${index === choice} onMouseDown=${(event) => {
          event.preventDefault();
          complete(name);
        }}><${Avatar} u=${name[0]} n=${name[1]} /><span dir="auto">${name[1]}</span></li>`,
      )}
    </ul>`}
    <form class="composer-row" onSubmit=${(event) => {
      event.preventDefault();
      send();
    }}>
      <label class="visually-hidden" for="composer">${t("chat.composer", { room: room.info?.name ?? "" })}</label>
      <textarea
        id="composer"
        ref=${area}
        rows="1"
        dir="auto"
        enterkeyhint="send"
        autocomplete="off"
        placeholder=${t("chat.placeholder", { room: room.info?.name ?? "" })}
        value=${text}
        aria-autocomplete="list"
        aria-controls=${names.length ? "names" : undefined}
        aria-activedescendant=${names.length ? `name-${choice}` : undefined}
        aria-describedby=${near ? "composer-count" : undefined}
        aria-invalid=${over ? "true" : undefined}
        onInput=${(event) => write(event.target.value)}
        onKeyDown=${key}
      ></textarea>
      <button type="submit" class="button button-primary button-icon" aria-label=${t("common.send")} title=${t("common.send")} disabled=${!text.trim() || over}>
        <${Icon} name="send-horizontal" />
      </button>
    </form>
    <p class="composer-foot small muted">
      ${wait > 0 && html`<span><${Icon} name="hourglass" /> ${t("chat.slow_left", { n: wait })}</span>`}
      ${near && html`<span id="composer-count" class=${over ? "over" : ""}>${over ? t("chat.too_long", { n: text.length - client.max }) : t("chat.count_left", { n: client.max - text.length })}</span>`}
      <span class="typing">${typingWords(room)}</span>
    </p>
  </div>`;
}

function suggestions(room, start) {
  const wanted = start.toLowerCase();
  return [...room.members]
    .filter(([u, n]) => u !== room.me && n.toLowerCase().startsWith(wanted))
    .slice(0, 6);
}

function typingWords(room) {
  const names = [...room.typing.values()].map(({ n }) => n);
  if (!names.length) return "";
  return names.length > 2 ? t("chat.typing_many") : t("chat.typing", { n: names.length, names: names.join(", ") });
}
