"""A clerk, a phone, a network and a server that do whatever they may, in any order; then the network heals."""

import datetime as dt
import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.chaos.phones.network import Fate
from tests.chaos.phones.phone import Look
from tests.chaos.phones.server import NAMES, Place
from tests.chaos.phones.truth import Truth, check
from tests.chaos.phones.world import Stopped, World

ROUNDS = 8
"""So often a healed phone tries before it is said to be stuck."""
YEARS = 365 * 86_400_000
_SYNC = re.compile(r"chờ gửi (\d+) · đã gửi (\d+) · cần xem (\d+)")
MOST_FATES = 6
Step = TypeVar("Step", bound=Callable[..., None])

persons = st.sampled_from([name for names in NAMES for name in names])
statuses = st.sampled_from(["present", "late", "absent", ""])
reasons = st.sampled_from(["health", "work", "away", "other"])
LAST = 7
HOME = 2
"""Where one may go: to the list of a site, by its number, or home."""
numbers = st.integers(0, LAST)
statements = numbers | st.integers(0, 47)
"""Where the server is killed: a batch takes some 45 statements, most other requests less than 8."""
LAST_OF_THE_FOLDER = 5
"""One more than its statements: once in a while it ends before it is killed."""
fates_of_requests = st.tuples(st.sampled_from([*[Fate.PASSES] * 5, *Fate]), statements)
"""One of three passes, so that any request of a run meets any fate, and not the first one alone."""


def counted(step: Step) -> Step:
    """Count a step of its name; an example that failed is not healed."""

    @functools.wraps(step)
    def run(self: "RollCall", *values: Any, **named: Any) -> None:
        if self.world.stop.is_set():
            self.has_failed = True
            raise Stopped
        try:
            step(self, *values, **named)
        except BaseException:
            self.has_failed = True
            raise
        self.world.done[f"step {step.__name__}"] += 1

    return run  # type: ignore[return-value]


