"""What a refusal looks like to whoever was refused: one shape everywhere, a sentence in their language.

Every sentence says what, until when, what to do (PRODUCT.md §4.11). `{n}` `{s}` `{h}` `{r}` `{d}` are filled from
the refusal's parameters; a sentence never contains the text that was judged, nor a private term.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from veillee.model.errors import Code, Refused

LANGUAGES = ("fr", "en")

_FR: Mapping[Code, str] = {
    Code.BAD_FRAME: "Cette demande n'a pas pu être lue.",
    Code.BAD_REQUEST: "Cette demande est incomplète ou mal formée.",
    Code.THINK_AGAIN: "Ce message peut blesser. Relisez-le : vous pouvez le modifier, ou l'envoyer tel quel.",
    Code.UNAUTHENTICATED: "Entrez d'abord avec un pseudo.",
    Code.FORBIDDEN: "Vous n'avez pas accès à cela.",
    Code.NOT_FOUND: "Cela n'existe pas, ou n'existe plus.",
    Code.ROOM_FULL: "Le salon est complet ({n}). Une place se libère souvent en quelques minutes.",
    Code.ROOM_CLOSED: "Ce salon est fermé pour l'instant. Revenez à l'ouverture.",
    Code.READ_ONLY: "Ce salon est en lecture seule pour vous.",
    Code.MUTED: "Vous êtes en silence jusqu'à {h} (règle {r}). Vous pouvez contester.",
    Code.SUSPENDED: "Accès suspendu jusqu'au {d} (règle {r}). Vous pouvez contester.",
    Code.SLOW_MODE: "Mode lent : un message attend déjà. Réessayez dans {n} s.",
    Code.RATE_LIMITED: "Doucement ! Réessayez dans {n} s.",
    Code.TOO_LONG: "Message trop long : {n} caractères de trop.",
    Code.EMPTY: "Ce message est vide.",
    Code.KEY_REUSED: "Cette clé d'envoi a déjà servi pour un autre message.",
    Code.NICK_TAKEN: "Ce pseudo est déjà pris. Essayez « {s} ».",
    Code.NICK_INVALID: "De 2 à 24 caractères, lettres, chiffres, - et _.",
    Code.NICK_RESERVED: "Ce pseudo est réservé. Si c'est le vôtre, saisissez votre phrase de reprise.",
    Code.NICK_REFUSED: "Ce pseudo n'est pas accepté ici. Choisissez-en un autre.",
    Code.RULES_NEEDED: "Cochez la case pour accepter les règles.",
    Code.LINK_NOT_ALLOWED: "Les liens ne sont pas admis ici.",
    Code.IMAGE_NOT_ALLOWED: "Les images ne sont pas admises ici.",
    Code.DM_CLOSED: "Cette personne ne reçoit pas de demandes.",
    Code.DM_PENDING: "Demande déjà envoyée. Attendez la réponse.",
    Code.DM_COOLDOWN: "Nouvelle demande possible dans {h}.",
    Code.BLOCKED_CONTENT: "Ce message n'est pas passé : il contient quelque chose qui n'est pas accepté ici. "
    "Modifiez-le, ou contestez.",
    Code.HELD: "Votre message attend la validation de l'équipe.",
    Code.EDIT_EXPIRED: "Modification possible pendant 10 min seulement. Vous pouvez encore le supprimer.",
    Code.CALM_MODE: "Mode calme jusqu'à {h} : pas de liens, d'images ni de demandes privées.",
    Code.GUARDED: "Personne ne veille en ce moment : les liens attendent le retour de l'équipe.",
    Code.CONFLICT: "Quelqu'un d'autre a traité ce dossier entre-temps. Rechargez la page.",
    Code.MAINTENANCE: "Mise à jour en cours, retour dans une minute.",
    Code.INTERNAL: "Une erreur est survenue. Rien n'est perdu : réessayez.",
}

_EN: Mapping[Code, str] = {
    Code.BAD_FRAME: "This request could not be read.",
    Code.BAD_REQUEST: "This request is incomplete or malformed.",
    Code.THINK_AGAIN: "This message may hurt. Read it again: you can change it, or send it as it is.",
    Code.UNAUTHENTICATED: "Enter with a nickname first.",
    Code.FORBIDDEN: "You do not have access to this.",
    Code.NOT_FOUND: "This does not exist, or no longer does.",
    Code.ROOM_FULL: "The room is full ({n}). A place usually frees up within minutes.",
    Code.ROOM_CLOSED: "This room is closed for now. Come back when it opens.",
    Code.READ_ONLY: "This room is read-only for you.",
    Code.MUTED: "You are muted until {h} (rule {r}). You can appeal.",
    Code.SUSPENDED: "Access suspended until {d} (rule {r}). You can appeal.",
    Code.SLOW_MODE: "Slow mode: a message is waiting already. Try again in {n} s.",
    Code.RATE_LIMITED: "Slow down. Try again in {n} s.",
    Code.TOO_LONG: "Message too long by {n} characters.",
    Code.EMPTY: "This message is empty.",
    Code.KEY_REUSED: "This key was used for another message.",
    Code.NICK_TAKEN: 'This nickname is taken. Try "{s}".',
    Code.NICK_INVALID: "2 to 24 characters: letters, digits, - and _.",
    Code.NICK_RESERVED: "This nickname is reserved. If it is yours, enter your recovery phrase.",
    Code.NICK_REFUSED: "This nickname is not accepted here. Choose another one.",
    Code.RULES_NEEDED: "Tick the box to accept the rules.",
    Code.LINK_NOT_ALLOWED: "Links are not allowed here.",
    Code.IMAGE_NOT_ALLOWED: "Images are not allowed here.",
    Code.DM_CLOSED: "This person is not accepting requests.",
    Code.DM_PENDING: "Request already sent. Wait for an answer.",
    Code.DM_COOLDOWN: "You can ask again in {h}.",
    Code.BLOCKED_CONTENT: "This message was not sent: it contains something not accepted here. Edit it or appeal.",
    Code.HELD: "Your message is awaiting review.",
    Code.EDIT_EXPIRED: "Editing is limited to 10 min. You can still delete it.",
    Code.CALM_MODE: "Calm mode until {h}: no links, images or private requests.",
    Code.GUARDED: "Nobody is watching right now: links wait until the team is back.",
    Code.CONFLICT: "Somebody else handled this case in the meantime. Reload the page.",
    Code.MAINTENANCE: "Updating, back in a minute.",
    Code.INTERNAL: "Something went wrong. Nothing is lost: try again.",
}

_NO_ROOM = {"fr": "Ce salon n'existe pas ou a fermé.", "en": "This room does not exist or has closed."}
_SENTENCES: Mapping[str, Mapping[Code, str]] = {"fr": _FR, "en": _EN}


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: Code, language: str, params: Mapping[str, object] | None = None) -> str:
    """What happened and what to do, in `language` (English for anything but French)."""
    spoken = "fr" if language.startswith("fr") else "en"
    if code is Code.NOT_FOUND and (params or {}).get("what") == "room":
        return _NO_ROOM[spoken]
    words = _SENTENCES[spoken]
    return words[code].format_map(_Lenient(params or {}))


def body(refused: Refused, language: str, secret: str | None = None) -> dict[str, Any]:
    """The `err` of a refusal: `c`, `m`, and `retry`, `until` (Unix ms), `case`, `code`, `confirm` where known."""
    params: dict[str, object] = dict(refused.params)
    if refused.retry is not None:
        params.setdefault("n", math.ceil(refused.retry))
    error: dict[str, Any] = {"c": refused.code.value, "m": sentence(refused.code, language, params)}
    if refused.retry is not None:
        error["retry"] = round(refused.retry, 1)
    if (until := refused.params.get("until")) is not None:
        error["until"] = until
    if refused.case is not None:
        error["case"] = refused.case
    if (code := secret or refused.secret) is not None:
        error["code"] = code
    if refused.confirm is not None:
        error["confirm"] = refused.confirm
    return error
