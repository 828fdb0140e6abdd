// One message of the stream.

import { Component } from "../../vendor/preact.js";
import { Avatar, Button, html, Icon, hueOf } from "./html.js";
import { excerpt, rich } from "./text.js";
import { clock, fullMoment, t } from "../words.js";

export class Message extends Component {
  shouldComponentUpdate(next) {
    const now = this.props;
    return ["message", "first", "current", "answered", "tools", "found"].some((name) => now[name] !== next[name]);
  }

  render({ message, first, current, found, answered, mine, nick, tools, on }) {
    const { id, u, n, b, t: at, gone, by, edited } = message;
    const keys = {
      onContextMenu: (event) => on.menu(event, message),
      onKeyDown: (event) => on.key(event, message),
      onFocus: () => on.focus(id),
    };
    const classes = `msg ${first ? "first" : ""} ${mine ? "mine" : ""} ${found ? "found" : ""}`;
    if (gone) {
      const sentence = by === "author" ? t("chat.removed_author") : t("chat.removed_moderation");
      return html`<li role="article" class="${classes} gone" id=${`m-${id}`} tabindex=${current ? 0 : -1} ...${keys}>
        <${Icon} name="minus" /><span>${by ? sentence : t("chat.removed")}</span>
      </li>`;
    }
    return html`<li
      role="article"
      class=${classes}
      id=${`m-${id}`}
      tabindex=${current ? 0 : -1}
      aria-label=${t("chat.message_label", { name: n, time: clock(at) })}
      ...${keys}
    >
      <div class="gutter">${first ? html`<${Avatar} u=${u} n=${n} />` : html`<${Time} at=${at} />`}</div>
      <div class="said">
        ${first && html`<p class="who"><b class="nick ${hueOf(u)}" dir="auto">${n}</b>${mine && html`<span class="you">${t("chat.you")}</span>`}<${Time} at=${at} /></p>`}
        ${message.re && html`<${Quote} answered=${answered} onJump=${() => on.jump(message.re)} />`}
        <p class="body" dir="auto">${rich(b, nick)}${edited ? html` <span class="edited">${t("chat.edited")}</span>` : null}</p>
      </div>
      ${tools &&
      html`<div class="tools" role="group" aria-label=${t("chat.tools")}>
        <${Button} only icon="reply" label=${t("chat.reply")} kind="button-small button-quiet" onClick=${() => on.reply(message)} />
        ${!mine && html`<${Button} only icon="flag" label=${t("chat.report")} kind="button-small button-quiet" onClick=${() => on.report(message)} />`}
        <${Button} only icon="ellipsis" label=${t("chat.more")} kind="button-small button-quiet" aria-haspopup="menu" onClick=${(event) => on.menu(event, message)} />
      </div>`}
    </li>`;
  }
}

function Time({ at }) {
  return html`<time datetime=${new Date(at).toISOString()} title=${fullMoment(at)}>${clock(at)}</time>`;
}

function Quote({ answered, onJump }) {
  return html`<button type="button" class="quote" onClick=${onJump}>
    <${Icon} name="reply" />
    <span class="visually-hidden">${t("chat.in_reply_to")}</span>
    ${answered && !answered.gone
      ? html`<b class="nick ${hueOf(answered.u)}" dir="auto">${answered.n}</b><span class="quoted" dir="auto">${excerpt(answered.b)}</span>`
      : html`<span class="quoted">${t(answered ? "chat.quote_gone" : "chat.quote_far")}</span>`}
  </button>`;
}
