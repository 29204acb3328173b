export { decodeFrame, encodeFrame, knowsAll, knowsRequest, learnAll, type Frame } from "./client.ts";
export * from "./generated/enums.ts";
export * from "./generated/more_enums.ts";
export * from "./generated/errors.ts";
export * from "./generated/limits.ts";
export * from "./generated/names.ts";
export * from "./generated/types.ts";
export { WireError, type WireErrorReason } from "./wire_error.ts";
export { encodePage } from "./page.ts";
