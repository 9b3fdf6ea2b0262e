"""Mistakes in a table, collected, so that one reading shows them all."""

from typing import Any

from experiments.errors import RequestError
from experiments.study.types import Build


class Mistakes(list[str]):
    """Messages of one line each."""

    def catch(self, function: Build, *arguments: object) -> Any:
        """What a function returns; None where it raises RequestError, whose lines are kept."""
        try:
            return function(*arguments)
        except RequestError as error:
            self.extend(str(error).splitlines())
            return None

    def stop(self) -> None:
        """Raise RequestError where there is any mistake."""
        if self:
            raise RequestError("\n".join(self))
