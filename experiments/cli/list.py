"""`ablations list`."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from experiments.study.catalog import Part


@click.command("list")
def list_studies() -> None:
    """List default studies, and the names that studies may use."""
    from experiments.cli.first_lines import first_line
    from experiments.study import catalog, study_file

    click.echo("Studies (run one with `ablations run NAME`):")
    for path in study_file.default_studies():
        study = study_file.load(path)
        click.echo(f"  {study.name:<24}{len(study.trials):>5} trials  {study.question}")
    told = {
        "Recipes (how a kind of network is trained and scored)": catalog.RECIPES,
        "Tasks": catalog.TASKS,
        "Data factors (of every task that they fit)": catalog.DATA_FACTORS,
        "Models": catalog.MODELS,
    }
    for title, parts in told.items():
        click.echo(f"\n{title}:")
        for name, part in parts.items():
            recipe = getattr(part, "recipe", catalog.SUPERVISED)
            by = [f"recipe {recipe}"] if recipe != catalog.SUPERVISED else []
            settings = ", ".join([*by, _settings(part)] if part.settings else by)
            click.echo(f"  {name:<24}{first_line(part.target)}{f'  ({settings})' if settings else ''}")
    for title, parts in catalog.PARTS.items():
        click.echo(f"\n{title.capitalize()}:")
        for name, part in parts.items():
            heads = f"  [{', '.join(part.heads)}]" if part.heads else ""
            click.echo(f"  {name:<24}{_settings(part)}{heads}".rstrip())
    click.echo("\nHeads (what a model's outputs are):")
    for name, head in catalog.HEADS.items():
        click.echo(f"  {name:<24}{head.about}")
    click.echo("\nMetrics (besides any of Keras and your own):")
    for name, metric in catalog.METRICS.items():
        click.echo(f"  {name:<28}{metric.about}  [{', '.join(metric.heads)}]")


def _settings(part: "Part") -> str:
    return ", ".join(f"{key} = {setting.default}" for key, setting in part.settings.items())
