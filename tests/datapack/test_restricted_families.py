"""Makers that rules name, over the surfaces by which their equipment answers; every text is our own and minimal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from glasshouse.app.identify import Identifier, identify_lines
from glasshouse.datapack import load
from glasshouse.model.strength import Strength

DATA = Path(__file__).resolve().parents[2] / "data"
SOAP = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'


@pytest.fixture(scope="module")
def ask():
    identifier = Identifier(load(DATA))

    def identify(*replies: tuple[str, str | dict[str, str]]) -> dict:
        rows = [
            {
                "id": f"o{at}",
                "device": "d",
                "probe": probe,
                **({"fields": said} if isinstance(said, dict) else {"raw": said}),
            }
            for at, (probe, said) in enumerate(replies)
        ]
        (answer,) = identify_lines([json.dumps(row).encode() for row in rows], grouped=False, identifier=identifier)
        return answer

    return identify


def http(*headers: str, body: str = "", status: str = "200 OK") -> tuple[str, str]:
    return "http", "\r\n".join((f"HTTP/1.1 {status}", *headers, "", body))


def denied(realm: str, probe: str = "http") -> tuple[str, str]:
    start = "RTSP/1.0 401 Unauthorized\r\nCSeq: 1" if probe == "rtsp" else "HTTP/1.1 401 Unauthorized"
    return probe, f'{start}\r\nWWW-Authenticate: Digest realm="{realm}", nonce="5f"\r\n\r\n'


def onvif(maker: str, model: str, firmware: str, serial: str, hardware: str = "1.0") -> tuple[str, str]:
    values = {
        "Manufacturer": maker,
        "Model": model,
        "FirmwareVersion": firmware,
        "SerialNumber": serial,
        "HardwareId": hardware,
    }
    inside = "".join(f"<tds:{name}>{value}</tds:{name}>" for name, value in values.items())
    reply = f'<tds:GetDeviceInformationResponse xmlns:tds="http://www.onvif.org/ver10/device/wsdl">{inside}</tds:GetDeviceInformationResponse>'
    return "onvif-device-info", SOAP.format(reply)


def scopes(*paths: str) -> tuple[str, str]:
    return "onvif-scopes", " ".join(f"onvif://www.onvif.org/{path}" for path in paths)


def sdp(session: str, *lines: str, base: str = "") -> tuple[str, str]:
    head = (
        "RTSP/1.0 200 OK\r\nCSeq: 2\r\n"
        + (f"Content-Base: {base}\r\n" if base else "")
        + "Content-Type: application/sdp\r\n\r\n"
    )
    return "rtsp", head + "\r\n".join(("v=0", "o=- 1 1 IN IP4 192.0.2.5", f"s={session}", "t=0 0", *lines, ""))


def isapi(root: str, space: str, **values: str) -> tuple[str, str]:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return "isapi", f'<?xml version="1.0"?><{root} version="2.0" xmlns="{space}">{inside}</{root}>'


HIK, NEUTRAL, STD = (f"http://www.{host}/ver20/XMLSchema" for host in ("hikvision.com", "isapi.org", "std-cgi.com"))

# surface, reply, maker, brand (None: not told), least strength of the maker
# fmt: off
SURFACES = [
    ("hik server header", http("Server: App-webs/"), "hikvision", None, "strong"),
    ("hik old recorder header", http("Server: DNVRS-Webs"), "hikvision", None, "strong"),
    ("hik page that moves on", http("Server: webserver", body='<html><script>window.location.href = "/doc/page/login.asp?_1"</script></html>'), "hikvision", None, "strong"),
    ("hik new page", http("Server: webserver", body='<html><head><meta http-equiv="refresh" content="0;url=/doc/index.html"></head></html>'), "hikvision", None, "indicative"),
    ("hik loader of scripts", http(body='<html><script src="../script/lib/seajs/seajs/2.1.1/sea.js"></script></html>'), "hikvision", None, "supporting"),
    ("hik portal route", http("Location: /doc/index.html#/portal/login", status="302 Found"), "hikvision", None, "strong"),
    ("hik web components", http(body='<html><script src="/doc/ui/js/common.js?version=V4.0.1build200628"></script></html>'), "hikvision", None, "supporting"),
    ("hik realm of a camera", denied("IP Camera(D4321)"), "hikvision", None, "strong"),
    ("hik realm of a recorder", denied("DVRNVRDVS"), "hikvision", None, "strong"),
    ("hik realm that is a model", denied("DS-2CD2032-I"), "hikvision", "hikvision", "supporting"),
    ("hik realm of the web sdk", denied("HikvisionDS"), "hikvision", None, "supporting"),
    ("hik copyright", http(body="<html><p>&copy;2021 Hikvision Digital Technology Co., Ltd.</p></html>"), "hikvision", "hikvision", "supporting"),
    ("isapi named", isapi("DeviceInfo", HIK, model="DS-2CD2143G2-I", serialNumber="DS-2CD2143G2-I20220510AAWRJ12345678"), "hikvision", "hikvision", "strong"),
    ("isapi neutral", isapi("DeviceInfo", NEUTRAL, model="NVR-108", firmwareVersion="V4.30.005"), "hikvision", None, "supporting"),
    ("isapi std-cgi", isapi("ResponseStatus", STD, statusCode="4", subStatusCode="notSupport"), "hikvision", None, "supporting"),
    ("isapi without a name space", ("isapi", "<ResponseStatus><requestURL>/ISAPI/System/deviceInfo</requestURL><statusCode>4</statusCode><subStatusCode>invalidOperation</subStatusCode></ResponseStatus>"), "hikvision", None, "supporting"),
    ("isapi login check", ("isapi", "<userCheck><statusValue>401</statusValue><lockStatus>unlock</lockStatus><retryLoginTime>7</retryLoginTime></userCheck>"), "hikvision", None, "supporting"),
    ("isapi session challenge", ("isapi", "<SessionLoginCap><sessionID>1</sessionID><challenge>aa</challenge><iterations>100</iterations><isIrreversible>true</isIrreversible></SessionLoginCap>"), "hikvision", None, "supporting"),
    ("isapi activation", ("isapi", "<ActivateStatus><Activated>true</Activated></ActivateStatus>"), "hikvision", None, "supporting"),
    ("isapi event", isapi("EventNotificationAlert", NEUTRAL, ipAddress="192.0.2.9", channelID="1", eventType="VMD", activePostCount="1"), "hikvision", None, "supporting"),
    ("isapi event as json", ("other", '{"ipAddress": "192.0.2.9", "portNo": 80, "macAddress": "02:00:00:00:00:01", "dateTime": "2024-01-01T00:00:00", "activePostCount": 1, "eventType": "AccessControllerEvent", "eventState": "active"}'), "hikvision", None, "supporting"),
    ("isapi json of an old device", ("isapi", '{"statusCode": 4, "statusString": "Invalid Operation", "subStatusCode": "notSupport", "errorCode": 1073741830, "errorMsg": "notSupport"}'), "hikvision", None, "supporting"),
    ("isapi challenge of new firmware", ("isapi", 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest qop="auth", realm="0a1b2c3d4e5f60718293a4b5", nonce="5f"\r\n\r\n'), "hikvision", None, "supporting"),
    ("psia", isapi("DeviceInfo", "urn:psialliance-org", deviceName="IP CAMERA", model="DS-2CD812PF"), "hikvision", "hikvision", "supporting"),
    ("isapi of a rebrand", isapi("DeviceInfo", NEUTRAL, manufacturer="LTS", model="CMIP3142W-28M", serialNumber="CMIP3142W-28M20210401AAWRF12345678"), "hikvision", "lts", "strong"),
    ("sadp", ("sadp", "<ProbeMatch><DeviceDescription>NVR-8P</DeviceDescription><DeviceSN>NVR-8P0820210401CCRRF12345678WCVU</DeviceSN><SoftwareVersion>V4.30.005build 210101</SoftwareVersion></ProbeMatch>"), "hikvision", None, "strong"),
    ("hik rtsp realm", ("rtsp", 'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="Hikvision", nonce="5f", stale="FALSE"\r\nWWW-Authenticate: Basic realm="/"\r\n\r\n'), "hikvision", None, "strong"),
    ("hik rtsp camera realm", denied("IP Camera(12345)", "rtsp"), "hikvision", None, "strong"),
    ("hik sdp", sdp("Media Presentation", "a=control:rtsp://192.0.2.5/Streaming/Channels/102/", "a=Media_header:MEDIAINFO=494D4B48;", "a=appversion:1.0", base="rtsp://192.0.2.5/Streaming/Channels/102/"), "hikvision", None, "supporting"),
    ("hik sdp without a base", sdp("Media Presentation", "m=video 0 RTP/AVP 96", "a=control:rtsp://192.0.2.5:554/Streaming/Channels/101/trackID=1"), "hikvision", None, "supporting"),
    ("hik sdp of old firmware", sdp("HIK Media Server V3.1.2", "i=HIK Media Server Session Description : standard"), "hikvision", None, "indicative"),
    ("hik onvif", onvif("HIKVISION", "DS-2CD2042WD-I", "V5.4.5 build 170123", "DS-2CD2042WD-I20160501AAWR612345678", "88"), "hikvision", "hikvision", "strong"),
    ("hik onvif without a name", onvif("IPC", "B340", "V5.5.84 build 200409", "B34020200401AAWRE12345678", "88"), "hikvision", None, "strong"),
    ("hik onvif by version and hardware", onvif("", "NC308-XD", "V5.5.130 build 200501", "A1", "88"), "hikvision", None, "supporting"),
    ("hik scopes", scopes("name/HIKVISION%20DS-2DE2A404IW", "hardware/DS-2DE2A404IW", "location/city/hangzhou"), "hikvision", "hikvision", "supporting"),
    ("hik scopes of a rebrand", scopes("name/IP%20CAMERA", "hardware/DS-2CD1023", "location/city/hangzhou", "MAC/44:19:b6:00:00:01"), "hikvision", "hikvision", "supporting"),
    ("hik upnp", ("upnp-description", '<root xmlns="urn:schemas-upnp-org:device-1-0"><device><friendlyName>HIKVISION DS-7608NI-E2</friendlyName><manufacturer>Hikvision</manufacturer><modelName>DS-7608NI-E2</modelName></device></root>'), "hikvision", "hikvision", "supporting"),
    ("hik mdns", ("mdns", '{"service": "_psia._tcp.local.", "name": "HIKVISION DS-2CD2032-I - 450000001._psia._tcp.local."}'), "hikvision", "hikvision", "supporting"),
    ("hik snmp camera", ("snmp", '.1.3.6.1.4.1.39165.1.1.0 = STRING: "DS-2CD2143G2-I"\n.1.3.6.1.4.1.39165.1.3.0 = STRING: "V5.5.82 build 190910"'), "hikvision", "hikvision", "supporting"),
    ("hik snmp recorder", ("snmp", ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.50001"), "hikvision", None, "supporting"),
    ("hik certificate", ("tls-cert", "subject=C = CN, ST = ZheJiang, L = HangZhou, O = HIKVISION, OU = DVRNVR, CN = www.hikvision.com"), "hikvision", None, "strong"),
    ("hik telnet", ("telnet", "\r\n192.0.0.64 login: "), "hikvision", None, "supporting"),
    ("hik sip", ("sip", "REGISTER sip:34020000002000000001@192.0.2.1 SIP/2.0\r\nUser-Agent: Embedded Net DVR/NVR/DVS\r\n\r\n"), "hikvision", None, "supporting"),
    ("hik management software", http(body="<html><head><title>HikCentral Professional</title></head></html>"), "hikvision", "hikvision", "indicative"),
    ("hik dhcp name", ("dhcp", '{"hostname": "DS-2CD2143G2-I", "vendor_class": "udhcp 1.19.4"}'), "hikvision", "hikvision", "supporting"),
    ("ezviz camera", onvif("EZVIZ", "CS-C6N-A0-1C2WFR", "V5.3.0 build 210910", "CS-C6N-A0-1C2WFR20210901AARRF12345678"), "hikvision", "ezviz", "strong"),
    ("ezviz inventory", ("inventory-text", {"manufacturer": "EZVIZ", "model": "CS-H8c-R100-1J5WKFL"}), "hikvision", "ezviz", "supporting"),
    ("hilook", ("inventory-text", {"manufacturer": "HiLook", "model": "IPC-T240H"}), "hikvision", "hilook", "supporting"),
    ("dahua finder", ("dhip", '{"mac": "90:02:a9:00:00:01", "method": "client.notifyDevInfo", "params": {"deviceInfo": {"DeviceClass": "IPC", "DeviceType": "IPC-HFW2431S", "SerialNo": "5G00000PAJ00001", "Vendor": "Private", "Version": "2.800.0000000.13.R"}}}'), "dahua", None, "strong"),
    ("dahua finder of a rebrand", ("dhip", '{"method": "client.notifyDevInfo", "params": {"deviceInfo": {"DeviceClass": "NVR", "DeviceType": "NVR", "SerialNo": "ND011907000001", "Vendor": "Lorex", "UnLoginFuncMask": 1}}}'), "dahua", "lorex", "strong"),
    ("dahua login challenge", ("dhip", '{"error": {"code": 268632079, "message": "Component error: login challenge!"}, "params": {"encryption": "Default", "random": "1", "realm": "Login to 0a1b2c3d4e5f60718293a4b5c6d7e8f9"}, "result": false, "session": 1}'), "dahua", None, "strong"),
    ("dahua session error", ("other", '{"error": {"code": 287637505, "message": "Invalid session in request data!"}, "id": 2, "result": false, "session": 0}'), "dahua", None, "supporting"),
    ("dahua realm serial", denied("Login to 4G00000PAJ00001"), "dahua", None, "supporting"),
    ("dahua realm digest", denied("Login to 0a1b2c3d4e5f60718293a4b5c6d7e8f9"), "dahua", None, "supporting"),
    ("dahua realm product", denied("Login to IP Camera"), "dahua", None, "indicative"),
    ("dahua realm of the interface guide", denied("DH_001122334455"), "dahua", None, "supporting"),
    ("dahua rtsp realm", denied("Login to 4G00000PAJ00001", "rtsp"), "dahua", None, "supporting"),
    ("dahua page", http("Server: webserver", body='<html><head><title>WEB SERVICE</title><script src="/jsCore/rpcCore.js"></script></head></html>'), "dahua", None, "supporting"),
    ("dahua page without a title", http(body='<html><script src="/jsBase/widget/js/dui.tab.js"></script><script src="/jsCore/common.js"></script></html>'), "dahua", None, "supporting"),
    ("dahua new page", http(body='<html><script>fetch("/RPC2_Login")</script></html>'), "dahua", None, "supporting"),
    ("dahua cookie", http("Set-Cookie: DhWebClientSessionID=1; path=/"), "dahua", None, "indicative"),
    ("dahua cgi system", ("dahua-cgi", "appAutoStart=true\r\ndeviceType=IPC-HDW5831R-ZE\r\nprocessor=S3LM\r\nserialNumber=4G00000PAJ00001\r\n"), "dahua", "dahua", "strong"),
    ("dahua cgi type", ("dahua-cgi", "type=SD49225XA-HNR"), "dahua", "dahua", "supporting"),
    ("dahua cgi version", ("dahua-cgi", "version=2.840.0000000.5.R,build:2021-03-02"), "dahua", None, "supporting"),
    ("dahua cgi serial", ("dahua-cgi", "sn=4G00000PAJ00001"), "dahua", None, "supporting"),
    ("dahua cgi vendor", ("dahua-cgi", "vendor=General"), "dahua", None, "strong"),
    ("dahua cgi settings", ("dahua-cgi", "table.VideoColor[0][0].Brightness=50\r\ntable.VideoColor[0][0].Contrast=50\r\n"), "dahua", None, "supporting"),
    ("dahua cgi capabilities", ("dahua-cgi", "caps.SupportControlFullcolorLight=true\r\ncaps.SupportControlLight=true\r\n"), "dahua", None, "supporting"),
    ("dahua cgi events", ("dahua-cgi", "--myboundary\r\nContent-Type: text/plain\r\nContent-Length:39\r\n\r\nCode=VideoMotion;action=Start;index=0\r\n"), "dahua", None, "supporting"),
    ("dahua cgi refused", ("dahua-cgi", 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="Login to 6J00000PAZ00001",qop="auth",nonce="1",opaque="2"\r\nCONNECTION: close\r\n\r\nInvalid Authority!\r\n'), "dahua", None, "supporting"),
    ("dahua stream", sdp("Media Server", "a=packetization-supported:DH", "a=rtppayload-supported:DH", base="rtsp://192.0.2.5/cam/realmonitor?channel=1&subtype=0/"), "dahua", None, "strong"),
    ("dahua rtsp server", ("rtsp", "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Dahua Rtsp Server\r\n\r\n"), "dahua", None, "strong"),
    ("dahua onvif", onvif("Dahua", "IPC-HDW2431T-AS", "2.800.0000000.25.R, Build Date 2021-05-12", "6J00000PAZ00001", "1.00"), "dahua", "dahua", "strong"),
    ("dahua onvif of a rebrand", onvif("Amcrest", "IP8M-T2599EW", "2.800.00AC006.0.R, Build Date 2021-11-02", "AMC00000000000001"), "dahua", "amcrest", "supporting"),
    ("dahua onvif without a name", onvif("General", "IP Camera", "4.300.0000000.1.R", "7A00000PAG00001"), "dahua", None, "supporting"),
    ("dahua scopes", scopes("name/Dahua", "hardware/IPC-HFW1230S", "extension/unique_identifier/1", "location/country/china"), "dahua", "dahua", "supporting"),
    ("dahua scopes of a rebrand", scopes("name/CP%20PLUS", "hardware/CP-UNC-TA21L3", "extension/unique_identifier/1"), "dahua", "cp-plus", "indicative"),
    ("dahua snmp", ("snmp", ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.1004849.3.2.10"), "dahua", None, "strong"),
    ("dahua upnp", ("upnp-description", '<root xmlns="urn:schemas-upnp-org:device-1-0"><device><manufacturer>Dahua Technology Co., Ltd</manufacturer><modelName>IPC-HFW1230S</modelName></device></root>'), "dahua", "dahua", "supporting"),
    ("dahua label", ("other", "{SN:5G00000PAJ00001,DT:IPC-G22P,SC:AAAAAAAA,NC:015}"), "dahua", None, "supporting"),
    ("dahua inventory", ("inventory-text", {"manufacturer": "Dahua", "model": "IPC-T5442T-ZE"}), "dahua", "dahua", "supporting"),
    ("imou inventory", ("inventory-text", {"manufacturer": "IMOU", "model": "IPC-A22E-K"}), "dahua", "imou", "supporting"),
    ("uniview lapi", ("other", '{"Response": {"ResponseURL": "/LAPI/V1.0/System/DeviceInfo", "ResponseCode": 0, "StatusString": "Succeed", "Data": {"DeviceModel": "IPC3614LB-ADF28K-H", "SerialNumber": "210235C3R00000000001", "FirmwareVersion": "GIPC-B6202.6.18.220101"}}}'), "uniview", None, "strong"),
    ("uniview lapi refused", ("other", '{"Response": {"ResponseURL": "/LAPI/V1.0/System/DeviceBasicInfo", "ResponseCode": 401, "ResponseString": "Not Authorized"}}'), "uniview", None, "supporting"),
    ("uniview onvif", onvif("UNIVIEW", "IPC322LB-SF28-A", "QIPC-B6301.6.5.210401", "210235C3R00000000001"), "uniview", "uniview", "supporting"),
    ("uniview onvif of a rebrand", onvif("", "GX200", "QIPC-B2202.3.73.C06290.NB.230628", "210235C3R00000000001"), "uniview", None, "strong"),
    ("uniview scopes", scopes("name/UNIVIEW", "hardware/IPC3614LB-ADF28K-H"), "uniview", "uniview", "supporting"),
    ("uniview stream", sdp("VCP IPC Realtime stream", "m=video 0 RTP/AVP 105", base="rtsp://192.0.2.5/media/video1"), "uniview", None, "supporting"),
    ("uniview path", sdp("stream", "m=video 0 RTP/AVP 105", base="rtsp://192.0.2.5/unicast/c1/s0/live"), "uniview", None, "supporting"),
    ("uniview page", http(body='<html><script>var cgi = "/cgi-bin/main-cgi";</script></html>'), "uniview", None, "supporting"),
    ("uniview inventory", ("inventory-text", {"manufacturer": "UNV", "model": "NVR301-08S3-P8"}), "uniview", "uniview", "supporting"),
    ("uniview version in a text", ("inventory-text", "firmware QIPC-B6301.6.5.210401"), "uniview", None, "supporting"),
    ("tiandy onvif", onvif("Tiandy", "TC-C32GN", "V14.10.1", "A1"), "tiandy", "tiandy", "supporting"),
    ("tiandy scopes", scopes("name/Tiandy", "hardware/TC-C34GS"), "tiandy", "tiandy", "supporting"),
    ("tiandy model", ("inventory-text", {"model": "TC-C35MS Spec:I3/E/Y/2.8mm/V4.0"}), "tiandy", "tiandy", "supporting"),
    ("tiandy prefix", ("mac", "3c:da:6d:00:00:01"), "tiandy", None, "indicative"),
    ("tiandy page", http(body="<html><head><title>Easy7 Client</title></head></html>"), "tiandy", None, "indicative"),
    ("tvt model", ("inventory-text", {"model": "TD-9443E3B-A"}), "tvt", None, "supporting"),
    ("tvt onvif", onvif("TVT", "TD-9423A3-LR", "5.1.1.0", "A1"), "tvt", "tvt", "supporting"),
    ("tvt prefix", ("mac", "00:18:ae:00:00:01"), "tvt", None, "indicative"),
    ("tvt page", http(body="<html><head><title>NVMS-9000</title></head></html>"), "tvt", None, "indicative"),
    ("tvt scopes", scopes("name/TVT", "hardware/TD-9443E3B-A"), "tvt", "tvt", "supporting"),
    ("raysharp onvif", onvif("Raysharp", "N7516", "V8.2.3-20221014", "A1"), "raysharp", "raysharp", "supporting"),
    ("raysharp interface", ("other", '{"result": "success", "data": {"device_type": "N7516", "software_version": "V8.2.3-20221014", "ie_client_version": "V1.0.0.1"}}'), "raysharp", None, "supporting"),
    ("raysharp text", ("inventory-text", "RaySharp DVR"), "raysharp", "raysharp", "supporting"),
    ("xm rtsp", ("rtsp", "RTSP/1.0 200 OK\r\nServer: H264DVR 1.0\r\nCseq: 1\r\n\r\n"), "xiongmai", None, "supporting"),
    ("xm page", http("Server: uc-httpd 1.0.0", body="<html><head><title>NETSurveillance WEB</title></head></html>"), "xiongmai", None, "supporting"),
    ("xm system info", ("other", '{"Name": "SystemInfo", "Ret": 100, "SessionID": "0x1", "SystemInfo": {"HardWare": "50H20L_BLK18V", "SoftWareVersion": "V4.02.R11.00000000.10010.140000.0000000", "SerialNo": "0a1b2c3d4e5f6071"}}'), "xiongmai", None, "supporting"),
    ("xm onvif", onvif("H264", "XM530_R80X30-PQ_8M", "V5.00.R02.000807D8.10010.040400", "0a1b2c3d4e5f6071"), "xiongmai", None, "supporting"),
    ("huawei camera", onvif("HUAWEI", "M2120-EI", "SDC 8.0.1", "A1"), "huawei", "huawei", "supporting"),
    ("huawei camera by version", onvif("", "IPC6225-VRZ", "IPC6225 V200R003C30SPC200", "A1"), "huawei", None, "supporting"),
    ("huawei scopes", scopes("name/HUAWEI", "hardware/X2221-VI"), "huawei", "huawei", "supporting"),
    ("holosens inventory", ("inventory-text", {"manufacturer": "HoloSens", "model": "SDC M2241-QL"}), "huawei", "holosens", "indicative"),
    ("zte access router", ("upnp-description", '<root xmlns="urn:schemas-upnp-org:device-1-0"><device><manufacturer>ZTE Corporation</manufacturer><modelName>ZXHN H168N</modelName></device></root>'), "zte", "zte", "supporting"),
    ("hytera body camera", ("inventory-text", {"manufacturer": "Hytera", "model": "VM780"}), "hytera", "hytera", "supporting"),
    ("hytera onvif", onvif("Hytera", "VM685", "1.0", "A1"), "hytera", "hytera", "supporting"),
    ("hik play reply", ("rtsp", "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 1\r\nRTP-Info: url=rtsp://192.0.2.5:554/Streaming/Channels/101/trackID=1;seq=1\r\n\r\n"), "hikvision", None, "supporting"),
    ("hik stream of a recorder", sdp("Media Presentation", "a=control:rtsp://192.0.2.5/ISAPI/Streaming/tracks/101/"), "hikvision", None, "supporting"),
    ("hik old path", sdp("-", "m=video 0 RTP/AVP 96", base="rtsp://192.0.2.5/h264/ch1/main/av_stream/"), "hikvision", None, "supporting"),
    ("dahua host name", ("dhcp", '{"hostname": "4F00000PAZ00001", "vendor_class": "udhcp 1.24.2"}'), "dahua", None, "supporting"),
    ("dahua certificate", ("tls-cert", "subject=C = CN, O = Device, CN = 4F00000PAZ00001"), "dahua", None, "supporting"),
    ("dahua event as json", ("other", '{"Code": "SmartMotionHuman", "Action": "Start", "Index": 0}'), "dahua", None, "supporting"),
    ("ezviz by its short name", ("inventory-text", "EZVIZ C6N"), "hikvision", "ezviz", "supporting"),
    ("huawei by its name", ("inventory-text", "Huawei M2140-EI"), "huawei", "huawei", "supporting"),
    ("uniview by its name", ("inventory-text", "UNV IPC-T23S-A40-V2"), "uniview", "uniview", "supporting"),
]
# fmt: on


@pytest.mark.parametrize(
    ("reply", "maker", "brand", "least"), [row[1:] for row in SURFACES], ids=[row[0] for row in SURFACES]
)
def test_surface(ask, reply, maker, brand, least):
    answer = ask(reply)
    assert answer["maker"] == maker
    assert Strength.parse(answer["strength"]["maker"]) >= Strength.parse(least)
    assert answer["brand"] == brand or (brand is None and answer["strength"]["brand"] == "indicative")


@pytest.mark.parametrize(
    ("text", "brand", "kind"),
    [
        ("HiLook IPC-B140H", "hilook", "camera"),
        ("HiWatch DS-N204", "hiwatch", "recorder"),
        ("EZVIZ DB1C", "ezviz", "intercom"),
        ("Dahua NVR4108HS-8P", "dahua", "recorder"),
        ("Amcrest ASH21", "amcrest", "camera"),
        ("Lorex N842A82", "lorex", "recorder"),
        ("ANNKE C500", "annke", "camera"),
        ("TruVision TVN10", "truvision", "recorder"),
        ("Safire SF-IPCV855WH", "safire", "camera"),
        ("CP Plus CP-UNC-TA21L3", "cp-plus", "camera"),
        ("Uniview NVR516-128", "uniview", "recorder"),
        ("Hytera VM780", "hytera", "body-worn"),
        ("Swann SWDVK-830008", "swann", "recorder"),
    ],
)
def test_a_name_and_a_model_tell_the_brand_and_the_kind(ask, text, brand, kind):
    answer = ask(("inventory-text", text))
    assert (answer["brand"], answer["device_class"], answer["is_surveillance"]) == (brand, kind, True)
