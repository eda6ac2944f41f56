"""A morning of the roll-call in rows of SQL: sites with lists, and a phone with its token and roster at each.

Everything follows from two numbers, so that neither the builder nor the load keeps any of it in memory: site `s` (from
1 on) is held by cell `units_above + s`, has device and user `s`, and the entries `(s - 1) × people + 1` and following.
"""

import hashlib
import time
import uuid
from dataclasses import dataclass

import psycopg

PEOPLE = 62
CELLS_IN_A_COMMUNE, PROVINCES = 10, 34
CAMPAIGN, SESSION = 1, 1
ROOT_UNIT = 1


@dataclass(frozen=True)
class Morning:
    """One session at `sites` places, with `people` on the list of each."""

    sites: int
    people: int = PEOPLE

    @property
    def marks(self) -> int:
        """How many people are called."""
        return self.sites * self.people

    @property
    def communes(self) -> int:
        """How many units stand between the provinces and the cells."""
        return -(-self.sites // CELLS_IN_A_COMMUNE)

    @property
    def units_above(self) -> int:
        """The number of the last unit that is no cell."""
        return ROOT_UNIT + PROVINCES + self.communes

    def entry(self, site: int, person: int) -> int:
        """The entry on the summons of a person (from 0 on) of a site's list."""
        return (site - 1) * self.people + person + 1


def token_of(site: int) -> str:
    """The token that the phone of a site drew."""
    return f"phone-of-the-benchmark-{site}"


def roster_of(site: int) -> str:
    """The id of the list that the phone of a site was given."""
    return str(uuid.UUID(bytes=hashlib.md5(f"roster {site}".encode(), usedforsecurity=False).digest()))


_UNITS = """
INSERT INTO organizations_unit
  (id, tree, code, name, short_name, kind, path, folded_name, sort_key, in_force, parent_id, version)
SELECT id, 'party', '', name, '', kind, path, lower(name), lower(name), true, parent_id, 1 FROM (
  SELECT 1::bigint AS id, 'Toan quoc' AS name, 'district_committee' AS kind, '1.' AS path, NULL::bigint AS parent_id
  UNION ALL
  SELECT 1 + p, 'Dang bo tinh ' || p, 'provincial_committee', format('1.%%s.', 1 + p), 1
    FROM generate_series(1, %(provinces)s) p
  UNION ALL
  SELECT 1 + %(provinces)s + c, 'Dang bo xa ' || c, 'commune_committee',
         format('1.%%s.%%s.', 2 + c %% %(provinces)s, 1 + %(provinces)s + c), 2 + c %% %(provinces)s
    FROM generate_series(1, %(communes)s) c
  UNION ALL
  SELECT %(above)s + s, 'Chi bo ' || s, 'cell',
         format('1.%%s.%%s.%%s.', 2 + c %% %(provinces)s, 1 + %(provinces)s + c, %(above)s + s), 1 + %(provinces)s + c
    FROM generate_series(1, %(sites)s) s CROSS JOIN LATERAL (SELECT (s - 1) / %(cells)s + 1 AS c) of_commune
) made
"""
_USERS = """
INSERT INTO accounts_user (id, password, username, email, is_active, is_superuser, date_joined, must_change_password)
SELECT s, '', 'clerk-' || s, '', true, false, now(), false FROM generate_series(1, %(sites)s) s
"""
_PERSONS = """
INSERT INTO organizations_person
  (id, client_id, full_name, village, code, is_manager, folded_name, sort_key, version, user_id)
SELECT n, gen_random_uuid(), 'Lo Van ' || n, '', '', false, 'lo van ' || n, 'lo van ' || n, 1,
       CASE WHEN n > %(marks)s THEN n - %(marks)s END
  FROM generate_series(1, %(marks)s + %(sites)s) n
"""
_CLERKS = """
INSERT INTO organizations_appointment (role, title, decision_number, decision_body, period, person_id, unit_id)
SELECT 'clerk', '', '', '', daterange('2020-01-01', NULL), %(marks)s + s, %(above)s + s
  FROM generate_series(1, %(sites)s) s
"""
_CAMPAIGN = """
INSERT INTO plans_campaign
  (id, client_id, name, audience, target_rate, starts_on, ends_on, state, started_at, version, created_by_id, owner_id,
   days_off, opinion_on, pilots_first)
VALUES (1, gen_random_uuid(), 'Dot hoc tap', 'general', 95, current_date - 9, current_date + 90, 'running', now(), 1, 1,
        1, '{}', '{}', false)
"""
_SCOPE = """
INSERT INTO plans_campaignunit
  (campaign_id, unit_id, parent_id, path, name, kind, sort_key, level, owes_study, owes_summons, wave)
SELECT 1, id, parent_id, path, name, kind, sort_key, 0, false, false, 'first' FROM organizations_unit
"""
_SUMMONS = """
INSERT INTO plans_summons (id, client_id, number, issued_on, frozen_at, campaign_id, created_by_id, unit_id)
VALUES (1, gen_random_uuid(), '1-CV', current_date - 9, now(), 1, 1, 1)
"""
_ENTRIES = """
INSERT INTO plans_summonsentry
  (id, standing, reason, removal_decision, campaign_id, person_id, summons_id, unit_id, addition_decision,
   addition_reason, removal_reason)
SELECT n, 'full', 'member', '', 1, n, 1, %(above)s + (n - 1) / %(people)s + 1, '', '', ''
  FROM generate_series(1, %(marks)s) n
"""
_SESSION = """
INSERT INTO study_sessions_studysession
  (id, client_id, kind, title, mode, starts_at, ends_at, is_public, version, campaign_id, created_by_id, host_id)
VALUES (1, gen_random_uuid(), 'first', 'Hoi nghi truc tuyen toan quoc', 'online', now() - interval '1 hour',
        now() + interval '3 hours', false, 1, 1, 1, 1)
"""
_SITES = """
INSERT INTO study_sessions_site (id, name, address, unit_id, session_id, version, contact, note, readiness)
SELECT s, 'Diem cau ' || s, '', %(above)s + s, 1, 1, '', '', 'ready' FROM generate_series(1, %(sites)s) s
"""
_CELLS = """
INSERT INTO study_sessions_siteunit (site_id, unit_id, session_id)
SELECT s, %(above)s + s, 1 FROM generate_series(1, %(sites)s) s
"""
_PLACES = """
INSERT INTO study_sessions_placement (entry_id, site_id, session_id)
SELECT n, (n - 1) / %(people)s + 1, 1 FROM generate_series(1, %(marks)s) n
"""
_DEVICES = """
INSERT INTO attendance_device (id, kind, last_seq, unit_id, user_id)
SELECT s, 'phone', 0, %(above)s + s, s FROM generate_series(1, %(sites)s) s
"""
_PHONES = """
INSERT INTO rollcall_phone (device_id, label, token_sha256, created_at, expires_at, client, waiting, refused)
SELECT s, 'May ' || s, encode(sha256(convert_to('phone-of-the-benchmark-' || s, 'UTF8')), 'hex'), now(),
       now() + interval '180 days', '', 0, 0
  FROM generate_series(1, %(sites)s) s
"""
_ROSTERS = """
INSERT INTO rollcall_roster (roster_id, issued_at, expires_at, people, sha256, device_id, site_id)
SELECT md5('roster ' || s)::uuid, now(), now() + interval '39 hours', %(people)s, repeat('0', 64), s, s
  FROM generate_series(1, %(sites)s) s
"""
_DIRTY = "INSERT INTO attendance_dirtymark (campaign_id, entry_id) SELECT 1, n FROM generate_series(1, %(marks)s) n"
"""As whoever freezes a list leaves them: the folder then counts who is called."""
_STEPS = (
    _UNITS, _USERS, _PERSONS, _CLERKS, _CAMPAIGN, _SCOPE, _SUMMONS, _ENTRIES, _SESSION, _SITES, _CELLS, _PLACES,
    _DEVICES, _PHONES, _ROSTERS, _DIRTY,
)  # fmt: skip


def build(database: str, morning: Morning) -> None:
    """Write the morning into a migrated, empty database. Triggers and foreign keys do not look: the rows are sound."""
    values = {
        "sites": morning.sites,
        "people": morning.people,
        "marks": morning.marks,
        "communes": morning.communes,
        "above": morning.units_above,
        "provinces": PROVINCES,
        "cells": CELLS_IN_A_COMMUNE,
    }
    with psycopg.connect(database) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        with psycopg.ClientCursor(connection) as cursor:
            for step in _STEPS:
                cursor.execute(step, values)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def wait_until_folded(database: str, *, within: float) -> float:
    """Seconds until no mark waits for the folder any more, at most so many."""
    started = time.perf_counter()
    with psycopg.connect(database, autocommit=True) as connection:
        while connection.execute("SELECT EXISTS (SELECT FROM attendance_dirtymark)").fetchone() != (False,):
            if time.perf_counter() > started + within:
                break
            time.sleep(0.2)
    return time.perf_counter() - started


_ONCE = """
SELECT count(*), count(DISTINCT event_id), count(DISTINCT (device_id, seq)) FROM attendance_attendanceevent
"""
_SAID = """
SELECT count(*) FILTER (WHERE status IN ('present', 'late', 'excused', 'absent'))
  FROM (SELECT DISTINCT ON (session_id, entry_id) status FROM attendance_attendanceevent
         ORDER BY session_id, entry_id, arrival DESC) last_word
"""
_COUNTED = """
WITH last_word AS (
  SELECT DISTINCT ON (entry_id) entry_id, status FROM attendance_attendanceevent ORDER BY entry_id, arrival DESC
), by_unit AS (
  SELECT above.unit_id, count(*) AS summoned,
         count(*) FILTER (WHERE status = 'present') AS present, count(*) FILTER (WHERE status = 'late') AS late,
         count(*) FILTER (WHERE status = 'excused') AS excused, count(*) FILTER (WHERE status = 'absent') AS absent,
         count(*) FILTER (WHERE status IS NULL OR status = 'retracted') AS not_reported
    FROM plans_summonsentry entry
    JOIN plans_campaignunit cell ON cell.unit_id = entry.unit_id
   CROSS JOIN LATERAL (
      SELECT part::bigint AS unit_id FROM unnest(string_to_array(trim(trailing '.' FROM cell.path), '.')) part
   ) above
    LEFT JOIN last_word ON last_word.entry_id = entry.id
   GROUP BY above.unit_id
)
SELECT count(*) FILTER (WHERE
         (by_unit.summoned, by_unit.present, by_unit.late, by_unit.excused, by_unit.absent, by_unit.not_reported)
         IS DISTINCT FROM (kept.summoned, kept.present, kept.late, kept.excused, kept.absent, kept.not_reported)),
       count(*)
  FROM by_unit LEFT JOIN attendance_coverage kept ON kept.unit_id = by_unit.unit_id AND kept.person_group = 'all'
"""
_LEFT = """
SELECT (SELECT count(*) FROM attendance_dirtymark), (SELECT count(*) FROM rollcall_quarantinedevent)
"""


@dataclass(frozen=True)
class Counted:
    """What stands in the database, counted by queries of our own. `units_off` are those whose coverage is another than
    the marks say, of `units`; `waiting` marks wait for the folder."""

    events: int
    events_once: int
    numbers_once: int
    people: int
    units_off: int
    units: int
    waiting: int
    quarantined: int

    def agrees_with(self, *, events: int) -> bool:
        """Whether so many events stand there once each, and coverage says what they say."""
        return self.events == self.events_once == self.numbers_once == events and not (
            self.units_off or self.waiting or self.quarantined
        )

    def __str__(self) -> str:
        return (
            f"{self.events:,} events ({self.events_once:,} ids, {self.numbers_once:,} numbers of devices) about "
            f"{self.people:,} people; {self.quarantined} put aside, {self.waiting} not folded; "
            f"coverage differs from the marks in {self.units_off} of {self.units:,} units"
        )


def count(database: str) -> Counted:
    """Count what came of the morning."""
    with psycopg.connect(database) as connection:
        rows = [connection.execute(query).fetchone() or () for query in (_ONCE, _SAID, _COUNTED, _LEFT)]
    return Counted(*(int(value) for row in rows for value in row))
