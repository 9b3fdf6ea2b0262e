"""The command line `ablations`. Everything heavy is imported inside a command."""

import os
import re
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.export.formats import choices

if TYPE_CHECKING:
    from experiments.runner import Summary
    from experiments.study import Study

# a user's own module may bring TensorFlow along, which would talk into the terminal
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

DONE, SOME_FAILED, WRONG_REQUEST, INTERRUPTED = 0, 1, 2, 130


class _Group(click.Group):
    """Turns a RequestError into its lines on standard error and exit status 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ValueError as error:
            from experiments.errors import RequestError

            if not isinstance(error, RequestError):
                raise
            click.echo(f"ablations: {error}", err=True)
            context.exit(WRONG_REQUEST)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="keras-ablations")
def main() -> None:
    """Ablation studies for Keras: does this activation, loss, regularizer or learning rate help?

    A STUDY is the path of a .toml file, or the name of a study that `ablations list` shows.
    """


_results = click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of results.",
)
_reports = click.option(
    "--reports",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder of reports.",
)


class _Duration(click.ParamType):
    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|h|)", str(value))
        if not found or float(found[1]) == 0:
            self.fail(f"got {value!r}, allowed is a time such as 90s, 30m or 2h", param, ctx)
        return float(found[1]) * {"s": 1, "m": 60, "h": 3600, "": 1}[found[2]]


@main.command("list")
def list_studies() -> None:
    """Studies that come with the project, and what a study may name."""
    from experiments import catalog, study_file

    click.echo("Studies (run one with `ablations run NAME`):")
    for path in study_file.default_studies():
        study = study_file.load(path)
        click.echo(f"  {study.name:<24}{len(study.trials):>5} trials  {study.question}")
    tables = {"tasks": catalog.TASKS, "models": catalog.MODELS} | {f"{k}": v for k, v in catalog.PARTS.items()}
    for title, parts in tables.items():
        click.echo(f"\n{title[0].upper()}{title[1:]}:")
        for name, part in parts.items():
            settings = ", ".join(f"{key} = {setting.default}" for key, setting in part.settings.items())
            heads = f"  [{', '.join(part.heads)}]" if part.heads else ""
            click.echo(f"  {name:<24}{settings}{heads}".rstrip())


@main.command()
@click.argument("studies", nargs=-1, required=True, metavar="STUDY...")
@_results
@click.option(
    "--engine",
    type=click.Choice(["auto", "fused", "serial"]),
    default="auto",
    help="auto: as stacks what can be, the rest one by one; fused: refuse the rest.",
)
@click.option("--seeds", type=int, help="How many seeds, from 0.")
@click.option("--epochs", type=int, help="Epochs of every trial.")
@click.option("--only", multiple=True, metavar="FACTOR=LEVEL,…", help="Only these levels of a factor.")
@click.option("--max-time", type=_Duration(), metavar="TIME", help="Stop in time, e.g. 30m, with whole seeds.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes; by default as many as is fastest here.")
@click.option("--fresh", is_flag=True, help="Set old results aside and start anew.")
@click.option("--retry-failed", is_flag=True, help="Train failed trials again.")
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    help="File for what libraries print.  [default: RESULTS/log.txt]",
)
@click.option("--dry-run", is_flag=True, help="Say how many trials, and how long they take here.")
@click.option("--skip-unavailable", is_flag=True, help="Skip a study whose data can't be had, and say so.")
def run(
    studies: tuple[str, ...], results: Path, engine: str, seeds: int | None, epochs: int | None,
    only: tuple[str, ...], max_time: float | None, workers: int | None, fresh: bool, retry_failed: bool,
    log: Path | None, dry_run: bool, skip_unavailable: bool,
) -> None:  # fmt: skip
    """Train what the studies' results lack. Run again to go on; more seeds or levels extend."""
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments import runner as runs
    from experiments.errors import TaskUnavailable
    from experiments.train import layout
    from experiments.train.workers import Workers

    asked = [_asked(one, seeds, epochs, only) for one in studies]
    if log:
        _guarded(lambda: _opened(log), log)
    default_log = Path(os.devnull) if dry_run else results / "log.txt"  # a dry run writes nothing
    pool = Workers(workers or layout.most(), log or default_log, chooses=not workers)
    signal.signal(signal.SIGTERM, _interrupt)
    status = DONE
    try:
        for study in asked:
            try:
                if dry_run:
                    layout.arrange(pool, measure=False)
                    _estimate(study, results, pool, engine)
                    continue
                summary = runs.run(
                    study,
                    results,
                    pool,
                    deadline=deadline,
                    engine=engine,
                    fresh=fresh,
                    retry_failed=retry_failed,
                    say=click.echo,
                )
            except TaskUnavailable as error:
                if not skip_unavailable:
                    raise
                click.echo(f"{study.name}: skipped: {error}")
                continue
            _tell(summary, pool.count)
            status = max(status, SOME_FAILED if summary.failed else DONE)
            if summary.stopped == "interrupted":
                sys.exit(INTERRUPTED)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    finally:
        pool.stop()
    sys.exit(status)


