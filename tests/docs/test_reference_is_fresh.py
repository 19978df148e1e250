"""What `make docs` would write is what is committed."""

from __future__ import annotations

import click
import pytest
from scripts import docs


def test_every_generated_page_is_as_committed():
    assert docs.stale() == [], "run 'make docs' and commit the result"


def test_a_changed_missing_or_left_over_page_is_named(tmp_path):
    docs.write((), tmp_path)
    assert docs.stale(tmp_path) == []
    (tmp_path / "strength.md").write_text("changed", encoding="utf-8")
    (tmp_path / "commands.md").unlink()
    (tmp_path / "rules" / "of-a-rule-that-is-gone.md").write_text("", encoding="utf-8")
    assert docs.stale(tmp_path) == ["commands.md", "rules/of-a-rule-that-is-gone.md", "strength.md"]
    docs.write((), tmp_path)
    assert docs.stale(tmp_path) == []


def test_an_unknown_page_is_refused(capsys):
    with pytest.raises(SystemExit) as refused:
        docs.main(["no-such-page.md"])
    assert refused.value.code == 2
    assert "accepted:" in capsys.readouterr().err


def test_pages_hold_no_path_of_a_machine_and_no_digest():
    for name, text in docs.pages().items():
        assert str(docs.ROOT) not in text, name
        assert "sha256:" not in text, name


def test_every_command_and_option_is_described():
    page = (docs.REFERENCE / "commands.md").read_text(encoding="utf-8")
    for context, command in docs.commands():
        assert f"`{context.command_path}`" in page
        section = page.partition(f" `{context.command_path}`\n")[2].partition("\n#")[0]
        for param in command.get_params(context):
            for option in (*param.opts, *param.secondary_opts):
                assert not option.startswith("-") or option in section, f"{context.command_path} {option}"


def test_every_command_has_a_sentence_and_every_option_a_meaning():
    for context, command in docs.commands():
        assert (command.help or "").strip(), context.command_path
        for param in command.get_params(context):
            if isinstance(param, click.Option) and not param.hidden:
                assert (param.help or "").strip(), f"{context.command_path} {param.name}"


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", ["GET / HTTP/1.1\\r\\n", "\\r\\n"]),
        (b"<Probe/>", ["<Probe/>"]),
        (bytes(range(34)), [bytes(range(32)).hex(" "), "20 21"]),
    ],
)
def test_bytes_are_shown_to_the_byte(data, lines):
    assert docs.shown(data) == lines
