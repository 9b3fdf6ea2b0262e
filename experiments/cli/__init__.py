"""The command line `ablations`: one file per command, or for a few that belong together.

Everything heavy is imported late.
"""

import os

import click

from experiments.cli.compare import compare, rank
from experiments.cli.doctor import doctor
from experiments.cli.evidence import calibrate, confirm
from experiments.cli.exit_status import WRONG_REQUEST
from experiments.cli.export import export
from experiments.cli.gallery import gallery
from experiments.cli.list import list_studies
from experiments.cli.report import report
from experiments.cli.run import run
from experiments.cli.tune import tune

# a user's own module may bring TensorFlow along, which would talk into the terminal
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class _Group(click.Group):
    """Turns a RequestError into its lines on standard error and exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from experiments.errors import RequestError

            if not isinstance(error, RequestError):
                raise
            click.echo(f"ablations: {error}", err=True)
            ctx.exit(WRONG_REQUEST)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="keras-ablations")
def main() -> None:
    """Ablation studies for Keras: does this activation, loss, regularizer or learning rate help?

    A STUDY is the path of a .toml file, or the name of a study that `ablations list` shows.
    """


for _command in (list_studies, run, tune, confirm, calibrate, report, compare, rank, export, gallery, doctor):
    main.add_command(_command)
