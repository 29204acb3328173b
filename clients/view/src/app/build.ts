/* The build the server is told in hello; it may ask for a newer one. */

import { t } from "@hall/ui"

export const BUILD = 1

function browserName(): string {
    const agent = navigator.userAgent
    const names: readonly (readonly [RegExp, string])[] = [
        [/MicroMessenger/i, t("device.wechat")], [/Edg\//, "Edge"], [/Firefox\//, "Firefox"],
        [/Chrome\//, "Chrome"], [/Safari\//, "Safari"],
    ]
    return names.find(([pattern]) => pattern.test(agent))?.[1] ?? t("device.browser")
}

function systemName(): string {
    const agent = navigator.userAgent
    const names: readonly (readonly [RegExp, string])[] = [
        [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, t("device.android")],
        [/Windows/, "Windows"],
        [/Macintosh/, "Mac"], [/Linux/, "Linux"],
    ]
    return names.find(([pattern]) => pattern.test(agent))?.[1] ?? ""
}

/** How this device is called in the person's list of devices. */
export function clientName(): string {
    return `${systemName()} ${browserName()}`.trim()
}
