/*
 * One connection's bytes. A socket belongs to the one who opened it; after close()
 * none of its callbacks runs any more.
 */

export interface SocketEvents {
    opened(): void
    frame(bytes: Uint8Array): void
    closed(code: number, reason: string): void
}

export interface Socket {
    send(bytes: Uint8Array): void
    close(): void
}

export type OpenSocket = (events: SocketEvents) => Socket

export const SUBPROTOCOL = "hall.1"

/** `wss://…/ws` of the page's own origin. */
export function socketUrl(location: { protocol: string; host: string }): string {
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`
}

/** Opens real WebSockets; the ticket, if any, is asked for anew each time. */
export function browserSocket(url: string, ticket?: () => Promise<string | null>): OpenSocket {
    return (events) => {
        let socket: WebSocket | null = null
        let over = false
        const end = (code: number, reason: string): void => {
            if (over) return
            over = true
            events.closed(code, reason)
        }
        const open = (address: string): void => {
            if (over) return
            socket = new WebSocket(address, SUBPROTOCOL)
            socket.binaryType = "arraybuffer"
            socket.onopen = () => {
                if (!over) events.opened()
            }
            socket.onmessage = (event: MessageEvent<unknown>) => {
                if (!over && event.data instanceof ArrayBuffer)
                    events.frame(new Uint8Array(event.data))
            }
            socket.onclose = (event) => end(event.code, event.reason)
        }
        if (ticket === undefined) open(url)
        else
            ticket().then(
                (value) => open(value === null ? url : `${url}?ticket=${value}`),
                () => end(1006, "no ticket"),
            )
        return {
            send: (bytes) => {
                if (socket !== null && socket.readyState === WebSocket.OPEN)
                    socket.send(bytes as Uint8Array<ArrayBuffer>)
            },
            close: () => {
                over = true
                socket?.close()
            },
        }
    }
}