@main.command()
@click.argument("study", metavar="STUDY")
@_results
@_reports
@click.option("--tuner", default="random", help="random, grid, bayesian or hyperband.  [default: random]")
@click.option("--max-trials", type=click.IntRange(1), help="How many cells.  [default: 20; grid, hyperband: their own]")
@click.option("--seeds", type=int, help="How many seeds a cell is trained with, from 0.  [default: the study's]")
@click.option("--objective", help="What is searched for, e.g. validation_accuracy.  [default: the first metric]")
@click.option("--seed", type=click.IntRange(0), default=0, help="Of the search itself.  [default: 0]")
@click.option("--together", type=click.IntRange(1), help="Cells asked for at once.  [default: bayesian 8, others all]")
@click.option("--engine", type=click.Choice(["auto", "fused", "serial"]), default="auto", help="As of run.")
@click.option("--epochs", type=int, help="Epochs of every trial; of Hyperband the most.")
@click.option("--max-time", type=_Duration(), metavar="TIME", help="Stop in time, e.g. 30m.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes; by default as many as is fastest here.")
@click.option("--fresh", is_flag=True, help="Set old results aside and start anew.")
def tune(
    study: str, results: Path, reports: Path, tuner: str, max_trials: int | None, seeds: int | None,
    objective: str | None, seed: int, together: int | None, engine: str, epochs: int | None,
    max_time: float | None, workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Search a study's factors with one of keras-tuner's oracles, and report. Run again to go on."""
    deadline = None if max_time is None else time.monotonic() + max_time
    asked = _asked(study, seeds, epochs, ())
    _guarded(lambda: _opened(results / "log.txt"), results)
    from experiments.quiet import errors_into
    from experiments.tune.search import Search

    search = Search(
        asked,
        tuner,
        max_trials=max_trials or (20 if tuner in ("random", "bayesian") else None),
        objective=objective,
        seed=seed,
        together=together,
    )

    def grow(rows: list[dict[str, Any]]) -> "Study | None":
        with errors_into(results / "log.txt"):
            return search.next(rows)

    summary = _carried_out(search.study, results, workers, deadline=deadline, engine=engine, fresh=fresh, grow=grow)
    from experiments.report.results import study_folders
    from experiments.report.searches import searches_of

    same_space = searches_of(summary.folder, study_folders(results))  # each one's page shows the others
    _written([one.results.study.name for one in same_space], results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)


@main.command()
@click.argument("study", metavar="STUDY")
@_results
@_reports
@click.option("--top", type=click.IntRange(1), default=3, help="How many of the best cells.  [default: 3]")
@click.option("--seeds", type=click.IntRange(2), default=20, help="How many fresh seeds.  [default: 20]")
@click.option("--engine", type=click.Choice(["auto", "fused", "serial"]), default="auto", help="As of run.")
@click.option("--max-time", type=_Duration(), metavar="TIME", help="Stop in time, e.g. 30m, with whole seeds.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes; by default as many as is fastest here.")
@click.option("--fresh", is_flag=True, help="Set old results aside and start anew.")
def confirm(
    study: str, results: Path, reports: Path, top: int, seeds: int, engine: str, max_time: float | None,
    workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Train again, on fresh seeds, what a study or a search showed: what chose it is too good.

    The best cells, the baseline, and every level that the study compares, each at the rate that suited it best.
    """
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments.evidence.confirm import best_of_search, best_of_study, confirmation, write_confirmation
    from experiments.evidence.source import read_source
    from experiments.report.findings import Findings
    from experiments.report.results import read_results

    name = _study_name(study)
    source = read_source(results, name)
    if source.study.search:
        best = best_of_search(source, top)
        cells = list(best["cell"])
    else:
        best, cells = best_of_study(Findings(read_results(results / name)), top)
    again = confirmation(source, cells, seeds)
    summary = _carried_out(again, results, workers, deadline=deadline, engine=engine, fresh=fresh)
    for line in write_confirmation(source, best, summary.folder):
        click.echo(line)
    pages = [again.name, name] if source.study.search else [name]
    _written(pages, results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)


@main.command()
@click.argument("study", metavar="STUDY")
@_results
@_reports
@click.option("--comparisons", type=click.IntRange(2), default=200, help="How many.  [default: 200]")
@click.option("--seeds", type=click.IntRange(2), help="Seeds of each.  [default: as many as the study has, at most 20]")
@click.option("--engine", type=click.Choice(["auto", "fused", "serial"]), default="auto", help="As of run.")
@click.option("--max-time", type=_Duration(), metavar="TIME", help="Stop in time, e.g. 30m, with whole seeds.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes; by default as many as is fastest here.")
@click.option("--fresh", is_flag=True, help="Set old results aside and start anew.")
def calibrate(
    study: str, results: Path, reports: Path, comparisons: int, seeds: int | None, engine: str,
    max_time: float | None, workers: int | None, fresh: bool,
) -> None:  # fmt: skip
    """Compare a study's baseline with itself, many times: is a difference found where there is none?

    The two sides of a comparison differ in their initial weights alone. Then the smallest effect of interest is
    planted in one side, and the share that finds it is held to the power that was predicted.
    """
    deadline = None if max_time is None else time.monotonic() + max_time
    from experiments.evidence.calibrate import calibration, cell_to_compare, write_calibration
    from experiments.evidence.source import read_source
    from experiments.report.findings import Findings
    from experiments.report.results import read_results

    name = _study_name(study)
    source = read_source(results, name)
    cell = cell_to_compare(Findings(read_results(results / name)))
    again = calibration(source, cell, comparisons, seeds or min(max(len(source.seeds), 2), 20))
    summary = _carried_out(again, results, workers, deadline=deadline, engine=engine, fresh=fresh)
    click.echo(write_calibration(again, summary.folder))
    _written([name], results, reports)
    sys.exit(SOME_FAILED if summary.failed else DONE)


def _carried_out(study: "Study", results: Path, workers: int | None, **options: Any) -> "Summary":
    """Train one study, and say what came of it; the command ends here where it was interrupted."""
    from experiments import runner as runs
    from experiments.train import layout
    from experiments.train.workers import Workers

    pool = Workers(workers or layout.most(), results / "log.txt", chooses=not workers)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        summary = runs.run(study, results, pool, say=click.echo, **options)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    finally:
        pool.stop()
    _tell(summary, pool.count)
    if summary.stopped == "interrupted":
        sys.exit(INTERRUPTED)
    return summary


def _opened(log: Path) -> Path:
    """A log's path, once it is sure that it can be written."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.open("ab").close()
    return log


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _asked(place: str, seeds: int | None, epochs: int | None, only: tuple[str, ...]) -> "Study":
    from experiments import study_file
    from experiments.errors import RequestError

    study = study_file.load(place)
    study = study if seeds is None else study.with_seeds(seeds, "--seeds")
    study = study if epochs is None else study.with_epochs(epochs)
    for one in only:
        factor, found, levels = one.partition("=")
        if not found:
            raise RequestError(f'--only: got "{one}", allowed is FACTOR=LEVEL,LEVEL…')
        # commas inside brackets belong to a level, as in elastic_net(l1=0.1, l2=0.1)
        study = study.only(factor, re.split(r",\s*(?![^()]*\))", levels))
    return study


def _tell(summary: "Summary", workers: int) -> None:
    from experiments.runner import resume_hint

    counts = ", ".join(f"{count} {status}" for status, count in sorted(summary.statuses.items(), reverse=True))
    click.echo(f"{summary.study.name}: {summary.trained} trials trained now; in all {counts or 'none'}")
    if summary.stopped:
        click.echo(resume_hint(summary, workers))
    if summary.failed:
        click.echo(
            f"{summary.failed} trials failed; their errors are in trials.csv, --retry-failed tries again",
            err=True,
        )
    click.echo(summary.folder / "trials.csv")


def _estimate(study: "Study", results: Path, pool: Any, engine: str) -> None:
    from experiments.estimate import estimate

    click.echo(estimate(study, results, pool, engine))


@main.command()
@click.argument("studies", nargs=-1, metavar="[STUDY...]")
@_results
@_reports
@click.option("--paper", is_flag=True, help="Write tables as LaTeX and figures as PDF too, in REPORTS/STUDY/paper.")
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="PLACE",
              help="Folder of a keras-tuner project, or a CSV: read its trials and report them.")  # fmt: skip
@click.option("--name", "called", help="With --from: what the results are called.  [default: that of PLACE]")
@click.option("--objective", help="With --from: what was searched for, e.g. val_accuracy.  [default: as scores show]")
@click.option("--factors", help="With --from a CSV: the columns that were varied, e.g. activation,loss.")
@click.option("--score", help="With --from a CSV: the column that is compared.")
@click.option("--seed", help="With --from a CSV: the column of seeds, where it has one.")
@click.option("--direction", type=click.Choice(["max", "min"]), help="With --from a CSV: which scores are better.")
def report(studies: tuple[str, ...], results: Path, reports: Path, paper: bool, source: Path | None,
           called: str | None, **reading: str | None) -> None:  # fmt: skip
    """Write pages from results: of the studies named, or of all; and an index of them."""
    from experiments.errors import RequestError, nearest
    from experiments.report.changes import changes
    from experiments.report.results import study_folders

    if source is not None:
        if studies:
            raise RequestError(f'--from: reads one place and takes no STUDY, got "{studies[0]}"; leave out either')
        _written([_read_from(source, called, reading, results)], results, reports, paper=paper)
        return
    for option, value in {"name": called, **reading}.items():
        if value is not None:
            raise RequestError(f'--{option}: got "{value}", allowed with --from only')
    found = [folder.name for folder in study_folders(results)]
    names = [_study_name(one) for one in studies] or found
    if not names:
        raise RequestError(f"{results}: no results there; `ablations run STUDY` makes some")
    for name in names:
        if name not in found:
            hint = nearest(name, found)
            raise RequestError(f"{results / name}: no results there{hint} `ablations run {name}` makes some")
    _written(names, results, reports, paper=paper)
    for line in filter(None, (changes(results / name) for name in names)):
        click.echo(line, err=True)


def _read_from(source: Path, name: str | None, reading: dict[str, str | None], results: Path) -> str:
    """Write the results of another tool as results of ours; what they are called."""
    from experiments.imported.source import read_source
    from experiments.imported.writer import check_free, name_for, write_imported

    called = name_for(source, name)
    check_free(results, called, source)
    imported = read_source(source, **reading)
    options = {"from": source, "name": name, **reading}
    told = [text for option, value in options.items() if value is not None for text in (f"--{option}", str(value))]
    command = shlex.join(["ablations", "report", *told])
    folder = _guarded(lambda: write_imported(imported, results, called, command), results)
    for note in imported.notes:
        click.echo(note, err=True)
    click.echo(folder / "trials.csv")
    return called


def _written(names: list[str], results: Path, reports: Path, **options: Any) -> None:
    """Write the pages of some studies, and the index; say where."""
    from experiments.report.index_page import write_index
    from experiments.report.study_page import write_study_report

    for name in names:
        click.echo(_guarded(lambda name=name: write_study_report(results / name, reports, **options), reports))
    click.echo(_guarded(lambda: write_index(reports, results), reports))


def _guarded(write: Callable[[], Path], folder: Path) -> Path:
    from experiments.errors import RequestError

    try:
        return write()
    except OSError as error:
        raise RequestError(f"{error.filename or folder}: can't be written: {error.strerror or error}") from None


def _study_name(place: str) -> str:
    from experiments import study_file

    return study_file.load(place).name if place.endswith(".toml") else place


@main.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@_results
@_reports
def compare(first: str, second: str, results: Path, reports: Path) -> None:
    """What changed between two studies or runs: in the request, in versions, in results.

    A and B are names of studies, folders within the results (such as my-study.1), or paths of such folders.
    """
    from experiments.report.comparison_page import write_comparison

    folders = [
        Path(one) if Path(one, "manifest.json").is_file() else results / _study_name(one) for one in (first, second)
    ]
    click.echo(_guarded(lambda: write_comparison(*folders, reports), reports))


@main.command()
@click.argument("factor", metavar="FACTOR")
@click.argument("studies", nargs=-1, metavar="STUDY STUDY...")
@_results
@_reports
def rank(factor: str, studies: tuple[str, ...], results: Path, reports: Path) -> None:
    """Which levels of a factor rank better over several studies, each of another task."""
    from experiments.report.ranks_page import write_ranks

    folders = [results / _study_name(one) for one in studies]
    click.echo(_guarded(lambda: write_ranks(factor, folders, reports), reports))


@main.command()
@click.argument("study", metavar="STUDY")
@_results
@click.option("--to", "form", default="tensorboard", help=f"{choices()}.  [default: tensorboard]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder.  [default: RESULTS/STUDY/export/FORM]")
def export(study: str, results: Path, form: str, out: Path | None) -> None:
    """Write results in the form of another tool: a trial is a run, seeds of a cell are a group."""
    from experiments.export.formats import told, write_export

    folder = results / _study_name(study)
    target = out or folder / "export" / form
    click.echo(_guarded(lambda: write_export(folder, form, target), target))
    click.echo(told(form, target))


@main.command()
@_results
@_reports
def gallery(results: Path, reports: Path) -> None:
    """Draw and measure the parts of `custom` beside Keras' own: a page in a minute or two."""
    log = results / "log.txt"
    _guarded(lambda: _opened(log), log)
    from experiments.quiet import errors_into
    from experiments.report.index_page import write_index

    def write() -> Path:
        with errors_into(log):
            from experiments.gallery.page import write_gallery

            return write_gallery(reports, click.echo)

    click.echo(_guarded(write, reports))
    click.echo(_guarded(lambda: write_index(reports, results), reports))


@main.command()
@_results
def doctor(results: Path) -> None:
    """What this machine has: versions, backend, data sets, space; and what is wrong with it."""
    from experiments.doctor import examine

    lines, wrong = examine(results)
    click.echo("\n".join(lines))
    sys.exit(WRONG_REQUEST if wrong else DONE)
