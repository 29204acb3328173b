import { writeMessagePage } from "./generated/writers.ts";
import type { MessagePage } from "./generated/types.ts";
import { Writer } from "./writer.ts";

const MESSAGE_PAGE = 46;

/** A page of messages as the frame the server would send: how they are kept on a device. */
export function encodePage(page: MessagePage): Uint8Array {
    const w = new Writer();
    w.array(3);
    w.uint(MESSAGE_PAGE);
    w.uint(0);
    writeMessagePage(w, page);
    return w.finish();
}
