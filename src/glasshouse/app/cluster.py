"""`--engine spark`: the session, what is shipped to the workers, and problems told in our words."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from glasshouse.app.errors import UserError
from glasshouse.app.identify import Identifier, device_of
from glasshouse.app.stream import answers_of
from glasshouse.datapack import compile_packs, load
from glasshouse.matching import index

if TYPE_CHECKING:
    from glasshouse.bulk.grouping import Answers

__all__ = ["Shipped", "identify_on_spark"]

_ERROR = re.compile(r"[A-Za-z_.]*(Error|Exception): ")


@dataclass(frozen=True)
class Shipped:
    """The packs and the compiled matcher as bytes: a worker neither parses nor compiles anything."""

    packs: bytes
    matcher: bytes

    def __call__(self) -> Answers:
        """Build the batch function."""
        return answers_of(Identifier(load(compiled=self.packs), self.matcher))


def identify_on_spark(source: str, output: str, master: str | None, *, ordered: bool) -> None:
    """Identify on the cluster `master` (None: as the configuration of Spark says). Raises UserError."""
    session = _session(master)
    from glasshouse.bulk.spark import identify_spark  # noqa: PLC0415  # Arrow is slow to load

    shipped = Shipped(compile_packs(), index.compile(load().fingerprints))
    try:
        identify_spark(session, source, output, shipped, device_of, ordered=ordered)
    except _errors() as error:
        raise UserError(
            f"Spark could not identify {source} into {output}: {_told(error)}. The workers need Glasshouse, pandas and "
            "PyArrow in the Python that PYSPARK_PYTHON names, and --output must not exist yet"
        ) from error
    finally:
        session.stop()


def _session(master: str | None) -> Any:
    try:
        builder = import_module("pyspark.sql").SparkSession.builder.appName("glasshouse identify")
    except ImportError as error:
        raise UserError(
            "--engine spark needs PySpark, which is not installed beside glasshouse; install the version of your "
            "cluster (3.5 or 4.x), for instance: pip install 'pyspark>=3.5,<5'"
        ) from error
    try:
        session = (builder if master is None else builder.master(master)).getOrCreate()
    except Exception as error:  # whatever a JVM that does not start gives
        raise UserError(
            f"Spark could not be started: {_told(error)}; it needs Java 17 (JAVA_HOME or java on the PATH) and "
            "a master that answers (--master spark://HOST:7077, local[*] ...)"
        ) from error
    if (master or "").startswith("local"):
        session.sparkContext.pythonExec = sys.executable  # elsewhere PYSPARK_PYTHON says where Glasshouse is installed
    return session


def _errors() -> tuple[type[Exception], ...]:
    protocol = import_module("py4j.protocol")
    errors = import_module("pyspark.errors")
    return (protocol.Py4JError, protocol.Py4JNetworkError, errors.PySparkException)


def _told(error: Exception) -> str:
    """What went wrong, of the hundred lines that Spark gives: the error of the Python worker if there is one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    of_python = [line for line in lines if _ERROR.match(line)]
    return (of_python or lines or [type(error).__name__])[0][:600]
