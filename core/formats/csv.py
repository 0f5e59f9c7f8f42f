"""CSV of all regions: a table whose columns are named in the first line (`core.formats.tabular`)."""

from __future__ import annotations

from core.formats.tabular import TabularFormat

FORMAT = TabularFormat("csv", "CSV of all regions (one table)", ",")
