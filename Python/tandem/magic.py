"""``%%tandem`` for IPython and Jupyter."""

from typing import Any

from .watching import watch


def load_ipython_extension(shell: Any) -> None:
    """Add ``%%tandem``, as ``%load_ext tandem`` asks for.

    ``%%tandem`` runs the cell and prints what explains it. ``%%tandem name`` also gives the report
    that name.
    """

    def tandem(line: str, cell: str) -> None:
        """Run the cell, and say what its threads and processes did and waited for."""
        name = line.strip()
        if name and not name.isidentifier():
            raise ValueError(f"%%tandem takes one name for the report, not {name!r}")
        with watch(report=False) as seen:
            # It shows exceptions itself.
            shell.run_cell(cell)
        print(seen.text, end="")
        if name:
            shell.user_ns[name] = seen

    shell.register_magic_function(tandem, magic_kind="cell", magic_name="tandem")


def unload_ipython_extension(shell: Any) -> None:
    """Remove ``%%tandem``, as ``%unload_ext tandem`` asks for."""
    shell.magics_manager.magics["cell"].pop("tandem", None)
