"""Two desks of the station, in browsers."""
import pathlib

import pytest

ALERT = pathlib.Path(__file__).resolve().parents[2] / "sql/seed/alert.json"


@pytest.mark.alone
def test_a_red_alert_is_heard_taken_and_known_at_every_desk(browse):
    browse("desk.mjs", HALL_ALERT=str(ALERT))


def test_a_missing_child_is_checked_shown_found_and_taken_down(browse):
    browse("desk_search.mjs")


def test_every_screen_of_the_desk_in_every_form_can_be_read_and_used(browse):
    browse("desk_screens.mjs", timeout_s=400, HALL_ALERT=str(ALERT))


def test_a_dispute_is_taken_up_and_given_to_somebody(browse):
    browse("desk_dispute.mjs", HALL_ALERT=str(ALERT))


def test_people_are_looked_up_with_a_reason_and_the_audit_tells_of_it(browse):
    browse("desk_office.mjs")


def test_the_desk_is_worked_without_a_pointer_and_every_part_has_a_name(browse):
    browse("desk_keys.mjs", HALL_ALERT=str(ALERT))
