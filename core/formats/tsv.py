"""TSV of all regions: a table whose columns are named in the first line (`core.formats.tabular`)."""

from __future__ import annotations

from core.formats.tabular import TabularFormat

FORMAT = TabularFormat("tsv", "TSV of all regions (one table)", "\t")
