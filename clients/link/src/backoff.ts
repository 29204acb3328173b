/* How long to wait before the next attempt. */

export const BACKOFF_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000] as const
export const BACKOFF_SPREAD = 0.3

/**
 * The wait before attempt `attempt` (0 is the first retry). A wait the server asked
 * for is spread upwards only, so that nobody comes back before it said.
 */
export function backoffMs(attempt: number, fraction: number, serverMs?: number): number {
    if (serverMs !== undefined) return Math.round(serverMs * (1 + BACKOFF_SPREAD * fraction))
    const step = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 30000
    return Math.round(step * (1 - BACKOFF_SPREAD + 2 * BACKOFF_SPREAD * fraction))
}
