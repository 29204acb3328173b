/* What people type as a phone number and a code. */

import { narrow } from "@hall/view/app/narrow.ts"

/** Spaces, dashes, wide digits and +86 go; answers null when it is no mobile number. */
export function readPhone(text: string): string | null {
    const digits = narrow(text).replace(/[\s-]/g, "").replace(/^(\+?86)(?=1\d{10}$)/, "")
    return /^1[3-9]\d{9}$/.test(digits) ? digits : null
}

export function readCode(text: string): string | null {
    const digits = narrow(text).replace(/\s/g, "")
    return /^\d{4,8}$/.test(digits) ? digits : null
}
