// The end of a visit that one did not choose: why, until when, what to do.

import { fullMoment, has, t } from "../words.js";
import { Button, html, Icon } from "./html.js";

/** `bye`: what the server said before it closed; `code`: the close code. */
export function Bye({ bye, code }) {
  const banned = bye !== null || code === 4403;
  const key = has(`connection.stop_${code}`) ? `stop_${code}` : "stop_other";
  return html`<main class="bye" id="main" tabindex="-1">
    <div class="card stack">
      <h1><${Icon} name=${banned ? "gavel" : "door-open"} /> ${t(banned ? "connection.bye_title" : "connection.stop_title")}</h1>
      <p>${t(banned ? "connection.stop_4403" : `connection.${key}`)}</p>
      ${bye?.until && html`<p>${t("connection.bye_until", { until: fullMoment(bye.until) })}</p>`}
      ${bye?.case && html`<p class="case">${t("chat.case", { case: bye.case })}</p>`}
      <div class="row">
        ${bye?.code && html`<a class="button button-primary" href=${`/suivi/${bye.code}`}>${t("chat.see_appeal")}</a>`}
        ${!banned && (code === 4100 ? html`<a class="button button-primary" href="/">${t("connection.enter_again")}</a>` : html`<${Button} kind="button-primary" label=${t("connection.reload")} onClick=${() => location.reload()} />`)}
      </div>
    </div>
  </main>`;
}

/** A room that one cannot be in now. */
export function Trouble({ trouble, onBack }) {
  return html`<div class="trouble"><div class="card stack" role="alert">
    <h2><${Icon} name="lock" /> ${t("chat.room_trouble")}</h2>
    <p>${trouble.m}</p>
    ${trouble.case && html`<p class="case">${t("chat.case", { case: trouble.case })}</p>`}
    <div class="row">
      ${trouble.code && html`<a class="button button-primary" href=${`/suivi/${trouble.code}`}>${t("chat.see_appeal")}</a>`}
      <${Button} label=${t("chat.other_rooms")} onClick=${onBack} />
    </div>
  </div></div>`;
}
