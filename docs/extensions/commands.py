"""The directive `commands`: what `ablations` and each of its commands say when asked for `--help`."""

from typing import Any

import click

from experiments.cli import main

WIDTH = 88


def helps() -> dict[str, str]:
    """The help of the program and of every command, by what is typed.

    >>> list(helps())[:2], helps()["ablations list"].splitlines()[0]
    (['ablations', 'ablations list'], 'Usage: ablations list [OPTIONS]')
    """
    whole = click.Context(main, info_name="ablations", terminal_width=WIDTH, max_content_width=WIDTH)
    found = {"ablations": main.get_help(whole)}
    for name, command in main.commands.items():
        own = click.Context(command, info_name=name, parent=whole)
        found[f"ablations {name}"] = command.get_help(own)
    return found


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it."""
    from docutils import nodes
    from sphinx.util.docutils import SphinxDirective

    class Commands(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            lines = []
            for name, told in helps().items():
                lines += [f"## `{name}`", "", "```none", told, "```", ""]
            return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)

    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
