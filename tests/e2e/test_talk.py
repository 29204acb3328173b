"""Residents in browsers, on the demo town."""


def test_two_residents_talk_go_away_and_come_back(browse):
    browse("talk.mjs")
