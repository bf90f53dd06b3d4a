"""Numbers in answers become plain values with units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.quantities import quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,500 nuclear warheads", "1500 nuclear warheads"),
        ("1,500 nuclear warheads each", "1500 nuclear warheads"),
        ("$12bn", "12000000000 USD"),
        ("$12 billion", "12000000000 USD"),
        ("US$3.5 million", "3500000 USD"),
        ("€130 billion", "130000000000 EUR"),
        ("about 12 million dollars", "12000000 USD"),
        ("300 million yuan", "300000000 CNY"),
        ("£5m", "5000000 GBP"),
        ("5.4%", "5.4 %"),
        ("5.4 per cent", "5.4 %"),
        ("more than 200", "200"),
        ("five", "5"),
        ("two dozen", "24"),
        ("a dozen eggs", "12 eggs"),
        ("half a million people", "500000 people"),
        ("twenty-five thousand", "25000"),
        ("two hundred and fifty thousand soldiers", "250000 soldiers"),
        ("a hundred", "100"),
        ("-3", "-3"),
        ("3.50", "3.5"),
        ("1500", "1500"),
        ("43 people in the town", "43 people"),
    ],
)
def test_a_number_is_one_plain_value_with_its_unit(text: str, value: str) -> None:
    assert str(quantity(text)) == value


@pytest.mark.parametrize(
    "text",
    ["", "Joe Biden", "dozens of people", "between 5 and 10", "51%. Vivendi, which owns 20%", "Boeing 737", "a man"],
)
def test_what_is_no_single_number_has_no_value(text: str) -> None:
    assert quantity(text) is None


@given(st.integers(0, 10**15))
def test_grouping_changes_no_number(number: int) -> None:
    assert str(quantity(f"{number:,}")) == str(quantity(str(number))) == str(number)


@given(st.text(max_size=60))
def test_any_text_has_a_value_or_none(text: str) -> None:
    found = quantity(text)
    assert found is None or str(found)[-1] != " "
