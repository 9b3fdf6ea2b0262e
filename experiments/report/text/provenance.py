"""Where results come from: versions, device, digests and dates, in words."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from experiments.study.types import Plain


def moment(text: str | None) -> str:
    """An ISO time in words.

    >>> moment("2026-11-24T10:04:30+00:00"), moment(None)
    ('2026-11-24 10:04 UTC', 'not recorded')
    """
    if not text:
        return "not recorded"
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time.tzinfo else f"{time:%Y-%m-%d %H:%M}"


def provenance(manifest: Mapping[str, Plain], seconds: float, *, stacked: bool = False) -> list[tuple[str, str]]:
    """(label, text) pairs. seconds: training time summed over trials, NaN where none is known.

    stacked: whether any trials were trained as stacks, of whose time each trial has its share.
    """
    share = "; a stack’s time is shared out over its trials" if stacked else ""
    versions = manifest.get("versions") or {}
    rows = [
        ("Started", moment(manifest.get("started"))),
        ("Ended", moment(manifest.get("ended"))),
        (
            "Training time, summed over trials",
            f"{duration(seconds)}{share}" if math.isfinite(seconds) else "not recorded",
        ),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items()) or "not recorded"),
        ("Backend", manifest.get("backend") or "not recorded"),
        ("Machine", ", ".join(filter(None, [manifest.get("machine"), manifest.get("device")])) or "not recorded"),
        ("Code revision", manifest.get("git_revision") or "not recorded"),
        ("Digest of the study", manifest.get("digest") or "not recorded"),
        ("Digest of the data", manifest.get("data_digest") or "not recorded"),
    ]
    return [(label, str(text)) for label, text in rows]


def duration(seconds: float) -> str:
    """A time span in words.

    >>> duration(42.4), duration(270), duration(7320)
    ('42 s', '4 min 30 s', '2 h 2 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
