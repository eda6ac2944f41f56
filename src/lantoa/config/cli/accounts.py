"""`create-admin`: the first sign-in of an installation."""

import argparse

from lantoa.config.cli.commands import Command, Result


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--username", required=True, help="sign-in name")
    parser.add_argument("--name", required=True, help="full name of the person")
    parser.add_argument("--code", default="", help="the person's member code, by which appointments find them")
    parser.add_argument("--unit", required=True, help="number, code or name of the unit to administer, with all below")


def _create(options: argparse.Namespace) -> Result:
    from lantoa.organizations.selectors.imports import unit_named
    from lantoa.organizations.services.appointments import bootstrap_administrator

    unit = unit_named(options.unit)
    opened = bootstrap_administrator(
        username=options.username, password=None, full_name=options.name, code=options.code, unit=unit
    )
    text = f"Administrator {options.username} of {unit} was created.\nPassword (shown once): {opened.password}"
    return Result(ok=True, text=text, data={"username": options.username, "password": opened.password})


COMMANDS = (
    Command(
        "create-admin",
        "open the first administrator's account",
        _create,
        _options,
        details="A password is generated and printed once. Load the units first (`lantoa import-units`).",
    ),
)
