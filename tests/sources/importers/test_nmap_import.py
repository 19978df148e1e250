"""nmap XML: replies to observations, guesses apart, passwords out, entities refused."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, GapReason, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, preview

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="nmap.xsl" type="text/xsl"?>
<nmaprun scanner="nmap" args="nmap -sV -oX out.xml 192.0.2.0/28" start="1767225600" version="7.95">
<scaninfo type="syn" protocol="tcp" numservices="2" services="80,443"/>
"""
HOST = r"""<host starttime="1767225601" endtime="1767225661"><status state="up" reason="arp-response"/>
<address addr="192.0.2.5" addrtype="ipv4"/><address addr="00:00:5E:00:53:0A" addrtype="mac" vendor="Example Vendor"/>
<hostnames><hostname name="cam.example" type="PTR"/></hostnames>
<ports><extraports state="closed" count="998"/>
<port protocol="tcp" portid="80"><state state="open"/>
 <service name="http" product="Example httpd" version="1.2" method="probed" conf="10"
  servicefp="SF-Port80-TCP:V=7.95%I=7%r(GetRequest,2A,&quot;HTTP/1\.1\x20200\x20OK\r\nServer:\x20Example\r\n\r\n&quot;)%r(NULL,3,&quot;\x00\\\&quot;&quot;)"/>
 <script id="http-title" output="Lobby"><elem key="title">Lobby</elem></script>
 <script id="http-server-header" output="Example"><elem>Example</elem></script>
 <script id="http-headers" output="&#xa;  Server: Example&#xa;  Set-Cookie: SID=s3cr3t; path=/&#xa;  X-Thing: 1&#xa;"/>
 <script id="http-auth" output="HTTP/1.1 401 Unauthorized&#xa;  Digest opaque=2 realm=IP Camera 7 qop=auth nonce=1"/>
 <script id="http-brute" output="admin:s3cr3t - Valid credentials"/>
 <script id="http-methods" output="Supported Methods: GET"/></port>
<port protocol="tcp" portid="443"><state state="open"/><service name="https" method="table"/>
 <script id="ssl-cert" output="Subject: commonName=IPC"><table key="subject"><elem key="commonName">IPC</elem>
 <elem key="organizationName">Ex</elem></table><table key="validity"><elem key="notBefore">2020-01-01T00:00:00</elem>
 </table></script></port>
<port protocol="tcp" portid="554"><state state="open"/><script id="rtsp-methods" output="OPTIONS, DESCRIBE"/></port>
<port protocol="udp" portid="161"><state state="open"/><script id="snmp-sysdescr" output="Example device&#xa;  System uptime: 1"/></port>
<port protocol="udp" portid="1900"><state state="open"/><script id="upnp-info"
 output="&#xa;192.0.2.5&#xa; Server: L/1.0&#xa; Manufacturer: Example&#xa; Model Name: C1&#xa;"/></port>
<port protocol="tcp" portid="22"><state state="closed"/><service name="ssh" method="probed" product="no"/></port>
</ports></host>
"""
DOWN = '<host><status state="down" reason="no-response"/><address addr="192.0.2.6" addrtype="ipv4"/></host>'
END = '<runstats><finished time="1767225700"/><hosts up="1" down="1" total="2"/></runstats>\n</nmaprun>\n'
WHOLE = (HEAD + HOST + DOWN + END).encode()


def read(data: bytes):
    return preview(ImportFile.of_bytes("scan.csv", data), property="hq")


def of(seen, probe):
    return [sighting.observation for sighting in seen.sightings if sighting.observation.probe == probe]


def test_a_whole_scan():
    seen = read(WHOLE)
    assert (seen.importer, seen.partial, seen.rows_read, seen.rows_used) == ("nmap-xml", False, 2, 1)
    assert {sighting.observation.subject for sighting in seen.sightings} == {Endpoint("192.0.2.5", "hq")}
    assert {sighting.seen_at for sighting in seen.sightings} == {datetime(2026, 1, 1, 0, 1, 1, tzinfo=UTC)}
    assert {sighting.observation.tool for sighting in seen.sightings} == {"nmap 7.95"}
    assert "192.0.2.0/28" in seen.covered
    assert "tcp ports 80,443" in seen.covered
    assert [(gap.where, gap.reason) for gap in seen.gaps] == [("192.0.2.6", GapReason.SILENT)]


