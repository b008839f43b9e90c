"""The `melody` command. It starts the other programs by command line and imports none of them."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.config import Settings
from core.errors import MelodyError
from core.ports import SEPARATED, AudioFormat, Quality, Stem

app = typer.Typer(
    help="Melody Studio: send a song to a chat, sing over its instrumental.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
database = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(database, name="db")
songs = typer.Typer(help="The catalogue: the operator's own music.", no_args_is_help=True)
app.add_typer(songs, name="catalog")
messenger = typer.Typer(help="WhatsApp, through Twilio.", no_args_is_help=True)
app.add_typer(messenger, name="whatsapp")
objects = typer.Typer(help="Where recordings and songs are kept.", no_args_is_help=True)
app.add_typer(objects, name="storage")
operator = typer.Typer(help="How the studio stands, for its operator.", no_args_is_help=True)
app.add_typer(operator, name="admin")

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Where everything is kept.", show_default="MELODY_DATA_DIR")
]

WRONG_USAGE = 2


class JobStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


STEMS = {stem.value: stem for stem in SEPARATED}


def settings_with(data_dir: Path | None, **overrides: object) -> Settings:
    """The settings; the children of this process see the same data directory."""
    if data_dir is not None:
        os.environ["MELODY_DATA_DIR"] = str(data_dir.absolute())
    return Settings.load(**overrides)


@app.command()
def up(
    data_dir: DataDir = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    music: Annotated[Path | None, typer.Option(help="Folder of music to bring in and watch.")] = None,
    player: Annotated[bool, typer.Option(help="Build the player first, where it changed.")] = True,
    while_input: Annotated[bool, typer.Option("--while-input", hidden=True)] = False,
) -> None:
    """Run everything on this machine until Ctrl-C."""
    from core.commands.up import end_with_input, up

    if while_input:
        end_with_input()
    settings = settings_with(data_dir, host=host, port=port, music_dir=music)
    raise typer.Exit(up(settings, with_player=player))


@app.command()
def chat(
    data_dir: DataDir = None,
    out: Annotated[Path, typer.Option(help="Where finished songs are saved.")] = Path("songs"),
) -> None:
    """Talk to the studio in this terminal; no token needed."""
    from core.commands.chat import chat

    raise typer.Exit(chat(settings_with(data_dir), out))


@app.command()
def convert(
    files: Annotated[list[Path] | None, typer.Argument(help="Songs, audio or video.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the finished files.")] = Path(),
    stems: Annotated[str, typer.Option(help="Comma list of: instrumental, vocals.")] = "instrumental",
    quality: Annotated[Quality, typer.Option(help="best, or fast: half the work.")] = Quality.BEST,
    audio_format: Annotated[AudioFormat, typer.Option("--format")] = AudioFormat.M4A,
    engine: Annotated[str | None, typer.Option(help="local, or one that is configured.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Take the voice out of files; works without any server."""
    from core.bootstrap import build
    from core.commands.convert import convert
    from core.errors import EngineUnknown

    settings = settings_with(data_dir)
    engines = build(settings).engines
    try:
        separator = engines.chosen(engine)
    except EngineUnknown as error:
        raise typer.BadParameter(f"{engine} is none of: {error.params['known']}") from None
    code = convert(
        files or [],
        out,
        _stems(stems),
        quality,
        audio_format,
        separator,
        float(settings.max_song_seconds),
        engines.instead_of(separator.engine),
    )
    raise typer.Exit(code)


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Check configuration, storage, database, broker, model and each configured service."""
    from core.commands.doctor import doctor

    raise typer.Exit(doctor(settings_with(data_dir)))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="One benchmark; all of them without it.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Measure: each benchmark prints a table and writes JSON to bench/results.

    What follows a name is for that benchmark: `bench scale --only queue`.
    """
    from core.commands.bench import bench

    settings_with(data_dir)
    raise typer.Exit(bench(name, context.args))


@app.command("test")
def run_tests(
    what: Annotated[
        str | None, typer.Argument(help="`fast`: not the slow ones; `fleet`: on servers by URL.")
    ] = None,
) -> None:
    """Check style, types, the rules of the house, and run the suite."""
    from core.commands.test import test

    raise typer.Exit(test(what))


@database.command("upgrade")
def db_upgrade(data_dir: DataDir = None) -> None:
    """Bring the database to the newest schema."""
    from core.commands.db import upgrade

    raise typer.Exit(upgrade(settings_with(data_dir)))


@database.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(help="The file to write; must not be there yet.")],
    objects: Annotated[bool, typer.Option(help="Recordings and songs too.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Write the whole studio, people, songs and recordings, into one file, while it runs or not."""
    from core.commands.db import backup

    raise typer.Exit(backup(settings_with(data_dir), file, with_objects=objects))


@database.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(help="What `db backup` wrote.")],
    replace: Annotated[bool, typer.Option(help="What the studio holds now is lost.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Make the studio what it was when the backup was made; it must not run."""
    from core.commands.db import restore

    raise typer.Exit(restore(settings_with(data_dir), file, replace=replace))


@songs.command("import")
def catalog_import(
    path: Annotated[Path, typer.Argument(help="A folder of audio, or a .jsonl file of songs.")],
    data_dir: DataDir = None,
) -> None:
    """Bring songs into the catalogue; what is there already is brought up to date."""
    from core.commands.catalog import import_catalog

    raise typer.Exit(import_catalog(settings_with(data_dir), path))


@messenger.command("setup")
def whatsapp_setup(data_dir: DataDir = None) -> None:
    """Make buttons, lists and the ready template at Twilio; repeating it makes nothing twice."""
    from core.commands.whatsapp import setup

    raise typer.Exit(setup(settings_with(data_dir)))


@objects.command("migrate")
def storage_migrate(
    source: Annotated[str, typer.Argument(metavar="FROM", help="file:///folder or s3://bucket?…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same for where they shall be.")],
    reread: Annotated[bool, typer.Option(help="Read all back afterwards, and compare.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Copy all objects to another store; FROM is left as it is, and a repeat goes on where it ended."""
    from core.commands.storage import migrate

    raise typer.Exit(migrate(settings_with(data_dir), source, target, reread=reread))


@operator.command("stats")
def admin_stats(data_dir: DataDir = None) -> None:
    """Queues, messages on their way, and what became of the last hour's songs and deliveries."""
    from core.commands.admin import stats

    raise typer.Exit(stats(settings_with(data_dir)))


@operator.command("jobs")
def admin_jobs(
    status: Annotated[
        JobStatus | None, typer.Option(help="Only these; without it what is open or has failed.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="So many, the newest first.")] = 50,
    data_dir: DataDir = None,
) -> None:
    """Jobs, one a line: by ids, without names or titles."""
    from core.commands.admin import jobs

    raise typer.Exit(jobs(settings_with(data_dir), status, limit))


def _stems(text: str) -> list[Stem]:
    try:
        return list(dict.fromkeys(STEMS[name.strip()] for name in text.split(",")))
    except KeyError:
        known = ", ".join(STEMS)
        raise typer.BadParameter(f"{text!r} is not a comma list of: {known}", param_hint="--stems") from None


def main() -> None:
    """Run the command; what can be expected to go wrong is one line and exit code 2."""
    try:
        app()
    except MelodyError as error:
        print(f"melody: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(WRONG_USAGE)


if __name__ == "__main__":
    main()
