import RoomView from "../features/room/RoomView.vue"
import { loadMoreWords } from "@hall/ui"
import { comesLoggedIn, rememberedAccount } from "@hall/view/app/remembered.ts"
import { createRouter } from "./routing.ts"

async function withWords<T>(loading: Promise<T>): Promise<T> {
    const [view] = await Promise.all([loading, loadMoreWords()])
    return view
}

function numberOf(value: unknown): number | null {
    const number = Number(value)
    return Number.isSafeInteger(number) && number > 0 ? number : null
}

export const router = createRouter([
    {
        path: "/",
        name: "home",
        component: () => import("../features/home/HomeView.vue"),
        meta: { hasTabs: true },
    },
    {
        path: "/room/:roomId(\\d+)",
        name: "room",
        component: RoomView,
        props: (route) => ({ roomId: Number(route.params["roomId"]) }),
    },
    {
        path: "/login",
        name: "login",
        component: () => withWords(import("../features/login/LoginView.vue")),
        props: (route) => ({ invite: String(route.query["code"] ?? "") }),
        meta: { isOpen: true },
    },
    { path: "/join", redirect: (to) => ({ path: "/login", query: to.query }) },
    {
        path: "/j/:code",
        redirect: (to) => ({ path: "/login", query: { code: String(to.params["code"]) } }),
    },
    {
        path: "/login/staff",
        name: "staff-login",
        component: () => withWords(import("../features/login/StaffLoginView.vue")),
        meta: { isOpen: true },
    },
    {
        path: "/work",
        name: "work",
        component: () => withWords(import("../features/alert/WorkView.vue")),
        meta: { hasTabs: true },
    },
    {
        path: "/report",
        component: () => withWords(import("../features/matter/ReportView.vue")),
        props: (route) => ({
            roomId: numberOf(route.query["room"]), seq: numberOf(route.query["seq"]),
        }),
    },
    {
        path: "/matters",
        component: () => withWords(import("../features/matter/MattersView.vue")),
        meta: { hasTabs: true },
    },
    {
        path: "/matter/:disputeId(\\d+)",
        component: () => withWords(import("../features/matter/MatterView.vue")),
        props: (route) => ({ disputeId: Number(route.params["disputeId"]) }),
    },
    {
        path: "/person/report",
        component: () => withWords(import("../features/person/PersonReportView.vue")),
    },
    {
        path: "/person/:personId(\\d+)",
        component: () => withWords(import("../features/person/PersonView.vue")),
        props: (route) => ({ personId: Number(route.params["personId"]) }),
    },
    {
        path: "/person/:personId(\\d+)/seen",
        component: () => withWords(import("../features/person/SightingView.vue")),
        props: (route) => ({ personId: Number(route.params["personId"]) }),
    },
    {
        path: "/me",
        name: "me",
        component: () => withWords(import("../features/account/MeView.vue")),
        meta: { hasTabs: true },
    },
    {
        path: "/me/access",
        component: () => withWords(import("../features/account/AccessView.vue")),
        props: (route) => ({ disputeId: numberOf(route.query["matter"]) }),
    },
    {
        path: "/me/data",
        component: () => withWords(import("../features/account/DataView.vue")),
    },
    { path: "/:rest(.*)", redirect: () => "/" },
])

router.beforeEach((to) => {
    if (to.meta.isOpen === true || rememberedAccount() !== null || comesLoggedIn()) return true
    return { name: "login", query: to.query }
})
