import { rememberedAccount } from "@hall/view/app/remembered.ts"
import { createRouter, createWebHistory } from "vue-router"
import AlertsView from "../features/alert/AlertsView.vue"

declare module "vue-router" {
    interface RouteMeta {
        /** Can be seen without being logged in. */
        isOpen?: boolean
        /** Fills the window: no frame around it. */
        isBare?: boolean
    }
}

function idOf(value: unknown): number | null {
    const id = Number(value)
    return Number.isSafeInteger(id) && id > 0 ? id : null
}

export const router = createRouter({
    history: createWebHistory("/desk/"),
    routes: [
        { path: "/", redirect: "/alerts" },
        {
            path: "/login",
            name: "login",
            component: () => import("../features/login/LoginView.vue"),
            meta: { isOpen: true, isBare: true },
        },
        {
            path: "/duty",
            name: "duty",
            component: () => import("../features/login/DutyView.vue"),
            meta: { isBare: true },
        },
        {
            path: "/alerts/:alertId(\\d+)?",
            name: "alerts",
            component: AlertsView,
            props: (route) => ({ alertId: idOf(route.params["alertId"]) }),
        },
        {
            path: "/halls/:rooms([\\d+]*)?",
            name: "halls",
            component: () => import("../features/hall/HallsView.vue"),
            props: (route) => ({
                open: String(route.params["rooms"] ?? "").split("+").flatMap((id) => idOf(id) ?? []),
            }),
        },
        {
            path: "/settings",
            name: "settings",
            component: () => import("../features/settings/SettingsView.vue"),
        },
        { path: "/:rest(.*)*", redirect: "/" },
    ],
})

router.beforeEach((to) => {
    if (to.meta.isOpen === true || rememberedAccount() !== null) return true
    return { name: "login" }
})