def test_scripts_about_http_become_one_observation_of_fields():
    page = next(item for item in of(read(WHOLE), "http") if item.fields)
    assert dict(page.fields) == {
        "http.title": "Lobby",
        "http.server": "Example",
        "http.set-cookie-name": "SID",
        "http.header.x-thing": "1",
        "http.auth": "digest",
        "http.realm": "IP Camera 7",
    }
    assert page.port == 80
    assert page.said_by is SaidBy.DEVICE


def test_raw_replies_come_out_of_the_service_fingerprint():
    seen = read(WHOLE)
    page = next(item for item in of(seen, "http") if item.raw)
    assert page.raw == b"HTTP/1.1 200 OK\r\nServer: Example\r\n\r\n"
    assert page.request == "GET /"
    assert any(item.raw == b'\x00\\"' for item in of(seen, "other"))


def test_other_scripts():
    seen = read(WHOLE)
    (certificate,) = of(seen, "tls-cert")
    assert certificate.raw == b"subject=CN=IPC, O=Ex\nnotBefore=2020-01-01T00:00:00"
    (snmp,) = of(seen, "snmp")
    assert snmp.raw == b'.1.3.6.1.2.1.1.1.0 = STRING: "Example device"'
    (rtsp,) = of(seen, "rtsp")
    assert rtsp.fields == (("rtsp.public", "OPTIONS, DESCRIBE"),)
    (upnp,) = of(seen, "upnp-description")
    assert ("upnp.modelName", "C1") in upnp.fields
    (mac,) = of(seen, "mac")
    assert (mac.raw, mac.said_by) == (b"00:00:5e:00:53:0a", SaidBy.INFRASTRUCTURE)


def test_the_tools_own_guesses_stand_apart_and_table_names_are_none():
    guesses = [dict(item.fields) for item in of(read(WHOLE), "inventory-text")]
    assert all(item.said_by is SaidBy.TOOL for item in of(read(WHOLE), "inventory-text"))
    assert {"inventory.mac-vendor": "Example Vendor", "inventory.name": "cam.example"} in guesses
    assert any(guess.get("text") == "Example httpd 1.2" for guess in guesses)
    assert "https" not in str(guesses)
    assert not any("no" in guess.values() for guess in guesses)


def test_found_passwords_are_left_out_and_said_so():
    seen = read(WHOLE)
    assert "s3cr3t" not in str(seen)
    assert any("http-brute" in note for note in seen.notes)


def test_a_cut_file_gives_the_finished_hosts_and_is_partial():
    for data in (HEAD + HOST, HEAD + HOST + "<host><addr", HEAD + HOST + "</nmaprun>"):
        seen = read(data.encode())
        assert seen.partial
        assert seen.rows_used == 1
        assert seen.gaps[-1].reason is GapReason.INTERRUPTED


def test_entities_are_refused_in_any_encoding():
    bomb = HEAD.replace(
        "<!DOCTYPE nmaprun>", '<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    ).replace("192.0.2.0/28", "&b;")
    for data in ((bomb + HOST + END).encode(), (bomb + HOST + END).replace("UTF-8", "UTF-16").encode("utf-16")):
        seen = read(data)
        assert not seen.sightings
        assert seen.partial
        (rejected,) = seen.rejected
        assert rejected.fatal
        assert "nmap -oX" in rejected.problem


def test_an_external_document_type_loads_nothing():
    data = WHOLE.replace(b"<!DOCTYPE nmaprun>", b'<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">')
    assert read(data).rows_used == 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(WHOLE)), st.integers(0, 60))
def test_mutated_files_never_raise_anything_else(noise, place, cut):
    with contextlib.suppress(ImportProblem):
        assert read(WHOLE[:place] + noise + WHOLE[place + cut :]).importer
