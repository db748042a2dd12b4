"""`dashcam prices`: what the models that you use cost, what has no price, and why one call cost what it did."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dashcam.cli.groups import DefaultGroup
from dashcam.cli.options import Question, asks
from dashcam.cli.output import Cell, Column, console, print_listing, print_markdown, print_table
from dashcam.cli.setup import read_setup
from dashcam.queries import prices as queries
from dashcam.queries.answers import Listing
from dashcam.queries.prices import CallReceiptAnswer, ModelAnswer, RateAnswer, ReceiptLineAnswer
from dashcam.records.clock import parse_moment
from dashcam.records.errors import BadInput
from dashcam.records.settings import PriceOverride
from dashcam.writing import words
from dashcam.writing.cells import keys_of
from dashcam.writing.safe import safe_text

TIMES = "\N{MULTIPLICATION SIGN}"
PRICE_NOTE = "dollars per million tokens, such as 3 or 0.25"


@click.group(cls=DefaultGroup, default="used")
def prices() -> None:
    """What the models that you use cost, in dollars per million tokens.

    `dashcam prices` alone lists the models that were called, at the rate of their last call.
    """


@prices.command()
@asks(filters=False)
def used(question: Question) -> None:
    """List the models that were called, what cost most first."""
    with question.store() as store:
        listing = queries.used_models(store.database, question.at.zone)
    print_listing(
        listing,
        _used_columns(question, listing),
        question.form,
        keys=keys_of(ModelAnswer),
        empty="No model was called yet.",
    )


def _used_columns(question: Question, listing: Listing[ModelAnswer]) -> list[Column[ModelAnswer]]:
    currency = question.setup.currency
    totals = listing.totals

    def cost(row: ModelAnswer) -> str | Cell:
        if row.cost_usd is None:
            return Cell("unpriced", "yellow")
        return words.money(words.nano(row.cost_usd), currency, at_least=row.unpriced_calls > 0)

    total = words.money(words.nano(totals["cost_usd"]), currency, at_least=totals["unpriced_calls"] > 0)
    return [
        Column(title="Model", show=lambda row: row.model, narrowest=18),
        Column(title="Provider", show=lambda row: row.provider, priority=4),
        *_rate_columns(),
        Column(title="Calls", show=lambda row: words.count(row.calls), right=True, total=words.count(totals["calls"])),
        Column(
            title="Tokens",
            show=lambda row: words.tokens(row.total_tokens),
            right=True,
            priority=3,
            total=words.tokens(totals["total_tokens"]),
        ),
        Column(title="Cost", show=cost, right=True, total=total),
        Column(title="Last used", show=lambda row: words.time(row.last_used), priority=5),
        Column(title="Rate since", show=lambda row: row.since or "always" if row.rate else "", priority=6),
        Column(title="Source", show=lambda row: row.source, priority=7),
    ]


def _rate_columns() -> list[Column[Any]]:
    """Dollars per million tokens, as they stand in both listings."""
    return [
        Column(title="In $/M", show=lambda row: words.rate(row.input), right=True),
        Column(title="Out $/M", show=lambda row: words.rate(row.output), right=True),
        Column(title="Read $/M", show=lambda row: words.rate(row.cache_read), right=True, priority=2),
        Column(title="Write 5m", show=lambda row: words.rate(row.cache_write_5m), right=True, priority=3),
        Column(title="Write 1h", show=lambda row: words.rate(row.cache_write_1h), right=True, priority=4),
    ]


@prices.command("list")
@click.argument("part", default="")
@click.option("--all", "everything", is_flag=True, help="Every provider's, not only those that you use.")
@asks(filters=False, scan=False, limit=True)
def list_(question: Question, part: str, *, everything: bool) -> None:
    """List the price list of today, or the models in it whose name holds PART."""
    with question.store() as store:
        providers = [] if everything else queries.providers_used(store.database)
    listed = question.setup.make_prices({}).listing()
    listing = queries.price_list(listed, part=part, providers=providers)
    notes = [f"Only of {', '.join(providers)}, which you use: --all lists every provider."] if providers else []
    if question.limit and len(listing.rows) > question.limit:
        notes.append(f"{question.limit} of {len(listing.rows):,} models are shown: --limit 0 shows all.")
    shown = Listing(rows=listing.rows[: question.limit], totals=listing.totals, notes=notes)
    print_listing(
        shown, _list_columns(), question.form, keys=keys_of(RateAnswer), empty="The price list has no such model."
    )


def _list_columns() -> list[Column[RateAnswer]]:
    return [
        Column(title="Model", show=lambda row: row.model, narrowest=18),
        Column(title="Provider", show=lambda row: row.provider, priority=2),
        *_rate_columns(),
        Column(title="Above", show=_tiers, priority=5),
        Column(title="Since", show=lambda row: row.since, priority=6),
        Column(title="Source", show=lambda row: row.source, priority=7),
    ]


def _tiers(row: RateAnswer) -> str:
    return ", ".join(
        f"{words.tokens(tier.above)}: {words.rate(tier.input)} / {words.rate(tier.output)}" for tier in row.tiers
    )


@prices.command()
@click.argument("model")
@asks(filters=False)
def show(question: Question, model: str) -> None:
    """Show the rate of a model today, and those that its calls keep."""
    with question.store() as store:
        listing = queries.rates_of(store.database, question.setup.make_prices, model, question.at.now)
    if question.form == "table":
        for row in listing.rows:
            _print_rate(row)
        calls = int(listing.totals["calls"] or 0)
        click.echo(f"{words.some(calls, 'call')}, {words.exact_money(listing.totals['cost_usd'])}")
        for note in listing.notes:
            click.echo(f"· {safe_text(note)}")
        return
    print_listing(listing, _list_columns(), question.form, keys=keys_of(RateAnswer))


def _print_rate(row: RateAnswer) -> None:
    paper = console()
    since = f" since {row.since}" if row.since else ""
    paper.print(f"{safe_text(row.model)} of {safe_text(row.provider)}{since}", style="bold")
    lines = [
        (name.replace("_", " "), getattr(row, name))
        for name in ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
    ]
    for name, dollars in lines:
        paper.print(f"  {name:<20}{words.rate(dollars):>10}  $ per million tokens")
    for tier in row.tiers:
        told = (("input", tier.input), ("output", tier.output), ("cache read", tier.cache_read))
        paper.print(
            f"  prompt above {tier.above:,}: " + ", ".join(f"{name} {words.rate(dollars)}" for name, dollars in told)
        )
    if row.web_search_usd:
        paper.print(f"  {'web search':<20}{words.rate(row.web_search_usd):>10}  $ each")
    for name, factor in row.multipliers.items():
        paper.print(f"  {name:<20}{TIMES + format(factor, 'g'):>10}")
    paper.print(f"  from {safe_text(row.source)}, rate {row.rate}\n", style="dim")


@prices.command()
@click.argument("call")
@asks(filters=False)
def explain(question: Question, call: str) -> None:
    """Print the receipt of a call, by its message or request id (`dashcam export calls` lists them)."""
    with question.store() as store:
        listing = queries.receipts(store.database, question.setup.make_prices, call, question.at.zone)
    if question.form in {"json", "csv"}:
        print_listing(listing, [], question.form, keys=keys_of(CallReceiptAnswer))
        return
    for row in listing.rows:
        _print_receipt(row, question.form)


def _print_receipt(row: CallReceiptAnswer, form: str) -> None:
    paper = console()
    paper.print(
        f"{safe_text(row.call_id)}  {safe_text(row.model)}  {words.time(row.at, with_seconds=True)}", style="bold"
    )
    paper.print(f"session {safe_text(row.session_id)}\n", style="dim")
    if row.lines:
        columns = _receipt_columns(row)
        (print_markdown if form == "md" else print_table)(row.lines, columns)
    else:
        paper.print("not priced")
    paper.print()
    if row.rate:
        since = f", since {row.rate_since}" if row.rate_since else ""
        paper.print(safe_text(f"rate {row.rate}: {row.rate_model} of {row.provider}{since}, from {row.rate_source}"))
    if row.estimated_cost_usd is not None:
        paper.print(f"with the output estimated from the visible text: ~ {words.exact_money(row.estimated_cost_usd)}")
    if row.reported_cost_usd is not None:
        paper.print(f"the agent's own cost: {words.exact_money(row.reported_cost_usd)}")
    for account in row.accounts:
        counted = "counted" if account.counted else f"a copy, in session {safe_text(account.session_id)}"
        paper.print(f"{safe_text(account.path)}:{account.line}  ({counted})", style="dim", soft_wrap=True)
    for note in row.notes:
        paper.print(f"· {safe_text(note)}", style="dim")
    paper.print()


def _receipt_columns(row: CallReceiptAnswer) -> Sequence[Column[ReceiptLineAnswer]]:
    def rate(line: ReceiptLineAnswer) -> str:
        if line.rate_usd is None:
            return ""
        return f"{words.rate(line.rate_usd)}{'/M' if line.per > 1 else ' each'}"

    amounts = [row.cost_usd or 0, *(line.amount_usd for line in row.lines)]
    places = max(len(words.rate(abs(amount)).partition(".")[2]) for amount in amounts)
    columns: list[Column[ReceiptLineAnswer]] = [
        Column(title="What", show=lambda line: line.label, total="cost"),
        Column(title="Count", show=lambda line: "" if line.count is None else words.count(line.count), right=True),
        Column(title="$", show=rate, right=True),
        Column(
            title="Amount",
            show=lambda line: words.exact_money(line.amount_usd, places=places),
            right=True,
            total=words.exact_money(row.cost_usd, places=places),
        ),
    ]
    if any(line.note for line in row.lines):
        columns.append(Column(title="Why", show=lambda line: line.note, narrowest=10, priority=2))
    return columns


@prices.command("set")
@click.argument("model")
@click.option("--input", "input_", required=True, metavar="PRICE", help=f"Of input: {PRICE_NOTE}.")
@click.option("--output", required=True, metavar="PRICE", help="Of output.")
@click.option("--cache-read", default="", metavar="PRICE", help="Of input read from a cache.")
@click.option("--cache-write-5m", default="", metavar="PRICE", help="Of input written to a cache for 5 minutes.")
@click.option("--cache-write-1h", default="", metavar="PRICE", help="Of input written to a cache for an hour.")
@click.option("--provider", default="", metavar="NAME", help="Only for calls of this provider.")
@click.option("--since", default="", metavar="DAY", help="Only for calls from this day (UTC) on; always unless told.")
def set_(model: str, input_: str, **more: str) -> None:
    """Set a price of your own for a model, by the name that its calls have, and price those calls again."""
    price = PriceOverride(
        model=model, input=input_.lstrip("$"), **{name: value.lstrip("$") for name, value in more.items()}
    )
    if price.since:
        parse_moment(price.since, read_setup().moment().zone)
    setup = read_setup()
    before = len(setup.settings.prices)
    replaced = len(setup.with_price(price).settings.prices) == before
    click.echo(f"{'changed' if replaced else 'set'} the price of {safe_text(model)} in {setup.settings_path}")
    _reprice([model])


@prices.command()
@click.argument("name")
@click.argument("model")
def alias(name: str, model: str) -> None:
    """Say that NAME, as an agent writes it, is the known MODEL (or PROVIDER/MODEL), and price its calls again."""
    read_setup().with_alias(name, model)
    click.echo(f"{safe_text(name)} is priced as {safe_text(model)} from now on")
    _reprice([name])


@prices.command()
@click.argument("model")
def unset(model: str) -> None:
    """Take back your own price or alias of a model, and price its calls again by the price list."""
    setup, removed = read_setup().without_price(model)
    if not removed:
        raise BadInput(f"the settings hold no price and no alias of '{model}'", f"They are in {setup.settings_path}.")
    click.echo(f"took {words.some(removed, 'entry', 'entries')} of {safe_text(model)} out of {setup.settings_path}")
    _reprice([model])


@prices.command()
def sync() -> None:
    """Download the newest price list; the only command that uses the network. Old calls keep their prices."""
    from dashcam.pricing.prices import sync as fetch

    setup = read_setup()
    Path(setup.home).mkdir(mode=0o700, parents=True, exist_ok=True)
    done = fetch(setup.home)
    click.echo(f"read the prices of {words.some(done.models, 'model')} into {done.path}")
    if done.dropped:
        click.echo(f"kept the old price of {words.some(len(done.dropped), 'model')}; the new one is ten times off:")
        for name in done.dropped[:10]:
            click.echo(f"  {safe_text(name)}")
    click.echo("`dashcam prices reprice` prices what had no price; with --all, all calls by the new list.")


@prices.command()
@click.option(
    "--all", "everything", is_flag=True, help="Every call by today's price list, not only those without a price."
)
@click.option(
    "--model", "models", multiple=True, metavar="NAME", help="Only calls of this model, by today's price list."
)
def reprice(models: tuple[str, ...], *, everything: bool) -> None:
    """Price calls again: those without a price, or all. A call is always priced at the rate of its own day."""
    if everything and models:
        raise click.UsageError("--all and --model say different things: give one of them.")
    _reprice(models or None, everything=everything)


def _reprice(models: Sequence[str] | None, *, everything: bool = False) -> None:
    from dashcam.ingest.reprice import reprice as price_again

    setup = read_setup()
    with setup.store() as store:
        done = price_again(store, setup.make_prices, models=models, everything=everything)
    if not done.calls:
        click.echo("no call to price again" if models is None else "no call of it yet")
    elif not done.changed:
        click.echo(f"{words.some(done.calls, 'call')} looked at, none changed")
    else:
        before, after = (words.money(nano, setup.currency) for nano in (done.before_nano, done.after_nano))
        where = f"{words.some(done.changed, 'call')} of {words.some(done.sessions, 'session')}"
        click.echo(f"priced {where} again: {before} before, {after} now")
