/*
 * The part of vue-router that this client uses, in 1.3 KiB instead of 9.7 of its first load.
 * vite.config.ts and tsconfig.json put it wherever "vue-router" is imported; the compiler says
 * when a page asks for what is not here.
 */

import { h, inject, shallowRef } from "vue"
import type { App, Component, FunctionalComponent, InjectionKey, VNode } from "vue"

export interface RouteMeta {
    /** Can be seen without being logged in. */
    readonly isOpen?: boolean
    readonly hasTabs?: boolean
}
export type Query = Readonly<Record<string, string | undefined>>
export interface Route {
    readonly path: string
    readonly fullPath: string
    readonly name: string | undefined
    readonly params: Query
    readonly query: Query
    readonly meta: RouteMeta
}
type Fill = Readonly<Record<string, string | number | undefined>>
export type Target = string | { readonly path?: string; readonly name?: string; readonly query?: Fill }
type Load = () => Promise<{ readonly default: Component }>
export interface RouteRecord {
    /** `:name(rule)` takes part of the address. */
    readonly path: string
    readonly name?: string
    readonly component?: Component | Load
    readonly props?: (route: Route) => Readonly<Record<string, unknown>>
    readonly meta?: RouteMeta
    readonly redirect?: (to: Route) => Target
}
type OnError = (error: unknown, to: Route) => void
export interface Router {
    readonly route: Route
    push(target: Target): Promise<void>
    replace(target: Target): Promise<void>
    back(): void
    resolve(target: Target): Route
    /** Where to go instead, if not there. */
    beforeEach(guard: (to: Route) => Target | true): void
    /** Returns what ends it. */
    afterEach(hook: () => void): () => void
    onError(hook: OnError): void
    isReady(): Promise<void>
    install(app: App): void
}
interface Place extends Route {
    readonly record: RouteRecord
}
interface State {
    /** Where "back" leads within this client; null: out of it. */
    readonly back: string | null
    readonly position: number
}

const ROUTER: InjectionKey<Router & { view(): VNode | undefined }> = Symbol("router")
const NOWHERE: Place = {
    path: "", fullPath: "", name: undefined, params: {}, query: {}, meta: {}, record: { path: "" },
}

function matcher(record: RouteRecord): (path: string) => Query | null {
    const names: string[] = []
    const rule = record.path.replace(/:(\w+)(?:\(([^)]*)\))?/g, (_whole, name: string, own?: string) => {
        names.push(name)
        return `(${own ?? "[^/]+"})`
    })
    const pattern = new RegExp(`^${rule}/?$`, "i")
    return (path) => {
        const found = pattern.exec(path)
        return found && Object.fromEntries(names.map((name, n) => [name, plain(found[n + 1] ?? "")]))
    }
}

function plain(part: string): string {
    try {
        return decodeURIComponent(part)
    } catch {
        return part
    }
}

function placesOf(records: readonly RouteRecord[]): (target: Target) => Place {
    const matchers = records.map((record) => ({ record, match: matcher(record) }))
    return (target) => {
        const [path = "/", search = ""] =
            typeof target === "string"
                ? target.split("#", 1)[0]?.split("?") ?? []
                : [target.path ?? records.find(({ name }) => name === target.name)?.path]
        const query = new URLSearchParams(search)
        if (typeof target !== "string")
            for (const [name, value] of Object.entries(target.query ?? {}))
                if (value !== undefined) query.set(name, String(value))
        const text = query.toString()
        for (const { record, match } of matchers) {
            const params = match(path)
            if (params === null) continue
            return {
                path, params, record, name: record.name, meta: record.meta ?? {},
                query: Object.fromEntries(query), fullPath: text === "" ? path : `${path}?${text}`,
            }
        }
        return NOWHERE
    }
}

