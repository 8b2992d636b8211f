"""The whole play: both waves on one agenda, sealed every week, expired in their time."""

from datetime import date, datetime, timedelta

from mediation.actions.owed import settle_by_silence
from mediation.actions.wave_clock import run_wave_clocks
from passnum.accounts.models import Organisation
from passnum.kit.actor import SYSTEM
from passnum.trial import orders
from passnum.trial.calendar import TrialCalendar, WaveCalendar, at_hour
from passnum.trial.cast import Cast
from passnum.trial.life import Life
from passnum.trial.stage import Stage
from vouchers.actions.attribution import seal_and_attribute
from vouchers.actions.expiry import expire_wave
from vouchers.actions.order import LineInput
from vouchers.models import Booklet, Order, Shipment, Wave

# The last order of the second wave is not wholly paid yet: its last booklets are refused at the counter.
FUNDED_SHARES = (100, 100, 80)
LAST_RANK = 2


def _schedule_order(stage: Stage, cast: Cast, wave: Wave, dates: WaveCalendar, funder: Organisation, rank: int) -> None:
    start = dates.a_on
    lines = orders.lines_of(cast, orders.BOOKLETS_PER_DISTRIBUTOR[dates.number][rank], rank)
    placed: list[Order] = []

    def place(at: datetime) -> None:
        placed.append(orders.place_order(stage, cast, wave, funder, lines, at, str(rank)))

    def send(at: datetime) -> None:
        for i, shipment in enumerate(orders.send(stage, cast, placed[0], at)):
            is_left_in_transit = dates.is_running and rank == LAST_RANK and i == len(cast.distributors) - 1
            if is_left_in_transit:
                continue
            missing = 2 if rank == 0 and i == 1 else 0

            def receive(later: datetime, shipment: Shipment = shipment, missing: int = missing) -> None:
                orders.receive(cast, shipment, later, missing_count=missing)
                gone = Booklet.objects.filter(shipment=shipment).order_by("number")
                kept = list(gone.select_related("wave", "distributor", "order"))[: gone.count() - missing]
                for booklet in kept:
                    Life(stage, cast, dates, booklet).plan(later)

            stage.add(at_hour(dates.delivered_on, 9, 10 + i), receive)

    stage.add(at_hour(start + timedelta(days=5), 9 + rank), place)
    stage.add(at_hour(start + timedelta(days=10), 9 + rank), lambda at: orders.approve(cast, placed[0], at))
    share = FUNDED_SHARES[rank] if dates.is_running else 100
    stage.add(
        at_hour(start + timedelta(days=15), 9 + rank), lambda at: orders.fund(cast, placed[0], at, funded_share=share)
    )
    stage.add(at_hour(start + timedelta(days=18), 9 + rank), lambda at: orders.produce(stage, cast, placed[0], at))
    stage.add(at_hour(dates.delivered_on - timedelta(days=4), 9 + rank), send)


def _schedule_wave(stage: Stage, cast: Cast, dates: WaveCalendar) -> None:
    def begin(at: datetime) -> None:
        wave = orders.make_wave(cast, dates)
        for rank, funder in enumerate(cast.funders):
            _schedule_order(stage, cast, wave, dates, funder, rank)
        if dates.expires_on is not None:
            stage.add(at_hour(dates.expires_on, 6), lambda later: _expire(cast, wave, later))

    stage.add(at_hour(dates.a_on, 9), begin)


def _expire(cast: Cast, wave: Wave, at: datetime) -> None:
    wave.refresh_from_db()
    expire_wave(wave=wave, by=SYSTEM, at=at)


def _schedule_weeks(stage: Stage, first: date, last: date) -> None:
    """Each Monday at dawn: silence is taken as a yes, the week is sealed, the waves' ends catch up with their calendar."""

    def monday(at: datetime) -> None:
        settle_by_silence(at=at)
        seal_and_attribute(at=at)
        run_wave_clocks(at=at)

    day = first
    while day <= last:
        stage.add(at_hour(day, 5), monday)
        day += timedelta(days=7)


def leave_an_order_to_approve(stage: Stage, cast: Cast, calendar: TrialCalendar) -> None:
    """Something to do for a visitor: a small order that waits for the pilot."""
    wave = Wave.objects.get(number=calendar.second.number)
    lines = [LineInput(cast.distributors[0], 5, 2), LineInput(cast.distributors[1], 10, 1)]
    at = at_hour(calendar.today - timedelta(days=1), 15)
    orders.place_order(stage, cast, wave, cast.funders[1], lines, at, "a-approuver")


def play(cast: Cast, calendar: TrialCalendar, *, seed: int) -> int:
    """Play both waves up to yesterday evening; return how many happenings there were."""
    stage = Stage(seed, is_resumed=Wave.objects.exists())
    _schedule_weeks(stage, calendar.first.a_on + timedelta(days=7), calendar.today)
    for dates in (calendar.first, calendar.second):
        _schedule_wave(stage, cast, dates)
    played = stage.play()
    leave_an_order_to_approve(stage, cast, calendar)
    seal_and_attribute(at=at_hour(calendar.today, 6))
    return played
