/*
 * What a frame costs: the CPU milliseconds its page's main thread worked for it, so that a busy
 * machine does not count.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "./browser.mjs"

export const percentile = (values, part) =>
    [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * part) - 1)] ?? 0

/** Runs `act` under tracing; answers the cost of each frame, and of the longest task. */
export async function frameCosts(client, name, act) {
    const events = []
    const collect = ({ value }) => events.push(...value)
    client.on("Tracing.dataCollected", collect)
    await client.send("Tracing.start", {
        transferMode: "ReportEvents",
        traceConfig: { includedCategories: [
            "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline",
            ...(process.env.HALL_PROFILE ? ["disabled-by-default-v8.cpu_profiler"] : []),
        ] },
    })
    await act()
    const done = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve))
    await client.send("Tracing.end")
    await done
    client.off("Tracing.dataCollected", collect)
    if (process.env.HALL_PROFILE || process.env.HALL_TRACE)
        writeFileSync(join(process.env.HALL_SHOTS, `${name}.trace.json`), JSON.stringify(events))
    const drawn = new Map()
    for (const { name: what, pid, tid } of events)
        if (what === "Commit") drawn.set(`${pid} ${tid}`, (drawn.get(`${pid} ${tid}`) ?? 0) + 1)
    const [[thread] = []] = [...drawn].sort(([, a], [, b]) => b - a)
    assert(thread !== undefined, `${name}: no frame was drawn`)
    const ofMain = (e) => `${e.pid} ${e.tid}` === thread
    const tasks = events.filter((e) => ofMain(e) && e.name === "RunTask" && e.tdur !== undefined)
    /* A frame ends with its commit; tasks in between belong to the one that follows. */
    const ends = events.filter((e) => ofMain(e) && e.name === "Commit").map((e) => e.ts)
    ends.sort((a, b) => a - b)
    const costs = new Array(ends.length).fill(0)
    for (const task of tasks) {
        const frame = ends.findIndex((end) => end >= task.ts)
        if (frame >= 0) costs[frame] += task.tdur / 1000
    }
    const longest = Math.max(0, ...tasks.map((task) => task.tdur / 1000))
    return { costs, longest }
}
