export type WireErrorReason = "malformed_frame" | "unknown_operation" | "invalid_value";

/** What came in is not a frame of this protocol, or what should go out cannot be one. */
export class WireError extends Error {
    readonly reason: WireErrorReason;

    constructor(reason: WireErrorReason, detail = "") {
        super(detail ? `${reason}: ${detail}` : reason);
        this.name = "WireError";
        this.reason = reason;
    }
}
