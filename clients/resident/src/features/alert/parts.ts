/* What is only there when there is an alert: fetched when the page has nothing else to do. */

export { default as NoticeBody } from "./NoticeBody.vue"
export { default as NoticeLine } from "./NoticeLine.vue"
export { default as TargetAlert } from "./TargetAlert.vue"
