"""Which field of a reply holds what: models, serial numbers, firmware versions, names, addresses, free text.

Names of fields are those that `protocols` yields; a field that stands in no list is heard by fingerprints alone.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = [
    "BESIDE", "FIRMWARE", "FIRMWARE_TEXT", "LISTED_TEXT", "MAC", "MODEL", "NAME", "PLATFORM_NAMES", "SCOPE_NAME", "SERIAL", "TEXT", "TOLD", "TRADE_NAMES",
]  # fmt: skip


def _txt(*keys: str) -> Iterator[str]:
    """Keys of mDNS TXT records; the decoder gives them in lower case."""
    return (f"mdns.txt.{key}" for key in keys)


MODEL = frozenset(
    [
        *_txt("mdl", "modelname", "model_name", "product"),
        "document.model",
        "hanwha.Model",
        "snmp.chassis.model",
        "unifi.model",
        "isapi.model",
        "lapi.DeviceModel",
        "onvif.Model",
        "onvif.scope.hardware",
        "onvif.scope.model",
        "sadp.DeviceDescription",
        "dhip.DeviceType",
        "dahua-cgi.type",
        "dahua-cgi.deviceType",
        "dahua-cgi.updateSerial",
        "upnp.modelName",
        "upnp.modelNumber",
        "inventory.model",
        "label.model",
        "mdns.txt.model",
        "mdns.txt.md",
        "ubiquiti.model",
        "tapo.device_model",
        "vivotek.model",
        "panasonic.model",
        "sony.MODEL",
        "hanwha.model",
        "axis.Brand.ProdNbr",
        "axis.Brand.ProdFullName",
        "axis.Brand.ProdShortName",
        "axis.ProdNbr",
        "axis.ProdFullName",
        "axis.ProdShortName",
        "reolink.model",
        "raysharp.device_type",
        "snmp.oid.1.3.6.1.4.1.1004849.2.1.2.6.0",
        "snmp.oid.1.3.6.1.4.1.39165.1.1.0",
        "inventory.product",
    ]
)
SERIAL = frozenset(
    [
        "isapi.serialNumber",
        "lapi.SerialNumber",
        "isapi.eventPush.serial",
        "onvif.SerialNumber",
        "sadp.DeviceSN",
        "dhip.SerialNo",
        "dahua-cgi.sn",
        "dahua-cgi.serialNumber",
        "upnp.serialNumber",
        "inventory.serial",
        "label.serial",
        "id.serial",
        "snmp.oid.1.3.6.1.4.1.1004849.2.1.2.4.0",
        "snmp.oid.1.3.6.1.4.1.50001.1.3.0",
        "http.realm",
        "rtsp.realm",
    ]
)
FIRMWARE = frozenset(
    [
        *_txt("firmware", "fw", "fv", "fwversion", "fw_version", "firmwareversion", "firmware_version", "swversion"),
        "document.firmware",
        "foscam.firmware",
        "hanwha.FirmwareVersion",
        "panasonic.version",
        "snmp.chassis.software",
        "tvt.firmware",
        "unifi.firmware",
        "upnp.softwareVersion",
        "vstarcam.firmware",
        "isapi.firmwareVersion",
        "lapi.FirmwareVersion",
        "json.SoftWareVersion",
        "onvif.FirmwareVersion",
        "sadp.SoftwareVersion",
        "dhip.Version",
        "dahua-cgi.version",
        "inventory.firmware",
        "label.firmware",
        "snmp.oid.1.3.6.1.4.1.1004849.2.1.1.1.0",
        "snmp.oid.1.3.6.1.4.1.39165.1.3.0",
        "tapo.firmware_version",
        "axis.Properties.Firmware.Version",
        "axis.Version",
        "sony.SOFTVERSION",
        "json.firmVer",
        "json.software_version",
        "upnp.firmwareVersion",
        "kv.Firmware.Version",
    ]
)
# Where the maker's or brand's name stands beside a model.
BESIDE = {
    "onvif.Model": ("onvif.Manufacturer",),
    "onvif.scope.hardware": ("onvif.scope.manufacturer", "onvif.scope.name"),
    "inventory.model": ("inventory.manufacturer",),
    "label.model": ("label.brand",),
    "upnp.modelName": ("upnp.manufacturer",),
    "document.model": ("document.manufacturer",),
}
# UPnP: the name may be a trade name without a number, the number a bare version; then the other one is the model.
TRADE_NAMES = frozenset(("upnp.modelName", "upnp.modelNumber"))
# Names of the platform or of a variant: they tell the maker, and the model only where nothing better does.
PLATFORM_NAMES = frozenset(("dahua-cgi.updateSerial", "upnp.modelNumber"))
NAME = frozenset(
    [
        *_txt("manufacturer", "vendor", "brand", "mf", "mfg"),
        "document.manufacturer",
        "snmp.chassis.maker",
        "onvif.Manufacturer",
        "onvif.scope.manufacturer",
        "upnp.manufacturer",
        "dhip.Vendor",
        "dhip.Manufacturer",
        "dahua-cgi.vendor",
        "isapi.manufacturer",
        "lapi.Manufacturer",
        "sadp.OEMInfo",
        "inventory.manufacturer",
        "label.brand",
        "axis.Brand",
        "axis.Brand.Brand",
        "snmp.oid.1.3.6.1.4.1.39165.1.6.0",
    ]
)
SCOPE_NAME = frozenset(
    [
        "onvif.scope.name",
        "upnp.friendlyName",
        "mdns.instance",
        "mdns.host",
        "snmp.sysDescr",
        "lldp.system-description",
        "lldp.system-name",
        "unifi.hostname",
    ]
)
MAC = frozenset(("id.mac", "mac.address", "dhcp.mac"))
# Descriptions that may say a version: in words, or as an element of its own behind a name and a model.
FIRMWARE_TEXT = frozenset(("snmp.sysDescr", "lldp.system-description", "upnp.modelDescription"))
LISTED_TEXT = frozenset(("snmp.sysDescr", "lldp.system-description"))
TEXT = frozenset(("text", "inventory.name", "inventory.text", "inventory.description"))
# A person's or a tool's word about a device supports at most; the device's own word about itself may be strong.
TOLD = ("inventory.", "label.", "text")
