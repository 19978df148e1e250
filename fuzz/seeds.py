"""Own minimal replies, one or more a protocol: where fuzzing starts and what the decoder tests read.

Written from the public descriptions of the protocols, with documentation addresses only.
"""

from __future__ import annotations

import base64
import struct

__all__ = ["CERTIFICATE_PEM", "SEEDS"]

CERTIFICATE_PEM = b"""-----BEGIN CERTIFICATE-----
MIIBnzCCAUWgAwIBAgIEEjSrzTAKBggqhkjOPQQDAjBDMQswCQYDVQQGEwJDQTEX
MBUGA1UECgwORXhhbXBsZSwgV29ya3MxGzAZBgNVBAMMEmNhbWVyYS5leGFtcGxl
Lm9yZzAeFw0yMDAxMDEwMDAwMDBaFw0zMDAxMDEwMDAwMDBaMEMxCzAJBgNVBAYT
AkNBMRcwFQYDVQQKDA5FeGFtcGxlLCBXb3JrczEbMBkGA1UEAwwSY2FtZXJhLmV4
YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA1UUA8PpdkgndAaU
Ymrs26SP4bwjeF0bEgJzViIPyv+35IWAX7rqKmTYykb5AVGabvxw256663/COxs3
+CmIr6MnMCUwIwYDVR0RBBwwGoISY2FtZXJhLmV4YW1wbGUub3JnhwTAAAIKMAoG
CCqGSM49BAMCA0gAMEUCIQCydWAUbjULy6sPMuE+08mrS8u3b5aeLZ6y00vzWowy
vQIgMEQTTQhlTVooMYQlhyD+EkvWL42Goc6oh5ZE3jREiVA=
-----END CERTIFICATE-----
"""
_MAC = bytes.fromhex("00005e005301")
_IP = bytes([192, 0, 2, 10])


def _layout(size: int, *pieces: tuple[int, bytes]) -> bytes:
    data = bytearray(size)
    for at, piece in pieces:
        data[at : at + len(piece)] = piece
    return bytes(data)


def _dhip(body: bytes) -> bytes:
    return struct.pack("<I4sIIIIII", 32, b"DHIP", 0, 0, len(body), 0, len(body), 0) + body


def _dns(*records: tuple[bytes, int, bytes]) -> bytes:
    answers = b"".join(name + struct.pack(">HHIH", kind, 1, 120, len(data)) + data for name, kind, data in records)
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + answers


def _labels(*labels: bytes) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _tlv(kind: int, data: bytes) -> bytes:
    return struct.pack(">H", kind << 9 | len(data)) + data


