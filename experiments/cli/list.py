"""`ablations list`."""

import click


@click.command("list")
def list_studies() -> None:
    """List default studies, and the names that studies may use."""
    from experiments.study import catalog, study_file

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
    click.echo("\nHeads (what a model's outputs are):")
    for name, head in catalog.HEADS.items():
        click.echo(f"  {name:<24}{head.about}")
    click.echo("\nMetrics (besides any of Keras and your own):")
    for name, metric in catalog.METRICS.items():
        click.echo(f"  {name:<28}{metric.about}  [{', '.join(metric.heads)}]")
