/* Small things kept in the browser that are nobody's secret. */

const ACCOUNT = "hall.account"

export function rememberedAccount(): number | null {
    try {
        const value = Number(localStorage.getItem(ACCOUNT))
        return Number.isSafeInteger(value) && value > 0 ? value : null
    } catch {
        return null
    }
}

/** She comes from a page without script, where she logged in: the cookie knows who she is. */
export function comesLoggedIn(): boolean {
    return location.search === "?in=1"
}

export function rememberAccount(accountId: number | null): void {
    try {
        if (accountId === null) localStorage.removeItem(ACCOUNT)
        else localStorage.setItem(ACCOUNT, String(accountId))
    } catch {
        /* Then the next visit begins at the login page. */
    }
}
