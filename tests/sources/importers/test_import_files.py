"""Opening files: bounds, folders, and that no failure is silent or ends a batch."""

from __future__ import annotations

import gzip
import json

import pytest

from glasshouse.model.observation import Rejected
from glasshouse.sources import files
from glasshouse.sources.importers import (
    BUILTIN,
    ImportProblem,
    accepted,
    by_name,
    open_folder,
    open_source,
    preview,
    preview_all,
)

LINE = json.dumps({"id": "a", "probe": "http", "raw": "HTTP/1.1 200 OK\r\n\r\n"})


def test_a_folder_is_walked_in_order_without_hidden_files(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.csv").write_text("model\nC\n")
    (tmp_path / "b" / "two.csv").write_text("model\nC\n")
    (tmp_path / "a.txt").write_text(LINE)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "z.bin").write_bytes(bytes(range(256)))
    (tmp_path / "loop").symlink_to(tmp_path)
    seen = list(preview_all(open_folder(tmp_path)))
    assert [(item.file, item.importer) for item in seen] == [
        ("a.txt", "observation-lines"),
        ("b/two.csv", "csv"),
        ("empty.csv", ""),
        ("z.bin", ""),
    ]
    for item in seen[2:]:
        (rejected,) = item.rejected
        assert rejected.fatal
        assert item.partial
        assert item.gaps[0].detail == rejected.problem
    assert "0 bytes" in seen[2].rejected[0].problem
    assert accepted() in seen[3].rejected[0].problem


def test_problems_name_the_file_and_what_to_do(tmp_path):
    with pytest.raises(ImportProblem, match="does not exist"):
        open_source(tmp_path / "none.csv")
    with pytest.raises(ImportProblem, match="no regular file"):
        open_source(tmp_path)
    with pytest.raises(ImportProblem, match="holds no file"):
        open_folder(tmp_path)
    with pytest.raises(ImportProblem, match="cannot be read"):
        open_folder(tmp_path / "none")
    (tmp_path / "x.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    with pytest.raises(ImportProblem, match="zstd"):
        open_source(tmp_path / "x.zst")


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_RATIO_FREE", 1_000)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"model\n" + b"C,\n" * 1_000_000))
    with pytest.raises(ImportProblem, match="expands to more than"):
        preview(open_source(tmp_path / "bomb.csv.gz"))


def test_a_file_above_the_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE", 10)
    (tmp_path / "big.csv").write_text("model\nabcdefgh\n")
    with pytest.raises(ImportProblem, match="Split it"):
        open_source(tmp_path / "big.csv")


def test_too_many_files_are_said(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILES", 2)
    for name in "abc":
        (tmp_path / name).write_text("x")
    found = open_folder(tmp_path)
    assert isinstance(found[-1], Rejected)
    assert found[-1].fatal


def test_every_importer_describes_itself():
    names = [importer.DOC.name for importer in BUILTIN]
    assert len(set(names)) == len(names)
    for importer in BUILTIN:
        assert by_name(importer.DOC.name) is importer
        assert importer.DOC.title
        assert importer.DOC.suffixes
        assert importer.DOC.references
        assert not importer.recognises("", b"")
    assert by_name("none") is None
