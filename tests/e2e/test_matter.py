"""A report and its way, in browsers."""


def test_a_report_reaches_the_officer_and_its_reporter_sees_each_step(browse):
    browse("matter.mjs")
