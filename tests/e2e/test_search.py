"""A missing person in browsers, from the report to the take-down (P15)."""


def test_a_search_reaches_the_hall_and_leaves_nothing_behind(browse):
    print(browse("search.mjs"))
