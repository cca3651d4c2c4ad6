#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz_dwarf_reply and fuzz_dwarf_command into the folders reply and command beside it."""
import pathlib

# CRC-16/Modbus of the frame's head and payload, high byte first.
CHECKSUM = b"\xfd\x53"

REPLIES = {
    "open": '{"interface":10000,"camId":0,"code":-1}',
    "tele": '{"camId":0,"interface":10215,"expMode":1,"exp":0.01,"gainMode":1,"gain":80,"awbMode":0,"awbCT":4500,'
            '"irState":3,"quality":60,"brightness":128,"contrast":1,"hue":2,"saturation":3,"sharpness":50}',
    "wide": '{"interface":10217,"camId":1,"expMode":3,"exp":1,"gain":64,"awbMode":1,"awbCT":6000,"gamma":100}',
    "working": '{"camId":0,"interface":10022,"camState":1,"photoState":3,"recordState":0,"trackState":0,"astroState":1}',
    "raw-count": '{"interface":10014,"code":0,"camId":0,"totalCount":100,"currentCount":7}',
    "stacked": '{"interface":10023,"code":0,"camId":0,"stackedCount":5}',
    "phase": '{"interface":11205,"code":1001,"value":2}',
    "goto": '{"interface":11203,"code":1005}',
    "box": '{"interface":11201,"camId":0,"x":1,"y":2,"w":3,"h":4,"code":0}',
    "limit": '{"interface":10100,"motorId":3,"code":-22,"limit":1}',
    "stopped": '{"motorId":1,"interface":10101,"runMode":0,"numSteps":512,"code":0}',
    "speed": '{"id":2,"interface":10107,"code":0}',
    "power": '{"interface":11003,"value":100,"code":0}',
    "system": '{"interface":11407,"chargeState":1,"tfState":1,"powerIndState":0,"ele":73,"fwVersion":"1.5.2",'
              '"cpuMode":1,"mtpMode":0}',
    "darks": '{"interface":10027,"value":65528,"code":0,"camId":0,"binning":1}',
    "version": '{"interface":11410,"version":"1.5.2","code":0}',
    "unknown": '{"interface":14000,"new":{"deep":[1,2.5,{"x":null}]},"text":"\\u00e9\\ud83d\\udd2d"}',
    "result": '{"result":-6}',
    "bluetooth": '{"cmd":"getconfig","state":2,"mode":1,"ssid":"DWARF","psd":"x","ip":"192.168.88.1","code":0}',
    "deep": '{"interface":1,"v":' + "[" * 40 + "]" * 40 + "}",
    "twice": '{"interface":1,"a":1,"a":2}',
    "huge": '{"interface":1,"v":1e999}',
    "protobuf": b"\x08\x01\x10\x02\x18\x01\x20\x01\x28\xb7\x4e\x30\x01\x3a\x02\x08\x00\x42\x04uuid",
    "ble-frame": b"\xaa\x01\x01\x00\x01\x00\x00\x00\x03abc" + CHECKSUM + b"\x0d",
}
COMMANDS = {
    "open": '{"interface":10000,"camId":0,"binning":1}',
    "exposure": '{"interface":10003,"camId":1,"value":0.0003}',
    "goto": '{"interface":11203,"camId":0,"lon":-11.5,"lat":48.25,"date":"2023-09-01 21:05:07",'
            '"path":"DWARF_GOTO_20230901210507","ra":0.7122222,"dec":41.269}',
    "planet": '{"interface":11203,"camId":0,"lon":-11.5,"lat":48.25,"date":"2023-09-01 21:05:07",'
              '"path":"DWARF_GOTO_20230901210507","planet":7,"ra":0,"dec":0}',
    "goto-july": '{"interface":11203,"camId":0,"lon":11.5,"lat":48.25,"date":"2023-07-01 23:05:07",'
                 '"path":"DWARF_GOTO_20230701230507","ra":"0h42m44s","dec":"41"}',
    "far-future": '{"interface":11205,"camId":0,"lon":0,"lat":0,"date":"4046-09-01 21:05:07","path":"DWARF_GOTO_1"}',
    "raw": '{"interface":10011,"camId":0,"target":"NULL","RA":"09h45m51.10s","DEC":"+23\u00b046\'27.0","exp":15,"gain":80,'
           '"binning":1,"count":100,"name":"DWARF_RAW_20230901210507","overlayCount":1,"format":0}',
    "darks": '{"interface":10026,"camId":0,"count":40,"name":"DWARF_DARK_20230901210507","binning":0,"darkGain":65528,'
             '"darkExp":52,"darkExposure":15}',
    "panorama": '{"interface":10103,"row":3,"col":4,"mStep1":64,"mStep2":32,"speed1":5000,"speed2":4000,"pulse1":2,'
                '"pulse2":3,"imgPath":"DWARF_PANORAMA_20230901210507","accelStep1":20,"accelStep2":10}',
    "motor": '{"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000,"accelStep":20,"direction":0,"pulse":2}',
    "focus": '{"interface":10100,"id":3,"mode":2,"mStep":1,"speed":305,"accelStep":0,"direction":1,"pulse":1}',
    "track": '{"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60}',
    "rgb": '{"interface":11000,"mode":96,"hue":1,"saturation":2,"value":3,"background":4,"delayTime":5,"breatheDelay":6,'
           '"cycleNum":7,"cycleFlag":0}',
    "stop": '{"interface":10015}',
    "update": '{"interface":11400}',
    "date": "/date?date=2023-09-01%2021:05:07",
    "zone": "/timezone?timezone=Europe%2FParis",
    "ble-config": b"\x05" + b"DWARF_12345678".ljust(32, b"\0") + b"getconfig".ljust(12, b"\0") + b"\x0d",
    "ble-station": b"\x01" + b"DWARF_12345678".ljust(32, b"\0") + b"wifista".ljust(12, b"\0") + b"home".ljust(32, b"\0")
                   + b"secret".ljust(32, b"\0"),
}

for folder, seeds in (("reply", REPLIES), ("command", COMMANDS)):
    path = pathlib.Path(__file__).parent / folder
    path.mkdir(exist_ok=True)
    for name, seed in seeds.items():
        (path / name).write_bytes(seed if isinstance(seed, bytes) else seed.encode())
