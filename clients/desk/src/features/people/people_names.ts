/* How well somebody is known, in words. */

import { nameOf } from "../../app/names.ts"
import { verificationLevelNames } from "@hall/wire/names"
import type { VerificationLevel } from "@hall/wire"

export function levelText(level: VerificationLevel): string {
    return nameOf("level", verificationLevelNames, level)
}
