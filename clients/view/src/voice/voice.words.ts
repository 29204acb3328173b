/* What is said about a recording. */

import { t } from "@hall/ui"
import type { KeptWhy, VoiceTrouble } from "./recorder.ts"

export function keptText(why: KeptWhy): string {
    switch (why) {
        case "stopped":
            return t("voice.kept")
        case "full":
            return t("voice.full")
        case "interrupted":
            return t("voice.interrupted")
    }
}

export function troubleText(why: VoiceTrouble): string {
    switch (why) {
        case "refused":
            return t("voice.refused")
        case "missing":
            return t("voice.missing")
        case "inUse":
            return t("voice.inUse")
        case "unsupported":
            return t("voice.unsupported")
        case "short":
            return t("voice.short")
        case "broken":
            return t("voice.broken")
    }
}
