// The other end of a connection, for tests and simulated servers. No page loads it.
export { decodeServerFrame, encodeServerFrame, type ServerFrame } from "./generated/server.ts";
