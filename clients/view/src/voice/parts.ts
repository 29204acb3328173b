/* Speaking and listening: fetched when the page has nothing else to do. */

export { default as VoiceBubble } from "./VoiceBubble.vue"
export { default as VoicePanel } from "./VoicePanel.vue"
