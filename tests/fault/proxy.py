"""A TCP proxy that cuts connections after a random number of bytes, in either direction."""
import asyncio
import random


class CuttingProxy:
    """Forwards to a port; each connection lives for a random number of bytes."""

    def __init__(self, port, shortest=200, longest=20000):
        self.target = port
        self.shortest, self.longest = shortest, longest
        self.cuts = 0
        self.cutting = True
        self.writers = set()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        await self.server.wait_closed()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.writers |= {writer, far_writer}
        budget = [random.randint(self.shortest, self.longest)]
        try:
            await asyncio.wait([asyncio.create_task(self._pump(reader, far_writer, budget)),
                                asyncio.create_task(self._pump(far_reader, writer, budget))],
                               return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in (writer, far_writer):
                end.transport.abort()
                self.writers.discard(end)

    async def _pump(self, reader, writer, budget):
        try:
            while data := await reader.read(4096):
                if self.cutting and len(data) > budget[0]:
                    writer.write(data[:budget[0]])  # in the middle of whatever it is
                    await writer.drain()
                    self.cuts += 1
                    return
                budget[0] -= len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            return
