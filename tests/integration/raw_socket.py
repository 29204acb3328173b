"""Frames as bytes, for tests that compare answers byte by byte."""
import websockets

from client.hall_protocol import protocol


class Socket:
    """Raw frames, so that answers can be compared byte by byte."""
    SEQ = 77

    def __init__(self, server, person):
        self.connection = websockets.connect(
            server.ws, subprotocols=["hall.1"], compression=None, ping_interval=None,
            extra_headers=person.bearer)

    async def __aenter__(self):
        self.socket = await self.connection.__aenter__()
        await self.ask("hello", {"client": "matrix", "build": 1, "epoch": 0, "cursors": [],
                                 "revocation_seq": 0})
        return self

    async def __aexit__(self, *error):
        await self.connection.__aexit__(*error)

    async def ask(self, request, body):
        """(the answer's bytes, decoded)."""
        await self.socket.send(protocol.encode(request.split()[0], self.SEQ, body))
        while True:
            raw = await self.socket.recv()
            frame = protocol.decode(raw)
            if frame.seq == self.SEQ:
                return raw, frame


def is_not_found(frame):
    return frame.name == "error" and frame.body["code"] == "not_found"