export function createRouter(records: readonly RouteRecord[]): Router {
    const resolve = placesOf(records)
    const current = shallowRef(NOWHERE)
    const loaded = new Map<RouteRecord, Component>()
    const hooks = new Set<() => void>()
    let onError: OnError = () => {}
    let guard: (to: Route) => Target | true = () => true
    let state: State = { back: null, position: 0, ...(history.state as State | null) }
    let run = 0
    let isReturning = false
    history.replaceState(state, "")

    /** Where this leads in the end. */
    function destination(target: Target): Place {
        const to = resolve(target)
        const other = to.record.redirect?.(to) ?? guard(to)
        return other === true ? to : destination(other)
    }

    async function load(record: RouteRecord): Promise<void> {
        const { component } = record
        if (typeof component === "function")
            loaded.set(record, (await (component as Load)()).default)
        else if (component !== undefined) loaded.set(record, component)
    }

    /** `next` is how the history then stands there; without one the browser went there already. */
    async function go(target: Target, next: State, isPush: boolean): Promise<void> {
        const mine = ++run
        const to = destination(target)
        const isSame = to.fullPath === current.value.fullPath
        try {
            await (loaded.has(to.record) ? null : load(to.record))
        } catch (error) {
            if (mine !== run) return
            const steps = state.position - (history.state as State).position
            isReturning = steps !== 0
            if (isReturning) history.go(steps)
            onError(error, to)
            return
        }
        if (mine !== run) return
        if (isPush && !isSame) history.pushState(next, "", to.fullPath)
        else if (!isPush) history.replaceState(next, "", to.fullPath)
        if (!isPush || !isSame) state = next
        current.value = to
        for (const hook of [...hooks]) hook()
    }

    const replace = (target: Target): Promise<void> => go(target, state, false)
    let first = Promise.resolve()
    window.addEventListener("popstate", (event) => {
        const there = event.state as State | null
        if (isReturning) isReturning = false
        /* Without a state it is a place on this page, as of the link that skips to the text. */
        else if (there === null) history.replaceState(state, "")
        else void go(location.pathname + location.search, there, false)
    })
    const router = {
        replace,
        resolve,
        route: {
            get path() { return current.value.path },
            get fullPath() { return current.value.fullPath },
            get name() { return current.value.name },
            get params() { return current.value.params },
            get query() { return current.value.query },
            get meta() { return current.value.meta },
        },
        push: (target: Target) =>
            go(target, { back: current.value.fullPath, position: state.position + 1 }, true),
        back: () => history.back(),
        beforeEach: (next: typeof guard) => void (guard = next),
        afterEach(hook: () => void) {
            hooks.add(hook)
            return () => void hooks.delete(hook)
        },
        onError: (hook: OnError) => void (onError = hook),
        isReady: () => first,
        view() {
            const { record } = current.value
            const component = loaded.get(record)
            return component && h(component, record.props?.(current.value))
        },
        install(app: App) {
            app.provide(ROUTER, router)
            app.component("RouterLink", RouterLink)
            app.component("RouterView", RouterView)
            first = replace(location.pathname + location.search)
        },
    }
    return router
}

function injected() {
    const router = inject(ROUTER)
    if (router === undefined) throw new Error("no router")
    return router
}

export function useRouter(): Router {
    return injected()
}

export function useRoute(): Route {
    return injected().route
}

export const RouterView: FunctionalComponent<
    object, Record<string, never>, { default: (shown: { Component: VNode | undefined }) => VNode[] }
> = (_props, { slots }) => slots.default?.({ Component: injected().view() })

export const RouterLink: FunctionalComponent<{ to: Target; replace?: boolean }> = (
    props, { slots },
) => {
    const router = injected()
    const { path, fullPath } = router.resolve(props.to)
    return h("a", {
        href: fullPath,
        "aria-current": path === router.route.path ? "page" : undefined,
        onClick(event: MouseEvent) {
            const { metaKey, altKey, ctrlKey, shiftKey, button, defaultPrevented } = event
            if (metaKey || altKey || ctrlKey || shiftKey || button !== 0 || defaultPrevented) return
            event.preventDefault()
            void (props.replace === true ? router.replace(props.to) : router.push(props.to))
        },
    }, slots["default"]?.())
}
RouterLink.props = { to: null, replace: Boolean } as never

declare module "vue" {
    interface GlobalComponents {
        RouterLink: typeof RouterLink
        RouterView: typeof RouterView
    }
}
