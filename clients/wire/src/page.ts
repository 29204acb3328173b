import { encode } from "./codec.ts";
import { INCOMING_CODES } from "./generated/tables.ts";
import type { MessagePage } from "./generated/types.ts";

/** A page of messages as the frame the server would send: how they are kept on a device. */
export function encodePage(page: MessagePage): Uint8Array {
    return encode(INCOMING_CODES.message_page, "message_page", 0, page as never);
}
