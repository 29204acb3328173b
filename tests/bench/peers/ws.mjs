// Node's ws: whatever one sends, everybody gets. ws.mjs PORT
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: Number(process.argv[2]), host: "127.0.0.1",
                                     perMessageDeflate: false, backlog: 4096 });
server.on("connection", (socket) => {
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) => {
        for (const client of server.clients) client.send(data, { binary: isBinary });
    });
});
