#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Raw JSON over python3-websockets, as people type it: raw_traffic.py ws://127.0.0.1:PORT

python's library sends pings with a payload and checks what comes back; a real DWARF answers without payload and trips
it over. So pings are off here, as its users learn to do. Exit code 1 with a reason.
"""
import asyncio
import json
import sys

import websockets

LONGEST_S = 30


async def answer(socket, request):
    """The first message of the same number: the others are pushes."""
    await socket.send(json.dumps(request))
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), LONGEST_S))
        if message.get("interface") == request["interface"]:
            return message


async def silence(socket, text, interface):
    """No answer of that number within a second."""
    await socket.send(text)
    try:
        while True:
            message = json.loads(await asyncio.wait_for(socket.recv(), 1))
            assert message.get("interface") != interface, message
    except asyncio.TimeoutError:
        pass


async def main(url):
    async with websockets.connect(url, ping_interval=None) as socket, \
            websockets.connect(url, ping_interval=None) as other:
        opened = await answer(socket, {"interface": 10000, "camId": 0, "binning": 1})
        assert opened["code"] in (0, -1), opened
        state = await answer(other, {"interface": 10022, "camId": 0})
        assert state["camState"] == 1, state
        version = await answer(other, {"interface": 11410})
        assert version["version"], version
        exposure = await answer(socket, {"interface": 10003, "camId": 0, "value": 0.5})
        assert exposure["code"] == 0, exposure
        told = await answer(other, {"interface": 10215, "camId": 0})
        assert abs(told["exp"] - 0.5) < 1e-9, told
        await silence(socket, json.dumps({"interface": 99999}), 99999)
        await silence(socket, "{\"interface\":", None)  # no JSON: no answer, no end
        assert (await answer(socket, {"interface": 10022, "camId": 0}))["camState"] == 1
        assert (await answer(socket, {"interface": 10017, "camId": 0}))["code"] == 0
    print("ok")


asyncio.run(main(sys.argv[1]))
