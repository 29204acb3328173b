/** Digits and letters typed in full width, as some input methods do, in their usual form. */
export function narrow(text: string): string {
    return text.replace(/[\uff01-\uff5e]/g, (wide) =>
        String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    )
}
