/* The build the server is told in hello; it may ask for a newer one. */

export const BUILD = 1

function browserName(): string {
    const agent = navigator.userAgent
    const names: readonly (readonly [RegExp, string])[] = [
        [/MicroMessenger/i, "微信"], [/Edg\//, "Edge"], [/Firefox\//, "Firefox"],
        [/Chrome\//, "Chrome"], [/Safari\//, "Safari"],
    ]
    return names.find(([pattern]) => pattern.test(agent))?.[1] ?? "浏览器"
}

function systemName(): string {
    const agent = navigator.userAgent
    const names: readonly (readonly [RegExp, string])[] = [
        [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "安卓手机"], [/Windows/, "Windows"],
        [/Macintosh/, "Mac"], [/Linux/, "Linux"],
    ]
    return names.find(([pattern]) => pattern.test(agent))?.[1] ?? ""
}

/** How this device is called in the person's list of devices. */
export function clientName(): string {
    return `${systemName()} ${browserName()}`.trim()
}