_SERVICE = (b"_axis-video", b"_tcp", b"local")
_HOST = _labels(b"unit-1", b"local")
_DHIP_JSON = (
    b'{"mac":"00:00:5e:00:53:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"DeviceClass":"IPC",'
    b'"DeviceType":"IPC-EXAMPLE","SerialNo":"1A2B3C4PAQ00001","Version":"2.800.0000000.1.R","Vendor":"General","Init":150,'
    b'"IPv4Address":{"IPAddress":"192.0.2.10","SubnetMask":"255.255.255.0","DefaultGateway":"192.0.2.1"}}}}\n\0'
)
_XM_JSON = (
    b'{ "NetWork.NetCommon" : { "MAC" : "00:00:5e:00:53:01", "HostIP" : "0x0A0200C0", "SN" : "0123456789abcdef", '
    b'"HostName" : "unit", "ChannelNum" : 4 }, "Ret" : 100, "SessionID" : "0x00000000" }\n\0'
)
_TAPO_JSON = (
    b'{"result":{"device_type":"SMART.IPCAMERA","device_model":"X100","mac":"00-00-5E-00-53-01","ip":"192.0.2.10",'
    b'"firmware_version":"1.0.1","encrypt_info":{"data":"c2VjcmV0"}},"error_code":0}'
)
_SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=Example stream\r\na=tool:Example Tool 1.0\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
_SOAP = (
    b'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body>%s</s:Body></s:Envelope>'
)
_MATCH = (
    b"<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:A1B2C3D4-0000-4000-8000-00005E005301</a:Address>"
    b"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>"
    b"onvif://www.onvif.org/name/ACME%%20X1 onvif://www.onvif.org/hardware/X1 onvif://www.onvif.org/MAC/00:00:5e:00:53:01"
    b"</d:Scopes><d:XAddrs>http://192.0.2.10/onvif/device_service http://[2001:db8::10]/onvif/device_service</d:XAddrs>"
    b"</d:ProbeMatch></d:ProbeMatches>"
).replace(b"%%", b"%")
_ISAPI = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<DeviceInfo version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r\n'
    b"<deviceName>Gate &amp; yard</deviceName>\r\n<model>EX-1</model>\r\n<serialNumber>EX-120240102AAWR123456789</serialNumber>\r\n"
    b"<macAddress>00:00:5e:00:53:01</macAddress>\r\n<firmwareVersion>V5.5.0</firmwareVersion>\r\n"
    b"<firmwareReleasedDate>build 190910</firmwareReleasedDate>\r\n</DeviceInfo>\r\n"
)
_CHANNELS = (
    b'<InputProxyChannelList xmlns="http://www.isapi.org/ver20/XMLSchema" size="0"><InputProxyChannel><id>2</id><name>Gate</name>'
    b"<sourceInputPortDescriptor><proxyProtocol>ONVIF</proxyProtocol><userName>operator</userName><model>FAR-1</model>"
    b"<serialNumber>FAR000001</serialNumber></sourceInputPortDescriptor></InputProxyChannel></InputProxyChannelList>"
)
_SADP = (
    b'<?xml version="1.0" encoding="UTF-8" ?>\r\n<ProbeMatch>\r\n<Uuid>00000000-0000-4000-8000-000000000001</Uuid>\r\n'
    b"<Types>inquiry</Types>\r\n<DeviceType>1000</DeviceType>\r\n<DeviceDescription>EX-2</DeviceDescription>\r\n"
    b"<DeviceSN>EX-220240102CCWR987654321</DeviceSN>\r\n<MAC>00-00-5e-00-53-02</MAC>\r\n<IPv4Address>192.0.2.11</IPv4Address>\r\n"
    b"<SoftwareVersion>V5.5.82build 190910</SoftwareVersion>\r\n<Activated>true</Activated>\r\n<Salt>abcdef</Salt>\r\n"
    b"<PasswordResetAbility>true</PasswordResetAbility>\r\n</ProbeMatch>\r\n"
)
_UPNP = (
    b'<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><friendlyName>Unit 1</friendlyName>'
    b"<manufacturer>Example</manufacturer><modelName>X1</modelName><serialNumber>00AB12CD</serialNumber>"
    b"<UDN>uuid:a1b2c3d4-0000-4000-8000-00005e005301</UDN><deviceList><device><friendlyName>Part</friendlyName></device>"
    b"</deviceList></device></root>"
)
_AXIS = (
    b'{"apiVersion":"1.0","data":{"propertyList":{"Brand":"AXIS","ProdNbr":"X1","ProdFullName":"Example X1",'
    b'"SerialNumber":"00005E005301","Version":"10.1.2"}}}'
)
_HTTP = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: example/1.0\r\nSet-Cookie: SessionX=abc; path=/\r\n"
    b'WWW-Authenticate: Digest realm="Login to 1A2B3C", qop="auth", nonce="00ff", opaque="77"\r\n'
    b'WWW-Authenticate: Basic realm="/"\r\nContent-Length: %d\r\n\r\n'
)
_PAGE = b'<html><head><title> Example\n page </title><script src="/js/app.js"></script></head><body>hello</body></html>'
_FOSCAM = _layout(
    0x60, (0, b"MO_I"), (0x17, b"00005E005301"), (0x24, b"unit"), (0x39, _IP), (0x49, b"\1\0\0\0"), (0x4D, b"\1\2\3\4")
)
_KEY = b"12345678"

