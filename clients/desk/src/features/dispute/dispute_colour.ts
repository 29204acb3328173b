import { DisputeColour } from "@hall/wire"

/** The colour of a dispute as the marks know it. */
export function colourOf(colour: DisputeColour): "red" | "yellow" | "blue" {
    if (colour === DisputeColour.red) return "red"
    return colour === DisputeColour.yellow ? "yellow" : "blue"
}
