/* What is only there when there is a notice: fetched when the page has nothing else to do. */

export { default as NoticeBody } from "./NoticeBody.vue"
export { default as NoticeCard } from "./NoticeCard.vue"
export { default as NoticeLine } from "./NoticeLine.vue"
