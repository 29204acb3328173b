/* Whom one calls by duty: part of what is said, so the same in every language of the page. */

export const DUTY_MENTIONS = ["@社区民警", "@网格员", "@本单元长", "@值班室"] as const
