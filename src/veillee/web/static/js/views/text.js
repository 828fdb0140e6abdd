// What somebody wrote, as nodes: links to follow with care, mentions marked. Never as markup.

import { html } from "./html.js";

const PIECE = /(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]])|(@[\p{L}\p{N}_-]{2,24})/gu;

export function rich(text, me) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(PIECE)) {
    parts.push(text.slice(from, match.index));
    const [piece, link] = match;
    if (link) parts.push(html`<a href=${link} target="_blank" rel="noopener noreferrer nofollow ugc">${link}</a>`);
    else parts.push(html`<span class="mention ${isMe(piece, me) ? "mention-me" : ""}">${piece}</span>`);
    from = match.index + piece.length;
  }
  parts.push(text.slice(from));
  return parts;
}

const isMe = (piece, me) => me && piece.slice(1).toLowerCase() === me.toLowerCase();

/** A line of it, for quotes and lists. */
export function excerpt(text, length = 90) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
