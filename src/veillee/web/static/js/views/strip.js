// What is the matter with the connection or with one's rights here: a strip, never a wall.

import { fullMoment, t } from "../words.js";
import { Button, html, Icon } from "./html.js";

export function Strip({ client, room }) {
  const { state } = client.connection;
  const strips = [];
  if (state === "waiting" || (state === "connecting" && client.wasLost)) {
    strips.push(html`<div class="strip strip-lost" role="status" key="lost">
      <${Icon} name="wifi-off" /><span>${t("connection.lost")}</span>
      <${Button} kind="button-small" label=${t("connection.now")} onClick=${() => client.connection.hurry()} />
    </div>`);
  } else if (client.caughtUp) {
    strips.push(html`<div class="strip strip-back" role="status" key="back"><${Icon} name="check" /><span>${t("connection.back")}</span></div>`);
  }
  if (room?.note === "gap") {
    strips.push(html`<div class="strip" role="status" key="gap"><${Icon} name="info" /><span>${t("connection.gap")}</span>
      <${Button} only icon="x" kind="button-small button-quiet" label=${t("common.close")} onClick=${() => {
        room.note = null;
        client.changed();
      }} /></div>`);
  }
  for (const sanction of client.sanctions) {
    if (sanction.room && room && sanction.room !== room.slug) continue;
    strips.push(html`<${Sanction} key=${sanction.id} sanction=${sanction} />`);
  }
  for (const item of client.news) {
    const what = item.outcome.startsWith("appeal") ? "appeal" : item.role;
    strips.push(html`<div class="strip" role="status" key=${item.id}><${Icon} name="bell" />
      <span>${t(`chat.news_${what}`)} <span class="case">${t("chat.case", { case: item.case })}</span></span>
      <a class="button button-small" href=${`/suivi/${item.code}`} target="_blank" rel="noopener">${t("chat.see")}</a>
      <${Button} only icon="x" kind="button-small button-quiet" label=${t("common.close")} onClick=${() => client.reading(item.id)} /></div>`);
  }
  if (room?.info?.guarded) {
    strips.push(html`<div class="strip" key="guarded"><${Icon} name="shield" /><span>${t("chat.guarded")}</span></div>`);
  }
  return strips;
}

function Sanction({ sanction }) {
  const { until, kind } = sanction;
  return html`<div class="strip strip-sanction" role="status">
    <${Icon} name="gavel" />
    <span>${t(`chat.sanction_${kind}`, { until: until ? fullMoment(until) : "" })}${sanction.case && html` <span class="case">${t("chat.case", { case: sanction.case })}</span>`}</span>
    ${sanction.code && html`<a class="button button-small" href=${`/suivi/${sanction.code}`}>${t("chat.see_appeal")}</a>`}
  </div>`;
}
