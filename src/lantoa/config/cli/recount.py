"""`recount`: the figures counted again from the raw events, and compared."""

import argparse

from lantoa.config.cli.commands import Command, CommandFailed, Result


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--campaign", type=int, metavar="ID", help="only this campaign (default: every one)")


def _recount(options: argparse.Namespace) -> Result:
    from lantoa.attendance.recounting import recount
    from lantoa.plans.models import Campaign

    campaigns = Campaign.objects.order_by("pk")
    if options.campaign is not None:
        campaigns = campaigns.filter(pk=options.campaign)
        if not campaigns:
            message = f"There is no campaign {options.campaign}."
            raise CommandFailed(message)
    results = [recount(campaign) for campaign in campaigns]
    lines: list[str] = []
    for result in results:
        verdict = "agrees" if result.agrees else f"{len(result.differences)} differences"
        waiting = f", {result.pending} marks not folded yet" if result.pending else ""
        lines.append(f"{result.campaign_name}: {result.rows} rows compared, {verdict}{waiting}")
        lines.extend(f"  {difference}" for difference in result.differences)
    agrees = all(result.agrees for result in results)
    text = "\n".join(lines) or "There is no campaign to count."
    return Result(ok=agrees, text=text, data={"campaigns": [result.as_json() for result in results]})


COMMANDS = (
    Command(
        "recount",
        "count the coverage again from the raw events and compare",
        _recount,
        _options,
        details="Shares no code with the fold that keeps the figures. Ends with 1 where any figure differs.",
    ),
)
