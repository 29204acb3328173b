export { default as AppIcon } from "./AppIcon.vue"
export { default as BottomSheet } from "./BottomSheet.vue"
export { default as ChoiceField } from "./ChoiceField.vue"
export { default as FormField } from "./FormField.vue"
export { default as MessageComposer } from "./MessageComposer.vue"
export { default as ReasonForm } from "./ReasonForm.vue"
export { default as VirtualList } from "./VirtualList.vue"
export type { Row } from "./anchored_list.ts"
export {
    changeDisplay, DESK_DISPLAY, DESK_SIZES, ELDER_SIZES, hostTextZoom, loadDisplay, TEXT_SIZES, THEMES,
    useDisplay,
} from "./display.ts"
export type { Display, Theme } from "./display.ts"
export type { IconName } from "./icons.ts"
export { hasDeskKeyboard, isSendKey } from "./keys.ts"
export { splitMentions } from "./mentions.ts"
export { findPersonalData, maskPersonalData } from "./personal_data.ts"
export type { Found, FoundKind } from "./personal_data.ts"
export { canSpeak, isSpeaking, speak } from "./speech.ts"
export { clockTime, clockTimeExact, dayName, dayOf, isNight, someTime } from "./times.ts"
export { followViewport } from "./viewport.ts"
export type { VoicePress } from "./voice_press.ts"
export {
    addWords, isLanguage, language, LANGUAGES, loadMoreWords, setLanguage, t,
} from "./words.ts"
export type { Language, MoreWords, WordKey } from "./words.ts"
