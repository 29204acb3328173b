/* What opens over a room: one part, fetched when the page has nothing else to do. */

export { default as HideSheet } from "./HideSheet.vue"
export { default as MessageMenu } from "./MessageMenu.vue"
export { default as MuteSheet } from "./MuteSheet.vue"
export { default as PersonalDataSheet } from "./PersonalDataSheet.vue"
export { default as PhotoViewer } from "./PhotoViewer.vue"
export { default as SearchPanel } from "./SearchPanel.vue"
