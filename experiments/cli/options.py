"""Options that commands share."""

import re
from pathlib import Path

import click

from experiments.train.executors.catalog import DEFAULT, EXECUTORS

results_folder = click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of results.",
)
reports_folder = click.option(
    "--reports",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder of reports.",
)

_LONGEST = 366 * 24 * 3600.0  # seconds of a run


# pyrefly: ignore[implicit-any-type-argument] - click 8.3 has no types to give it
class Duration(click.ParamType):
    """A time such as 90s, 30m or 2h, in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds; a usage error for anything else."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|h|)", str(value))
        seconds = float(found[1]) * {"s": 1, "m": 60, "h": 3600, "": 1}[found[2]] if found else 0.0
        if not 0 < seconds <= _LONGEST:
            self.fail(f"got {value!r}, allowed is a time such as 90s, 30m or 2h", param, ctx)
        return seconds


engine = click.option(
    "--engine",
    type=click.Choice(["auto", "fused", "serial"]),
    default="auto",
    help="How trials are trained, as in run.",
)
max_time = click.option(
    "--max-time", type=Duration(), metavar="TIME", help="Stop within this time, e.g. 30m, after whole seeds."
)
workers = click.option(
    "--workers", type=click.IntRange(1, 1024), help="Worker processes; by default as many as is fastest here."
)
executor = click.option(
    "--executor",
    "executor_name",
    metavar="NAME",
    default=DEFAULT,
    show_default=True,
    help=f"Where trials run: {', '.join(EXECUTORS)}.",
)
fresh = click.option("--fresh", is_flag=True, help="Set old results aside and start anew.")
