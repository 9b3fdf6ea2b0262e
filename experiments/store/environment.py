"""What trials were computed with: code, libraries, machine, device, data."""

import platform
from dataclasses import dataclass, fields

from experiments.store import software
from experiments.store.machine import cores
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Environment:
    """What trials were computed with; None where earlier results do not record it.

    versions: of Python and the libraries. machine: system, architecture and cores. git_revision: of this code, where it
    lies in a repository. code_digest: of the code that trains; earlier_code_digests: of that which trained a part
    before. backend, device, floatx: Keras'. data_digest, data: digest, sizes and kind of the data of one trial.
    data_trial: the id of that trial.
    """

    versions: dict[str, str] | None = None
    machine: str | None = None
    git_revision: str | None = None
    code_digest: str | None = None
    earlier_code_digests: list[str] | None = None
    backend: str | None = None
    device: str | None = None
    floatx: str | None = None
    data_digest: str | None = None
    data: PlainTable | None = None
    data_trial: str | None = None

    def as_table(self) -> PlainTable:
        """The environment as the journal and the manifest have it: without what is not known.

        >>> Environment(backend="jax").as_table()
        {'backend': 'jax'}
        """
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) is not None}


def read_environment(table: PlainTable) -> Environment:
    """The environment in a table of a journal or in a manifest, whose other keys are ignored.

    >>> read_environment({"backend": "jax", "started": "2026-01-01"}).backend
    'jax'
    """
    return Environment(
        **{field.name: table[field.name] for field in fields(Environment) if table.get(field.name) is not None}
    )


def environment_here(known: Environment | None = None) -> Environment:
    """The code, the libraries and the machine of this process; what Keras and the data are is not known yet.

    known: of the results that are extended, where there are any.
    """
    digest, known = software.code_digest(), known or Environment()
    earlier = {*(known.earlier_code_digests or []), known.code_digest}
    return Environment(
        versions=software.versions(),
        machine=machine(),
        git_revision=software.git_revision(),
        code_digest=digest,
        earlier_code_digests=sorted({earlier_digest for earlier_digest in earlier if earlier_digest} - {digest}),
    )


def machine() -> str:
    """System, architecture and number of cores."""
    return f"{platform.system()} {platform.machine()}, {cores()} cores"
