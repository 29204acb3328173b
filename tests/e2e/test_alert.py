"""A fraud warning in browsers, and what an officer and a newcomer do."""
import pathlib

ALERT = pathlib.Path(__file__).resolve().parents[2] / "sql/seed/alert.json"


def test_a_warning_reaches_everybody_in_her_own_words(browse):
    browse("alert.mjs", HALL_ALERT=str(ALERT))
