/* What a client shows of an object in the hall; each brings its own, or none. */

import type { Component, InjectionKey } from "vue"

/** The search a message leads to; given the message. */
export const PERSON_CARD: InjectionKey<Component> = Symbol("person card")
