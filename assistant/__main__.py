"""The `assistant` command: the same answers as the page, for a terminal or a script."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.accounts_cli import tokens_app, users_app
from assistant.backup_cli import backup_command, restore_command
from assistant.chat_cli import chat_command
from assistant.errors import AssistantError, InputError
from assistant.mcp_cli import mcp_command
from assistant.options import AsOfOption, IndexOption, JsonOption, Reader, ReaderOption
from assistant.serve_cli import serve_command
from assistant.terminal import print_report, show_progress

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.types import IngestReport, Turn

app = typer.Typer(
    name="assistant",
    help="Cited answers in English and Chinese over a library of documents.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


app.add_typer(users_app, name="users")
app.add_typer(tokens_app, name="tokens")
app.command("chat")(chat_command)
app.command("serve")(serve_command)
app.command("mcp")(mcp_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)


@app.command()
def ingest(paths: list[Path], index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Add or update the documents of files and folders."""
    with _opened(index, create=True) as assistant, show_progress(quiet=as_json) as progress:
        report = assistant.ingest(paths, progress)
    _print_report(report, as_json)


@app.command()
def sync(
    folder: Annotated[Path, typer.Argument()] = Path("corpus"),
    force: Annotated[
        bool, typer.Option("--force", help="Remove what is gone, even if that is most of the folder.")
    ] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the library hold exactly what a folder holds."""
    with _opened(index, create=True) as assistant, show_progress(quiet=as_json) as progress:
        report = assistant.sync(folder, progress, force=force)
    _print_report(report, as_json)


@app.command()
def ask(
    question: str,
    reader: ReaderOption = Reader.public,
    history: Annotated[Path | None, typer.Option(help='JSON list of {"role", "content"}.')] = None,
    as_of: AsOfOption = None,
    timings: Annotated[bool, typer.Option("--timings", help="Add seconds by stage.")] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the library, every sentence cited."""
    from assistant.render import render_text
    from assistant.respond import parse_as_of

    date, turns = parse_as_of(as_of), _read_history(history)
    with _opened(index) as assistant:
        if assistant.destination.kind == "server":
            _, model, host = assistant.destination
            print(f"Question and passages go to {model} at {host}.", file=sys.stderr)
        if timings:  # models load on first use; time the answer, not the loading
            assistant.ask("warm", reader=reader.audience)
        answer = assistant.ask(question, reader=reader.audience, history=turns, as_of=date)
    if as_json:
        _print_json(answer.model_dump(mode="json", exclude=None if timings else {"timings"}))
        return
    print(render_text(answer))
    if timings:
        total = sum(answer.timings.values())
        stages = ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, seconds in answer.timings.items())
        print(f"\n{stages}; together {1000 * total:.0f} ms")


