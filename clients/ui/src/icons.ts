/* Lines of 24 × 24. */

export const ICONS = {
    home: "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
    hall: "M4 5h16v11H9l-4 4v-4H4zM8 9h8M8 12h5",
    work: "M9 4h6v3H9zM5 6h4M15 6h4v14H5V6M9 12l2 2 4-4M9 17h6",
    me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-7 8-7s8 3 8 7",
    back: "M15 5l-7 7 7 7",
    search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
    more: "M5 12h.01M12 12h.01M19 12h.01",
    photo: "M4 6h4l2-2h4l2 2h4v13H4zM12 16a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    mic: "M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11a6 6 0 0 0 12 0M12 17v4",
    play: "M7 4l13 8-13 8z",
    pause: "M8 5v14M16 5v14",
    down: "M6 9l6 6 6-6",
    clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
    warn: "M12 3l10 18H2zM12 10v5M12 18h.01",
    call: "M6 3h4l1 5-3 2a12 12 0 0 0 6 6l2-3 5 1v4c0 2-2 3-4 3C9 21 3 15 3 7c0-2 1-4 3-4z",
    sound: "M4 10v4h4l5 4V6l-5 4zM17 9a4 4 0 0 1 0 6M19 6a8 8 0 0 1 0 12",
    shield: "M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6zM9 12l2 2 4-4",
    people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4a3.500 3.500 0 0 1 0 7M22 20c0-3-1.500-5-4-6",
} as const

export type IconName = keyof typeof ICONS
