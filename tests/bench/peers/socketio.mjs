// Socket.IO: the event "m" of one goes to everybody. socketio.mjs PORT
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false,
                              serveClient: false, pingInterval: 600000 });
io.on("connection", (socket) => socket.on("m", (data) => io.emit("m", data)));
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
