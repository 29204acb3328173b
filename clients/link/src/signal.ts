/* A list of listeners for one thing that happens. */

export interface Signal<T> {
    on(listener: (value: T) => void): () => void
    emit(value: T): void
}

export function createSignal<T>(): Signal<T> {
    const listeners = new Set<(value: T) => void>()
    return {
        on(listener) {
            listeners.add(listener)
            return () => listeners.delete(listener)
        },
        emit(value) {
            for (const listener of [...listeners]) listener(value)
        },
    }
}
