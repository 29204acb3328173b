/* What a refusal is called on screen, in the chosen language. Loaded when it is idle. */

import type { LinkError } from "@hall/link"
import { language, t } from "@hall/ui"
import { shallowRef } from "vue"

type Texts = Readonly<Record<number, string>>

const texts = shallowRef<{ readonly zh: Texts; readonly en: Texts } | null>(null)

export async function loadErrorTexts(): Promise<void> {
    const { errorTextsEn, errorTextsZh } = await import("@hall/wire/errors")
    texts.value = { zh: errorTextsZh, en: errorTextsEn }
}

export function codeText(code: number): string {
    const known = language() === "en" ? texts.value?.en : texts.value?.zh
    return known?.[code] ?? t("error.lost")
}

export function errorText(error: LinkError): string {
    return error.kind === "lost" ? t("error.lost") : codeText(error.code)
}
