"""The second look, built from the settings: nothing where none is set, a pinned model where one is."""

from __future__ import annotations

import time

import structlog

from veillee.outside.model import ModelFailed, ModelUnpinned, Pin, SecondReader, shipped_policy
from veillee.settings import FILE, Settings, SettingsInvalid

log = structlog.get_logger("second_look")


async def build_second_reader(settings: Settings) -> SecondReader | None:
    """The reader of `[model]`, or None where no url is set. Raises `SettingsInvalid` for a model without its pin, for
    one that the endpoint serves with other weights, and for a policy that cannot be read. An endpoint that is away is
    no reason not to start: rules decide alone until it answers."""
    told = settings.model
    if not told.url:
        return None
    try:
        policy = (settings.folder / told.policy).read_text("utf-8") if told.policy else shipped_policy()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"model.policy in {FILE} cannot be read: {error}.") from error
    try:
        pin = Pin(told.id, told.sha256)
    except ModelUnpinned as error:
        raise SettingsInvalid(f"{error} ({FILE}).") from error
    reader = SecondReader(told.url, pin, policy, time.perf_counter, told.timeout_ms / 1000, told.key)
    try:
        if not await reader.confirm():
            log.warning("the endpoint tells no hash: the pinned weights are unconfirmed", model=told.id)
    except ModelUnpinned as error:
        await reader.close()
        raise SettingsInvalid(f"{error} ({FILE}).") from error
    except ModelFailed as error:
        log.warning("the second look is away", why=str(error))
    return reader
