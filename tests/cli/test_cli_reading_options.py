import json


def test_the_operator_names_the_encoding_that_a_file_does_not_say(glass, tmp_path):
    file = tmp_path / "liste.csv"
    file.write_bytes("Fabricant;Modèle;Emplacement\nHikvision;DS-2CD2143G2-I;Entrée\n".encode("cp850"))
    guessed = glass("import", file, "--dry-run")
    told = glass("import", file, "--dry-run", "--encoding", "cp850")
    assert "name its encoding" in guessed.err
    assert "name its encoding" not in told.err
    assert "1 used" in told.err


def test_an_unknown_encoding_or_zone_says_what_is_accepted(glass, inventory):
    unknown = glass("import", inventory, "--dry-run", "--encoding", "cp99999")
    assert unknown.code != 0
    assert "such as utf-8 or cp1252" in unknown.err
    for name in ("Mars/Olympus", "../../etc/passwd"):
        refused = glass("import", inventory, "--dry-run", "--time-zone", name)
        assert refused.code == 2
        assert "America/Toronto" in refused.err


def test_the_operator_names_the_zone_of_times_that_name_none(glass, tmp_path):
    file = tmp_path / "hosts.jsonl"
    row = {"ip_str": "192.0.2.11", "port": 80, "transport": "tcp", "timestamp": "2026-03-01T12:00:00.000000",
           "data": "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n", "_shodan": {"module": "http"}, "hash": 1}  # fmt: skip
    file.write_text(json.dumps(row), encoding="utf-8")
    moments = []
    for number, zone in enumerate((None, "America/Toronto", "UTC")):
        out = tmp_path / f"out{number}"
        given = ["--time-zone", zone] if zone else []
        ran = glass("review", file, "--out", out, "--store", tmp_path / f"s{number}", "--jurisdiction", "CA", *given)
        assert ran.code == 0, ran.err
        (device,) = [json.loads(line) for line in (out / "review.jsonl").read_text("utf-8").splitlines()[1:]]
        moments.append(device["sightings"][0]["seen_at"])
    assert moments == [None, "2026-03-01T17:00:00+00:00", "2026-03-01T12:00:00+00:00"]
