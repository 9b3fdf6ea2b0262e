"""`ablations` called in this process."""

from click.testing import CliRunner

from experiments import cli


def call(*arguments, status=0):
    result = CliRunner().invoke(cli.main, arguments, prog_name="ablations")
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
