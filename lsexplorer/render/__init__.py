"""Numbers, tables, charts and sentences that reports and screens share."""
