"""Residents in browsers, on the demo town."""


def test_two_residents_talk_go_away_and_come_back(browse):
    browse("talk.mjs")


def test_they_speak_and_hear_each_other(browse):
    browse("voice.mjs")
