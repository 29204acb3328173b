"""Every screen in every form, looked at by axe and by ruler."""
import pathlib

ALERT = pathlib.Path(__file__).resolve().parents[2] / "sql/seed/alert.json"


def test_every_screen_in_every_form_can_be_read_and_used(browse):
    browse("screens.mjs", timeout_s=560, HALL_ALERT=str(ALERT))
