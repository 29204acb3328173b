/* How both clients are built; each has its own address. */
import vue from "@vitejs/plugin-vue"
import type { UserConfig } from "vite"

/* The server that `npm run dev` leads to. */
const server = process.env["HALL_SERVER"] ?? "http://127.0.0.1:8080"

export function clientConfig(base: string): UserConfig {
    return {
        base,
        plugins: [vue()],
        define: {
            __VUE_OPTIONS_API__: "false",
            __VUE_PROD_DEVTOOLS__: "false",
            __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
        },
        build: {
            target: ["chrome86", "safari14"],
            cssTarget: ["chrome86", "safari14"],
            /* 3.5 KiB less of the first load than esbuild makes. */
            minify: "terser",
            terserOptions: {
                ecma: 2020,
                module: true,
                compress: { passes: 3, pure_getters: true, keep_fargs: false, unsafe_arrows: true },
                /* Private members end in an underscore and never leave their file. */
                mangle: { properties: { regex: /^[a-z][A-Za-z]*_$/ } },
            },
            modulePreload: { polyfill: false },
            assetsInlineLimit: 0,
            reportCompressedSize: false,
        },
        server: {
            proxy: {
                "/api": { target: server },
                "/ws": { target: server, ws: true },
            },
        },
    }
}
