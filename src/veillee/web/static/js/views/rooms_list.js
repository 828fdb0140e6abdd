// The rooms: which there are, how many are in them, and what one has not read.

import { useState } from "../../vendor/hooks.js";
import { language, t, when } from "../words.js";
import { html, Icon } from "./html.js";

export function countWords(count) {
  if (count === null || count === undefined) return t("common.present_few");
  return count === 0 ? t("common.present_none") : t("common.present", { n: count });
}

export function RoomsList({ client, onOpen }) {
  const [wanted, setWanted] = useState("");
  const shown = client.listing
    .filter(({ name, topic }) => `${name} ${topic}`.toLowerCase().includes(wanted.trim().toLowerCase()))
    .sort((a, b) => client.rooms.has(b.slug) - client.rooms.has(a.slug));
  return html`<div class="rooms-list">
    <div class="rooms-search">
      <label class="visually-hidden" for="room-search">${t("chat.search_rooms")}</label>
      <${Icon} name="search" />
      <input id="room-search" type="search" placeholder=${t("chat.search_rooms")} value=${wanted} onInput=${(event) => setWanted(event.target.value)} aria-keyshortcuts="Control+K" />
    </div>
    <ul>
      ${shown.map((listed) => html`<${Row} key=${listed.slug} listed=${listed} known=${client.rooms.get(listed.slug)} open=${client.active === listed.slug} onOpen=${onOpen} />`)}
    </ul>
    ${shown.length === 0 && html`<p class="muted">${t(wanted ? "chat.no_room_found" : "chat.no_room")}</p>`}
  </div>`;
}

function Row({ listed, known, open, onOpen }) {
  const count = known?.count !== undefined && known.epoch !== null ? known.count : listed.count;
  const unread = open ? 0 : (known?.unread ?? 0);
  const go = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(listed.slug);
  };
  return html`<li class="room-row ${unread ? "room-unread" : ""}">
    <a href=${`/s/${listed.slug}`} aria-current=${open ? "page" : undefined} onClick=${go}>
      <span class="room-name" dir="auto">${listed.name}</span>
      <span class="room-side">
        ${listed.last && html`<span class="room-when">${when(listed.last)}</span>`}
        ${known?.mentions > 0 && html`<span class="unread unread-mention"><${Icon} name="at-sign" label=${t("chat.mentioned")} /></span>`}
        ${unread > 0 && html`<span class="unread"><span aria-hidden="true">${unread > 99 ? "99+" : unread}</span><span class="visually-hidden">${t("chat.unread", { n: unread })}</span></span>`}
      </span>
      <span class="room-topic" dir="auto">${listed.topic}</span>
      <span class="room-facts">
        <span>${countWords(count)}</span>
        ${listed.slow > 0 && html`<span>${t("chat.badge_slow")}</span>`}
        ${listed.language !== language() && html`<span>${t(`common.language_${listed.language}`)}</span>`}
      </span>
    </a>
  </li>`;
}