SEEDS: dict[str, tuple[bytes, ...]] = {
    "http": (
        (_HTTP % len(_PAGE)) + _PAGE,
        b"HTTP/1.1 200 OK\nServer: example\nX-Powered-By: Example\nLocation: /start",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(_PAGE), _PAGE),
        _PAGE,
    ),
    "tls-cert": (
        CERTIFICATE_PEM,
        base64.b64decode(b"".join(CERTIFICATE_PEM.splitlines()[1:-1])),
        (b"Certificate:\n    Data:\n        Serial Number: 4660 (0x1234)\n        Issuer: C = CA, O = Example, CN = root\n"
        b"        Validity\n            Not Before: Jan  1 00:00:00 2020 GMT\n            Not After : Jan  1 00:00:00 2030 GMT\n"
        b'        Subject: C = CA, ST = Ontario, O = "Example, Works", CN = unit.example.org\n'
        b"            X509v3 Subject Alternative Name:\n                DNS:unit.example.org, IP Address:192.0.2.10\n"),
        b"subject=/C=CA/O=Example/CN=unit\nissuer=/C=CA/O=Example/CN=root\n",
    ),
    "rtsp": (
        b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Example Rtsp/1.0\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n",
        b'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="IP Camera(E1234)", nonce="0a"\r\n\r\n',
        b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://192.0.2.10/\r\nContent-Length: %d\r\n\r\n%s" % (len(_SDP), _SDP),
        _SDP,
    ),
    "ws-discovery": (_SOAP % _MATCH,),
    "onvif": (
        _SOAP % b"<tds:GetDeviceInformationResponse><tds:Manufacturer>ACME</tds:Manufacturer><tds:Model>X1</tds:Model>"
        b"<tds:FirmwareVersion>1.2</tds:FirmwareVersion><tds:SerialNumber>SN00017</tds:SerialNumber>"
        b"<tds:HardwareId>7</tds:HardwareId></tds:GetDeviceInformationResponse>",
        _SOAP % b"<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace>"
        b"<tds:XAddr>http://192.0.2.10/onvif/media</tds:XAddr></tds:Service></tds:GetServicesResponse>",
        _SOAP % b"<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>Not authorized</s:Text></s:Reason></s:Fault>",
        _SOAP % b"<tds:GetSystemDateAndTimeResponse><UTCDateTime><Time><Hour>3</Hour><Minute>4</Minute><Second>5</Second></Time>"
        b"<Date><Year>2026</Year><Month>2</Month><Day>1</Day></Date></UTCDateTime></tds:GetSystemDateAndTimeResponse>",
        _SOAP % b"<tds:GetNetworkInterfacesResponse><HwAddress>00:00:5e:00:53:01</HwAddress><IPv4><Manual><Address>192.0.2.10"
        b"</Address></Manual></IPv4></tds:GetNetworkInterfacesResponse>",
        b'{"Manufacturer": "ACME", "Model": "X1", "SerialNumber": "SN00017", "HardwareID": "7"}',
        b" address: 192.0.2.10:2020\n  - onvif://www.onvif.org/name/X1\n  - onvif://www.onvif.org/location/New Town\n",
    ),
    "isapi": (
        _ISAPI,
        _CHANNELS,
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n" + _ISAPI,
        b"<ActivateStatus><Activated>false</Activated></ActivateStatus>",
        b"{'DeviceInfo': {'@xmlns': 'http://www.isapi.org/ver20/XMLSchema', 'model': 'EX-1', 'serialNumber': 'EX-1A0001', 'oem': None",
    ),
    "dahua-cgi": (
        b"deviceType=IPC-EXAMPLE\r\nprocessor=S3\r\nserialNumber=1A2B3C4PAQ00001\r\n",
        (b"table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_0.Vendor=Onvif\n"
        b"table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_0.SerialNo=FAR000001\n"
        b"table.RemoteDevice.uuid:System_CONFIG_NETCAMERA_INFO_0.Password=hunter2\n"),
    ),
    "axis": (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_AXIS), _AXIS), b"root.Brand.ProdNbr=X1\nroot.Brand.Brand=AXIS\n"),
    "sadp": (_SADP,),
    "dhip": (_dhip(_DHIP_JSON), _DHIP_JSON, b"\xf6" + bytes(31) + _DHIP_JSON),
    "ssdp": (
        (b"HTTP/1.1 200 OK\r\nLOCATION: http://192.0.2.10:49152/desc.xml\r\nSERVER: Linux UPnP/1.0 Example/1.0\r\n"
        b"ST: upnp:rootdevice\r\nUSN: uuid:a1b2c3d4-0000-4000-8000-00005e005301::upnp:rootdevice\r\nX-User-Agent: lib\r\n\r\n"),
        b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nlOCATION: http://192.0.2.10/d.xml\r\n\r\n",
    ),
    "upnp-description": (_UPNP, b"'name': 'Unit 1', 'model_name': 'X1', 'manufacturer': 'Example'"),
    "mdns": (
        _dns(
            (_labels(*_SERVICE), 12, _labels(b"ACME X1 - 00005E005301", *_SERVICE)),
            (_labels(b"ACME X1 - 00005E005301", *_SERVICE), 33, struct.pack(">HHH", 0, 0, 80) + _HOST),
            (_labels(b"ACME X1 - 00005E005301", *_SERVICE), 16, b"\x17macaddress=00005E005301"),
            (_HOST, 1, _IP),
        ),
        b'{"service": "_axis-video._tcp.local", "name": "ACME X1", "host": "unit-1.local", "txt": {"macaddress": "00005E005301"}}',
        (b'= eth0 IPv4 ACME X1 _axis-video._tcp local\n   hostname = [unit-1.local]\n   address = [192.0.2.10]\n'
        b'   txt = ["macaddress=00005E005301"]\n'),
    ),
    "port-8000": (bytes.fromhex("000000100000001e0000001e00000000"), b"00000010 0000001e 0000001e 00000000"),
    "mac": (
        b"? (192.0.2.10) at 0:0:5e:0:53:1 on en0 [ethernet]",
        b"12:00:00.000000 00:00:5e:00:53:01 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), Request who-has 192.0.2.1 tell 192.0.2.10",
        b"00005E",
    ),
    "dhcp": (
        _layout(240, (0, b"\1\1\6\0"), (12, _IP), (28, _MAC), (236, b"\x63\x82\x53\x63"))
        + b"\x35\1\1\x3c\x0cACME,Cam,X1\0\x0c\6unit-1\x37\3\1\3\6\x32\4" + _IP + b"\xff",
        b'{"vendor_class": "ACME,Cam,X1", "param_req": [1, 3, 6], "mac": "00:00:5e:00:53:01"}',
        b'lease 192.0.2.10 {\n  hardware ethernet 00:00:5e:00:53:01;\n  client-hostname "unit-1";\n}\n',
        b"vendor-class=ACME,Cam,X1\nhostname=unit-1\n",
    ),
    "snmp": (
        (b'.1.3.6.1.2.1.1.1.0 = STRING: "ACME Network Camera\nsecond line"\n.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1\n'
        b'.1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 00 5E 00 53 01 \n.1.3.6.1.2.1.47.1.1.1.1.11.1 = STRING: "SN00017"\n'),
        b'SNMPv2-MIB::sysName.0 = STRING: unit-1\nSNMPv2-SMI::enterprises.39165.1.1.0 = STRING: "EX-1"\n',
    ),
    "ftp": (b"220-Welcome\r\n220 ACME X1 FTP server ready.\r\n",),
    "telnet": (b"\xff\xfd\x18\xff\xfb\x01\r\n192.0.2.10 login: ",),
    "sip": (b"REGISTER sip:192.0.2.1 SIP/2.0\r\nUser-Agent: Example IPC/1.0\r\n\r\n", b"SIP/2.0 401 Unauthorized\r\nServer: Example\r\n\r\n"),
    "lldp": (
        _tlv(1, b"\4" + _MAC) + _tlv(2, b"\3" + _MAC) + _tlv(5, b"unit-1") + _tlv(6, b"ACME X1 1.2") + _tlv(8, b"\5\1" + _IP) + b"\0\0",
        b"ChassisID: 00:00:5e:00:53:01\nSysName: unit-1\nMgmtIP: 192.0.2.10\n",
    ),
    "cdp": (
        b"\2\xb4\0\0"
        + b"".join(
            struct.pack(">HH", kind, 4 + len(data)) + data
            for kind, data in (
                (1, b"unit-1"), (2, struct.pack(">I", 1) + bytes.fromhex("0101cc0004") + _IP), (3, b"eth0"),
                (5, b"1.2"), (6, b"ACME X1"),
            )
        ),
    ),
    "cloud-name": (b"device.example.org",),
    "xm": (b"\xff\1" + bytes(12) + b"\xfb\5" + struct.pack("<I", len(_XM_JSON)) + _XM_JSON,),
    "tvt": (
        _layout(
            240, (0, b"MHED\x08\0\1\0\2\0"), (0x0C, b"NVR"), (0x20, _MAC), (0x28, _IP), (0x8C, b"N00000000017"),
            (0x9C, b"1.4.2"), (0xC4, b"X1"), (0xD4, b"Customer"),
        ),
    ),
    "hanwha": (
        b"Model=XNX-1\r\nSerialNumber=ZXX17000001X\r\nFirmwareVersion=1.40\r\nDeviceType=NWC\r\nConnectedMACAddress=00:00:5e:00:53:01\r\n",
        _layout(262, (0, b"\x0b"), (0x13, b"00:00:5e:00:53:01"), (0x25, b"192.0.2.10"), (0x6D, b"XNX-1"), (0x85, b"http://x/")),
    ),
    "bosch": (
        _layout(32, (0, b"\x99\x39\xa4\x27"), (8, _MAC), (16, _IP)),
        b"<device><deviceType>camera</deviceType><serialNumber>SN00017</serialNumber><unitIPAddress>192.0.2.10</unitIPAddress></device>",
    ),
    "lapi": (
        (b'{"Response": {"ResponseURL": "/LAPI/V1.0/System/DeviceInfo", "StatusCode": 0, "StatusString": "Succeed", "Data": '
        b'{"DeviceName": "unit", "DeviceModel": "EX-4", "SerialNumber": "2102350000X000000017", "FirmwareVersion": "X-B1.2",'
        b' "MAC": "00005e005301", "DetailInfos": [{"SerialNumber": "FAR000001", "DeviceModel": "FAR-1"}]}}}'),
    ),
    "label": (
        b"{SN:1A2B3C4PAQ00001,DT:IPC-EXAMPLE,SC:L2HUNTER2,NC:1}",
        b"C12345678\rHUNTER\rEX-CS1",
        b"www.example.org\nC12345678\nHUNTER\nEX-CS1\n",
        b"Model: EX-1\nS/N: EX-120240102AAWR123456789\nVerification Code: HUNTER\nMAC: 00-00-5E-00-53-01\n",
        b"<QR><UID>95270000XXXXX017</UID></QR>",
    ),
    "panasonic": (
        _layout(53, (0, b"\0\1\0\0"), (6, _MAC))
        + b"\0\x20\0\4" + _IP + b"\0\xa7\0\5WX-1N\0\xa8\0\4WX-1\0\xa9\0\x041.23\xff\xff",
    ),
    "vivotek": (b"\2abcd\1\5XD-01\2\6" + _MAC + b"\3\4" + _IP + b"\4\1\6\2\x50\0\x09\4XD01",),
    "reolink": (_layout(388, (58, b"IPC"), (80, _MAC), (104, b"\xaa\xaa\0\0"), (108, b"192.0.2.10"), (132, b"unit"), (228, b"UID17")),),
    "unifi": (b"\1\0\0\x20\2\0\x0a" + _MAC + _IP + b"\x0b\0\6unit-1\x15\0\4UVC1",),
    "tapo": (b"\2\0\0\1" + bytes(12) + _TAPO_JSON,),
    "foscam": (
        _FOSCAM,
        _FOSCAM[:6] + b"\1" + _KEY + _FOSCAM[15:0x17] + bytes(b ^ _KEY[i % 8] for i, b in enumerate(_FOSCAM[0x17:])),
    ),
    "vstarcam": (
        _layout(
            0x130, (0, b"\x44\x48\1\x08"), (4, b"192.0.2.10"), (0x54, _MAC), (0x5C, b"VSTX00017"), (0x7C, b"unit"),
            (0xCC, b"1.2.3"), (0xEC, b"admin"), (0x10C, b"hunter2"),
        ),
    ),
    "sony": (b"\2MAC:00:00:5e:00:53:01\xffMODEL:SNX-1\xffSERIAL:SN00017\xffIPADR:192.0.2.10\xff\3",),
    "dvrip": (
        _layout(0x78, (0, b"\xb3\0"), (2, bytes([24])), (0x28, b"IPC"), (0x38, _IP))
        + b"00:00:5e:00:53:01EX-0001Name:unit\r\nSerialNo:1A2B3C4PAQ00001\r\n\0",
        b"\xb0\1" + bytes(30) + b"Realm:Login to 1A2B3C4PAQ00001\r\nRandom:17\r\n\r\n",
    ),
    "inventory-text": (
        b"name: Gate; manufacturer: ACME; model: X1; serialNumber: SN00017; mac 00:00:5e:00:53:01",
        b"X1 Firmware: V4.61.025",
        b"X1 hw REV_2, sw v3.1.0",
        b"rtsp://admin:hunter2@192.0.2.10/ password=hunter2",
    ),
}  # fmt: skip
