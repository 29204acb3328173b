/* What can be done with one message from its menu. */

export type MessageAction = "copy" | "quote" | "speak" | "recall" | "hide" | "mute" | "convert"
