#!/usr/bin/env python3
"""Totals of an invoice, in cents, and the line that goes to the accountants.

Money is int cents throughout. Floats cost us 1 ct on invoice 2021-3304 and
an afternoon to explain it.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

# Percent. "reduced" is for books and food, "zero" for export with form EX-A.
VAT = {"full": Decimal("21"), "reduced": Decimal("9"), "zero": Decimal("0")}

FREE_SHIPPING_FROM = 7_500
SHIPPING = 595
SHIPPING_ISLANDS = 1_450
ISLAND_POSTCODES = range(8880, 8900)

# (from how many cents net, percent); the first that fits, so keep them falling.
DISCOUNTS = [(200_000, Decimal("8")), (100_000, Decimal("5")), (50_000, Decimal("2.5"))]

DUNNING_DAYS = (14, 28, 42)
DUNNING_FEES = (0, 500, 1_500)


@dataclass(frozen=True)
class Line:
    name: str
    quantity: int
    unit_cents: int
    rate: str = "full"


def rounded(value):
    """Bankers' rounding, because the auditors asked for it in 2022."""
    return int(value.quantize(Decimal("1"), rounding=ROUND_HALF_EVEN))


def discount_percent(net):
    for minimum, percent in DISCOUNTS:
        if net >= minimum:
            return percent
    return Decimal("0")


def shipping(net, postcode):
    """Books alone go free from FREE_SHIPPING_FROM; the islands never do."""
    if int(postcode[:4]) in ISLAND_POSTCODES:
        return SHIPPING_ISLANDS
    return 0 if net >= FREE_SHIPPING_FROM else SHIPPING


def totals(lines, postcode):
    """Return (net, vat, shipping, gross). VAT is reckoned per rate, not per line."""
    net_by_rate = {}
    for line in lines:
        net_by_rate[line.rate] = net_by_rate.get(line.rate, 0) + line.quantity * line.unit_cents
    net = sum(net_by_rate.values())
    factor = 1 - discount_percent(net) / 100
    reduced = {rate: rounded(cents * factor) for rate, cents in net_by_rate.items()}
    vat = sum(rounded(cents * VAT[rate] / 100) for rate, cents in reduced.items())
    carriage = shipping(net, postcode)
    net = sum(reduced.values())
    return net, vat, carriage, net + vat + carriage


def ledger_line(number, date, net, vat, gross):
    # The accountants' program chokes on semicolons in names: there are none here.
    return f"{number};{date:%d-%m-%Y};{net / 100:.2f};{vat / 100:.2f};{gross / 100:.2f}"