@app.command()
def search(
    question: str,
    k: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 10,
    reader: ReaderOption = Reader.public,
    as_of: AsOfOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the passages nearest to a question."""
    from assistant.respond import parse_as_of
    from assistant.web.shapes import describe_hits

    date = parse_as_of(as_of)
    with _opened(index) as assistant:
        hits = assistant.search(question, reader=reader.audience, k=k, as_of=date)
        rows = describe_hits(hits, assistant.documents(reader.audience))
    if as_json:
        _print_json({"hits": rows})
        return
    for row in rows:
        print(f"{row['rank']:>2}. {row['score']:.2f}  {row['title']} · {row['locator']}  ({row['document']})")
        print(f"    {' '.join(str(row['text']).split())[:160]}")
    if not rows:
        print("No passages. See `assistant documents` for what the library holds.")


@app.command()
def documents(
    reader: ReaderOption = Reader.public, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """List the documents of the library."""
    with _opened(index) as assistant:
        stored = assistant.documents(reader.audience)
    rows = [
        {
            "id": d.provenance.id,
            "title": d.provenance.title,
            "kind": d.provenance.kind,
            "status": d.provenance.status,
            "audience": d.provenance.audience,
            "language": d.provenance.language,
            "version": d.provenance.version,
            "revision": d.revision,
            "passages": d.passages,
            "path": d.path,
        }
        for d in stored
    ]
    if as_json:
        _print_json({"documents": rows})
        return
    _print_table(rows, ("id", "title", "kind", "status", "audience", "version", "passages"))


@app.command()
def show(
    document: Annotated[str, typer.Argument(metavar="ID[@REVISION]")],
    reader: ReaderOption = Reader.public,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a document's text and where it comes from."""
    name, _, revision = document.partition("@")
    with _opened(index) as assistant:
        stored = assistant.show(name, revision or None, reader=reader.audience)
    provenance = stored.provenance.model_dump(mode="json", exclude_none=True)
    if as_json:
        _print_json(
            {
                "id": stored.provenance.id,
                "revision": stored.revision,
                "text": stored.text,
                "provenance": stored.provenance.model_dump(mode="json"),
            }
        )
        return
    for key, value in provenance.items():
        print(f"{key}: {value}")
    print(f"revision: {stored.revision}\n\n{stored.text}")


@app.command()
def remove(document: str, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Remove a document from text, lexical index, vectors and caches."""
    with _opened(index) as assistant:
        found = assistant.remove(document)
    if not found:
        raise InputError(f"No document {document!r}.", hint="See `assistant documents --as staff`.")
    if as_json:
        _print_json({"removed": [document]})
    else:
        print(f"Removed {document}. A sync of its folder would add it again while its file is there.")


@app.command()
def rebuild(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Make all vectors again from the stored texts."""
    with _opened(index, check_stamp=False) as assistant, show_progress(quiet=as_json) as progress:
        count = assistant.rebuild(progress)
    if as_json:
        _print_json({"vectors": count})
    else:
        print(f"Rebuilt {count} vectors.")


@app.command()
def doctor(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Check the index: counts, orphans, stamp, what is wrong and what to do."""
    with _opened(index, check_stamp=False) as assistant:
        diagnosis = assistant.diagnose()
    if as_json:
        _print_json(diagnosis.model_dump(mode="json"))
    else:
        print(diagnosis.render())
    if diagnosis.problems:
        raise typer.Exit(1)


@app.command(
    "eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def evaluate(context: typer.Context) -> None:
    """Run, report and compare evals; the same as `python -m evals`."""
    from evals.__main__ import app as evals_app

    evals_app(context.args, prog_name="assistant eval", standalone_mode=False)


@contextmanager
def _opened(index: Path | None, *, check_stamp: bool = True, create: bool = False) -> Iterator[Assistant]:
    from assistant.build import open_assistant
    from assistant.library.database import check_library
    from assistant.settings import load_settings

    settings = load_settings(index=index)
    if not create:
        check_library(settings.index)
    with open_assistant(settings, check_stamp=check_stamp) as assistant:
        yield assistant


def _read_history(path: Path | None) -> list[Turn]:
    from pydantic import TypeAdapter, ValidationError

    from assistant.types import Turn

    if path is None:
        return []
    try:
        return TypeAdapter(list[Turn]).validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(
            f"Cannot read the history {str(path)!r}: {error.strerror}.", hint="Name a JSON file."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"The history {str(path)!r} is not right at {where or 'its start'}: {first['msg']}.",
            hint='Write a JSON list of {"role": "user" or "assistant", "content": "..."}.',
        ) from error


def _print_report(report: IngestReport, as_json: bool) -> None:
    if as_json:
        shape = asdict(report)
        _print_json(
            {
                key: shape[key]
                for key in ("added", "updated", "unchanged", "removed", "held", "failed", "warnings")
            }
        )
    else:
        print_report(report)
    if report.failed:
        raise typer.Exit(1)


def _print_table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if not rows:
        print("No documents for this reader. Add some with `assistant sync FOLDER`.")
        return
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(str(row[column] or "") for column in columns))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[column] or "") for column in columns))
    Console().print(table)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_to_json))


def _to_json(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def main() -> None:
    """Run the command; a mistake of the user is two lines, exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except AssistantError as error:
        if "--json" in sys.argv:
            _print_json({"error": error.message, "hint": error.hint})
        print(f"Error: {error.message}\n{error.hint}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
