"""A chat as FastAPI's documentation begins one: a list of sockets a room, `await send_text` to each in turn."""

from __future__ import annotations

import sys
from collections import defaultdict

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
rooms: dict[str, list[WebSocket]] = defaultdict(list)


@app.websocket("/ws/{room}")
async def talk(socket: WebSocket, room: str) -> None:
    """Everything that one says, everybody gets."""
    await socket.accept()
    rooms[room].append(socket)
    try:
        while True:
            text = await socket.receive_text()
            for member in list(rooms[room]):
                await member.send_text(text)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        rooms[room].remove(socket)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", ws_ping_interval=None, backlog=4096)
