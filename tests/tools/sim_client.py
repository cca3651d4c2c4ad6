#!/usr/bin/env python3
"""An independent client for the twin: python-websockets, as scripts for the real scope use it.

    sim_client.py WS_PORT

It pings with four bytes by default, and the scope answers a ping by a pong without them. So a client
that checks its pings loses the connection, and one that sends empty pings or none keeps it.
"""
import asyncio
import json
import sys

import websockets


async def answer(ws, interface):
    """The first message of that number; pushes come in between."""
    while True:
        message = json.loads(await asyncio.wait_for(ws.recv(), 20))
        if message["interface"] == interface:
            return message


async def pong_comes(ws, payload, seconds):
    waiter = await ws.ping(payload)
    try:
        await asyncio.wait_for(waiter, seconds)
        return True
    except asyncio.TimeoutError:
        return False


async def main(port):
    url = f"ws://127.0.0.1:{port}"
    async with websockets.connect(url, ping_interval=None) as ws:
        await ws.send(json.dumps({"interface": 10000, "camId": 0, "binning": 1}))
        opened = await answer(ws, 10000)
        assert opened["code"] == 0, opened
        assert not await pong_comes(ws, b"four", 0.3), "a pong with the ping's payload"
        assert await pong_comes(ws, b"", 20), "no pong for an empty ping"
        await ws.send(json.dumps({"interface": 10022, "camId": 0}))
        state = await answer(ws, 10022)
        assert state["camState"] == 1, state
    try:
        async with websockets.connect(url, ping_interval=0.1, ping_timeout=0.3) as ws:
            while True:
                await asyncio.wait_for(ws.recv(), 20)
    except websockets.ConnectionClosedError as error:
        assert "keepalive ping timeout" in str(error), error
    print("as the real scope")


asyncio.run(main(int(sys.argv[1])))
