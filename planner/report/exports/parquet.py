"""Tables as Parquet: typed columns, units in the metadata of each column, missing figures as nulls."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.plan.csv_tables import FLAGS, INTEGERS, TEXTS
from planner.report.exports.about import UNITS_CONVENTION, unit_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from planner.plan.runs import Run


NEEDS_PYARROW = (
    "Parquet is written by pyarrow, which is not installed: in the planner's folder, pip install -e '.[parquet]', "
    "or anywhere, pip install 'compute-network-planner[parquet]'"
)


def write_parquet(run: Run, name: str, frame: pd.DataFrame) -> bytes:
    """Return a result table as Parquet; pandas reads it with its index, and the file says which plan it belongs to."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UsageError(NEEDS_PYARROW) from None
    columns = [*map(str, frame.index.names), *map(str, frame.columns)]
    made = pa.Table.from_pandas(frame, preserve_index=True).select(columns)
    about = {
        "scenario": run.inputs.scenario.id, "variant": run.inputs.variant, "status": run.status.value, "table": name,
        "units": " ".join(UNITS_CONVENTION),
    }  # fmt: skip
    schema = pa.schema(
        [_field(column) for column in columns],
        metadata={**made.schema.metadata, b"planner": json.dumps(about, ensure_ascii=False).encode()},
    )
    data = BytesIO()
    parquet.write_table(made.cast(schema), data)
    return data.getvalue()


def _field(column: str) -> pa.Field:
    """Name, type and unit of a column."""
    import pyarrow as pa

    if column in INTEGERS:
        return pa.field(column, pa.int64())
    if column in TEXTS | FLAGS:
        return pa.field(column, pa.string() if column in TEXTS else pa.bool_())
    unit = unit_of(column)
    return pa.field(column, pa.float64(), metadata=None if unit is None else {"unit": unit})
