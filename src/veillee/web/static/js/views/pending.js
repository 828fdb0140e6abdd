// A message on its way, or one that did not pass: what became of it, and what its author can do.

import { Avatar, Button, html, hueOf, Icon } from "./html.js";
import { t } from "../words.js";

const ICONS = { held: "hourglass", refused: "circle-x", failed: "circle-alert", think: "message-square-warning" };

export function Pending({ entry, me, first, offline, now, on }) {
  const { state } = entry;
  const quiet = state === "sent" || state === "sending";
  return html`<li role="article" class="msg mine pending pending-${state} ${first ? "first" : ""}" id=${`k-${entry.k}`}>
    <div class="gutter">${first && html`<${Avatar} u=${me.u} n=${me.n} />`}</div>
    <div class="said">
      ${first && html`<p class="who"><b class="nick ${hueOf(me.u)}" dir="auto">${me.n}</b><span class="you">${t("chat.you")}</span></p>`}
      <p class="body" dir="auto">${entry.b}</p>
      ${quiet
        ? state === "sending" && html`<p class="fate fate-late small muted">${t("chat.sending")}</p>`
        : html`<div class="fate">
            <p class="fate-why">
              <${Icon} name=${ICONS[state] ?? "clock"} />
              <span>${why(entry, offline, now)}${entry.case && html` <span class="case">${t("chat.case", { case: entry.case })}</span>`}</span>
            </p>
            <div class="row fate-ways">${ways(entry, on)}</div>
          </div>`}
    </div>
  </li>`;
}

function why(entry, offline, now) {
  if (entry.state === "waiting") {
    const left = Math.ceil(((entry.until ?? 0) - now) / 1000);
    if (left > 0) return t("chat.leaves_in", { n: left });
    return offline ? t("chat.leaves_when_back") : t("chat.sending");
  }
  if (entry.state === "held") return t("chat.held");
  if (entry.state === "think") return entry.error;
  if (entry.state === "refused") return entry.error || t("chat.held_refused");
  return t("chat.not_sent", { why: entry.error });
}

function ways(entry, on) {
  const small = "button-small";
  const follow = entry.code && html`<a class="button button-small" href=${`/suivi/${entry.code}`} target="_blank" rel="noopener">${t("chat.follow")}</a>`;
  const edit = html`<${Button} kind=${small} icon="pencil" label=${t("chat.edit")} onClick=${() => on.rewrite(entry)} />`;
  const drop = html`<${Button} kind="${small} button-quiet" label=${t("chat.discard")} onClick=${() => on.discard(entry)} />`;
  switch (entry.state) {
    case "refused":
      return [
        edit,
        entry.code && html`<${Button} kind=${small} icon="scale" label=${t("chat.appeal")} onClick=${() => on.appeal(entry)} />`,
        follow,
        drop,
      ];
    case "held":
      return [follow, html`<${Button} kind="${small} button-quiet" label=${t("chat.hide")} onClick=${() => on.discard(entry)} />`];
    case "think":
      return [
        html`<${Button} kind="${small} button-primary" icon="pencil" label=${t("chat.edit")} onClick=${() => on.rewrite(entry)} />`,
        html`<${Button} kind=${small} label=${t("chat.send_anyway")} onClick=${() => on.confirm(entry)} />`,
        drop,
      ];
    case "failed":
      return [html`<${Button} kind=${small} icon="refresh-cw" label=${t("chat.retry")} onClick=${() => on.retry(entry)} />`, edit, drop];
    default:
      return [drop];
  }
}