class RollCall(RuleBasedStateMachine):
    """One roll, from the code to the receipts."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.server, self.network, self.phone = self.world.server, self.world.network, self.world.phone
        self.has_failed = False
        self.ledger: dict[str, dict[str, Any]] = {}
        self.codes: list[str] = []
        self.look: Look

    # -- the phone --

    @initialize(marks=st.lists(persons, max_size=3), fates=st.lists(fates_of_requests, max_size=MOST_FATES))
    @counted
    def set_up(self, marks: list[str], fates: list[tuple[Fate, int]]) -> None:
        """A phone that was never used is set up, takes the lists along, and some people are marked."""
        self.server.begin_anew()
        self.network.begin_anew()
        self.phone.begin_anew()
        self.codes.append(self.server.code())
        self.look = self.phone.open(f"#code={self.codes[-1]}")
        assert self.look.phone is not None, self.look
        self._act("go", f"#site={self._places[0].site_id}")
        assert self.look.lines, self.look
        self.network.fates.extend(fates)
        self.network.backups.extend([self.server.first, self.server.backup()])
        for name in marks:
            self._mark(name, "tap", name)

    @rule(name=persons)
    @counted
    def tap(self, name: str) -> None:
        """Tap a name."""
        self._mark(name, "tap", name)

    @rule(name=persons, status=statuses)
    @counted
    def choose(self, name: str, status: str) -> None:
        """Choose a state for somebody."""
        self._mark(name, "choose", name, status, "")

    @rule(name=persons, reason=reasons)
    @counted
    def excuse(self, name: str, reason: str) -> None:
        """Somebody is absent with a reason."""
        self._mark(name, "choose", name, "excused", reason)

    @rule()
    @counted
    def tap_all(self) -> None:
        """Tap one name after the other."""
        self._act("tapAll")

    @rule()
    @counted
    def undo(self) -> None:
        """Take the last one back."""
        self._act("undo")

    @rule(absent_rest=st.booleans(), guests=st.integers(0, 3))
    @counted
    def close_roll(self, absent_rest: bool, guests: int) -> None:
        """Close the roll on the phone."""
        self._act("close", absent_rest, guests)

    @rule(to=st.integers(0, HOME))
    @counted
    def go(self, to: int) -> None:
        """Open the list of a site, or go back to the list of sites, which asks the server how things stand."""
        if to == HOME:
            self._act("home")
        else:
            self._act("go", f"#site={self._places[to].site_id}")

    @rule()
    @counted
    def wait(self) -> None:
        """A while passes, and the page tries again by itself."""
        self._act("wait")

    @rule(in_the_middle=st.sampled_from(["nothing", "tap", "online"]), name=persons, number=numbers)
    @counted
    def reopen(self, in_the_middle: str, name: str, number: int) -> None:
        """Leave the page in the middle of something and open it again, once in a while in another window."""
        self.phone.begin(in_the_middle, name)
        self._see(self.phone.change_windows(self.look.address) if number == LAST else self.phone.reopen())

    @rule(years=st.integers(-10, 10), minutes=st.integers(-10, 10))
    @counted
    def set_clock(self, years: int, minutes: int) -> None:
        """The phone's clock jumps."""
        self._act("clock", years * YEARS + minutes * 60_000)

    @rule(how=st.sampled_from(["refuses", "undoes", ""]))
    @counted
    def fill_disk(self, how: str) -> None:
        """The phone's disk is full, or has room again."""
        self._act("disk", how)

    # -- the network --

    @rule(fates=st.lists(fates_of_requests, min_size=1, max_size=MOST_FATES))
    @counted
    def spoil(self, fates: list[tuple[Fate, int]]) -> None:
        """The next requests meet these fates."""
        self.network.fates.extend(fates)

    spoil_again = spoil
    """It comes twice as often."""

    @rule(is_offline=st.booleans())
    @counted
    def go_offline(self, is_offline: bool) -> None:
        """Walk out of reach of the network, or back."""
        self.network.offline = is_offline
        if not is_offline:
            self._act("online")

    @rule()
    @counted
    def deliver_held(self) -> None:
        """What the network held back arrives, long after; whether something was held hangs on the phone's own time, so
        that it decides nothing about which steps there are."""
        self.network.deliver_held()

    # -- elsewhere --

    @rule(name=persons, status=st.sampled_from(["present", "late", "absent"]), by=st.integers(0, 2))
    @counted
    def mark_elsewhere(self, name: str, status: str, by: int) -> None:
        """Somebody else marks the same people: the colleague's phone, the clerk or the secretary on the web."""
        place = self._place_of(name)
        if by == 0:
            self.server.mark_on_another_phone(place, place.people[name], status)
        else:
            self.server.mark_on_the_web(place, place.people[name], status, by_secretary=by == 1)

    @rule(number=st.integers(0, 1), absent_rest=st.booleans())
    @counted
    def close_elsewhere(self, number: int, absent_rest: bool) -> None:
        """The secretary closes a roll."""
        self.server.close_on_the_web(self._places[number], absent_rest=absent_rest)

    @rule(accept=st.booleans())
    @counted
    def decide(self, accept: bool) -> None:
        """What came late is decided about."""
        self.server.decide(accept=accept)
        self.server.fold()

    @rule(statement=st.integers(0, LAST_OF_THE_FOLDER))
    @counted
    def kill_folder(self, statement: int) -> None:
        """The folder takes its turn, and is killed in the middle."""
        self.server.fold_and_die(statement)

    @rule(folded=st.booleans())
    @counted
    def back_up(self, folded: bool) -> None:
        """The server is copied, before or after the folder's turn."""
        if folded:
            self.server.fold()
        self.network.backups.append(self.server.backup())

    @rule(number=numbers)
    @counted
    def restore(self, number: int) -> None:
        """The server is as it was, and knows of nothing since: by the last copy, or an older one."""
        self.network.restore(number)

    restore_again = restore
    """It comes twice as often."""

    @rule(minutes=st.integers(-10, 10))
    @counted
    def set_server_clock(self, minutes: int) -> None:
        """The server's clock was wrong, or is set right."""
        self.server.set_clock(dt.timedelta(minutes=minutes))

    @rule()
    @counted
    def revoke(self) -> None:
        """The phone is revoked."""
        self.server.revoke()

    @rule(anew=st.booleans())
    @counted
    def set_up_anew(self, anew: bool) -> None:
        """A code is typed into the phone: another one, or the last one once more."""
        self._set_up(anew=anew)

    @rule()
    @counted
    def pack(self) -> None:
        """What waits is made a file."""
        parcel = self.phone.parcel()
        if parcel is not None:
            self.network.parcels.append(parcel)

    @rule(number=numbers)
    @counted
    def hand_in(self, number: int) -> None:
        """Somebody hands such a file in, where there is one."""
        parcels = self.network.parcels
        if parcels:
            self.server.carry(parcels[number % len(parcels)]).result()

    # -- the end --

    def teardown(self) -> None:
        """The network heals; the phone sends until nothing waits; then all must be true."""
        if self.has_failed or not hasattr(self, "look"):
            return
        try:
            self._heal()
            truth = check(self.server, self.ledger)
            self._check_words(truth)
            assert not self.phone.mistakes, self.phone.mistakes
        finally:
            self.world.done["examples"] += 1
        done = self.world.done
        done["events made"] += len(self.ledger)
        done["events recorded"] += len(truth.recorded)
        done["events put aside"] += len(truth.put_aside)

    def _heal(self) -> None:
        self.network.heal()
        self._act("disk", "")
        for _round in range(ROUNDS):
            self.server.be_patient()
            known = self.look.phone
            if known is None or known["revoked"] or known["ended"]:
                self._set_up(anew=True)
            self._act_by_turns(["home"], ["online"])
            known = self.look.phone or {"revoked": True}
            is_good = not known["revoked"] and not known["ended"] and known["epoch"] == self.server.epoch
            if is_good and self.look.waiting == 0:
                break
        else:
            raise AssertionError(f"never comes to rest: {self.look}")
        self.network.deliver_held()

    def _check_words(self, truth: Truth) -> None:
        """The page says of each list, and of the whole phone, how many events were sent and how many put aside; lists
        that were just given out show of whoever was marked here what counts."""
        self._act("home")
        looks = [self.look, *self._act_by_turns(*(["go", f"#site={place.site_id}"] for place in self._places))]
        for place, look in zip((None, *self._places), looks, strict=True):
            if place is not None and look.lines is None:
                continue  # the list was wiped, since it is over by the phone's clock
            own = {made["event_id"] for made in self.ledger.values() if place in (None, self._at(made["site_id"]))}
            said = _SYNC.search(look.sync)
            assert said is not None, look
            expected = (0, len(own & truth.recorded), len(own & truth.put_aside))
            assert tuple(map(int, said.groups())) == expected, f"the page says {look.sync}, and it is {expected}"
            if place is not None:
                self._check_listed(look, place, truth.states)

    def _check_listed(self, look: Look, place: Place, states: dict[int, str]) -> None:
        marks = {event["body"]["person_id"]: event for event in look.of_site(place.site_id) if event["kind"] == "mark"}
        for name, entry_id in place.people.items():
            if entry_id in marks and look.is_listed(marks[entry_id]):
                shown, counts = (look.lines or {})[name], states.get(entry_id, "none")
                facts = f"last marked by {marks[entry_id]}, lists {look.rosters}"
                assert shown == counts, f"{name} is shown {shown}, and {counts} counts; {facts}"

    # -- what the steps share --

    @property
    def _places(self) -> list[Place]:
        return self.server.places

    def _at(self, site_id: int) -> Place:
        return next(place for place in self._places if place.site_id == site_id)

    def _place_of(self, name: str) -> Place:
        return next(place for place in self._places if name in place.people)

    def _act(self, what: str, *values: object) -> None:
        self._see(self.phone.act(what, *values))

    def _act_by_turns(self, *acts: Sequence[object]) -> list[Look]:
        looks = self.phone.act_by_turns(*acts)
        for look in looks:
            self._see(look)
        return looks

    def _mark(self, name: str, what: str, *values: object) -> None:
        """What a line shows changes with an event on the disk and never without."""
        before, known = (self.look.lines or {}).get(name), set(self.ledger)
        self._act(what, *values)
        after = (self.look.lines or {}).get(name)
        new = [event for event_id, event in self.ledger.items() if event_id not in known]
        if before != after:
            assert [event["body"]["person_id"] for event in new] == [self._place_of(name).people[name]], (
                f"{name} was shown {before} and is shown {after}; written was {new}"
            )

    def _set_up(self, *, anew: bool) -> None:
        if anew:
            self.codes.append(self.server.code())
        self._act("go", f"#code={self.codes[-1]}")

    def _see(self, look: Look) -> None:
        """Nothing that once lay on the phone goes or changes; what is said to be sent has a receipt."""
        for event_id, made in self.ledger.items():
            found = look.events.get(event_id)
            assert found is not None, f"gone from the phone: {made}"
            assert (found["body"], found["order"], found["site_id"]) == (made["body"], made["order"], made["site_id"])
        for event_id, event in look.events.items():
            self.ledger.setdefault(event_id, event)
            assert event["standing"] == "waiting" or event_id in self.network.receipted, f"no receipt: {event}"
        self._check_numbers(look)
        self._check_lines(look)
        self.look = look

    def _check_numbers(self, look: Look) -> None:
        """The numbers of the device that the phone is now have no gap."""
        if look.phone is not None:
            own = [event["seq"] for event in look.events.values() if event["device_id"] == look.phone["device_id"]]
            assert sorted(own) == list(range(1, look.next_seq)), f"numbers {sorted(own)}, next {look.next_seq}"

    def _check_lines(self, look: Look) -> None:
        """Each line shows the last mark that lies on the phone, unless a newer list tells what became of it."""
        if look.lines is None:
            return
        place = next(place for place in self._places if set(place.people) == set(look.lines))
        marks = [event for event in look.of_site(place.site_id) if event["kind"] == "mark"]
        newest = {event["body"]["person_id"]: event for event in marks}
        last = {person: event["body"] for person, event in newest.items() if not look.is_listed(event)}
        for name, entry_id in place.people.items():
            if entry_id in last and last[entry_id]["status"] != "retracted":
                shown = look.lines[name]
                assert shown == last[entry_id]["status"], f"{name} is shown {shown}: {last[entry_id]}"
