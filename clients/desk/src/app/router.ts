import { rememberedAccount } from "@hall/view/app/remembered.ts"
import { createRouter, createWebHistory } from "vue-router"
import type { RouteRecordRaw } from "vue-router"
import { WorkKind } from "@hall/wire"
import AlertsView from "../features/alert/AlertsView.vue"
import QueueView from "../features/work/QueueView.vue"

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

/** One list, whole or of one kind; what is open in it is a letter and a number. */
function queue(name: string, kind: WorkKind | null): RouteRecordRaw[] {
    return [{
        path: `/${name}/:chosen([a-z]\\d+)?`,
        name,
        component: QueueView,
        props: (route) => ({
            path: `/${name}`, kind, chosen: String(route.params["chosen"] ?? ""),
        }),
    }]
}

export const router = createRouter({
    history: createWebHistory("/desk/"),
    routes: [
        { path: "/", redirect: "/queue" },
        ...queue("queue", null),
        ...queue("disputes", WorkKind.dispute),
        ...queue("searches", WorkKind.personSearch),
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
            path: "/people",
            name: "people",
            component: () => import("../features/people/PeopleView.vue"),
        },
        {
            path: "/audit",
            name: "audit",
            component: () => import("../features/audit/AuditView.vue"),
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
