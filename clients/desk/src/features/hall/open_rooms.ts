/* Which halls are open, and which comes next. */

/** Beside what is open; of two the second gives way. */
export function addRoom(open: readonly number[], roomId: number): number[] {
    const [first] = open
    return first === undefined || first === roomId ? [roomId] : [first, roomId]
}

export function stepRoom(rooms: readonly number[], from: number | undefined, by: number): number | null {
    if (rooms.length === 0) return null
    const at = from === undefined ? -1 : rooms.indexOf(from)
    const to = at < 0 ? 0 : Math.min(rooms.length - 1, Math.max(0, at + by))
    return rooms[to] ?? null
}

/** The next hall with something new, after the one that is open. */
export function nextUnread(
    rooms: readonly { readonly id: number; readonly unread: number }[], open: readonly number[],
): number | null {
    const at = rooms.findIndex(({ id }) => id === open[0])
    const turned = [...rooms.slice(at + 1), ...rooms.slice(0, at + 1)]
    return turned.find(({ id, unread }) => unread > 0 && !open.includes(id))?.id ?? null
}
