/* demo: the small town of sql/seed, and how each of its people logs in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ctl/calendar.h"
#include "ctl/commands.h"
#include "ctl/person.h"
#include "ctl/source_key.h"

#define PATH_LEN_MAX 4096
#define DEMO_SOURCE "antifraud"

struct demo_person {
    const char *name;     /* as in sql/seed/town.sql */
    const char *phone;    /* residents log in by phone */
    const char *username; /* staff by password and second factor */
    const char *what;
};

static const struct demo_person people[] = {
    {"王桂兰", "13800000001", NULL, "居民，柳荫3栋2单元402 (resident; the alert is about her)"},
    {"李建军", "13800000002", NULL, "居民，柳荫3栋2单元502 (resident)"},
    {"周小梅", "13800000003", NULL, "居民，和平里8栋1单元201 (resident of the other hall)"},
    {"孙一鸣", "13800000004", NULL, "居民，柳荫，地址未核实 (resident, address not verified)"},
    {"刘秀珍", "13800000005", NULL, "柳荫3栋楼栋长 (unit leader)"},
    {"何师傅", "13800000006", NULL, "柳荫义警 (volunteer)"},
    {"陈卫东", "13800000007", NULL, "居民，柳荫5栋，早餐店 (resident)"},
    {"吴海燕", "13800000008", NULL, "居民，柳荫9栋1单元303 (resident)"},
    {"郑国庆", "13800000009", NULL, "居民，和平里8栋2单元602 (resident of the other hall)"},
    {"沈静", NULL, "shen", "柳荫一网格网格员 (grid worker)"},
    {"赵建国", NULL, "zhao", "柳荫社区民警 (officer)"},
    {"杨帆", NULL, "yang", "和平里社区民警 (officer of the other hall)"},
    {"钱文", NULL, "qian", "值班员 (dispatcher)"},
    {"冯立新", NULL, "feng", "所长 (station leader)"},
    {"许国良", NULL, "xu", "副所长 (deputy leader)"},
    {"蒋明", NULL, "jiang", "督察 (auditor)"},
};

static bool town_is_empty(struct ctl *ctl, bool *empty)
{
    if (!ctl_begin(ctl))
        return false;
    PGresult *result = ctl_run(ctl, SQL_OPERATOR_TOWN_IS_EMPTY, NULL);
    if (result == NULL)
        return false;
    *empty = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return ctl_commit(ctl);
}

static bool fill_town(const struct ctl *ctl)
{
    char file[PATH_LEN_MAX];
    snprintf(file, sizeof(file), "%s/sql/seed/town.sql", ctl->share_dir);
    const char *argv[] = {"psql",      "--no-psqlrc",          "--quiet", "--set=ON_ERROR_STOP=1",
                          "--file",    file,                   "--single-transaction",
                          "--no-password", "--dbname",         ctl->database,
                          NULL};
    return ctl_program(argv) == 0;
}

/* The national holidays of the years that were published when this was written. */
static bool load_holidays(struct ctl *ctl)
{
    char file[PATH_LEN_MAX];
    int days = 0;
    snprintf(file, sizeof(file), "%s/sql/seed/holidays.txt", ctl->share_dir);
    return calendar_load_holidays(ctl, file, &days);
}

/* Gives one person her way in and prints it. */
static bool equip(struct ctl *ctl, const struct secret_ring *ring, const struct demo_person *who)
{
    int64_t id = 0;
    struct person_secrets secrets = {0};
    const struct person_new login = {.username = who->username};
    if (!ctl_run_id(ctl, SQL_OPERATOR_ACCOUNT_BY_NAME, (const char *const[]){who->name}, &id))
        return false;
    if (who->phone != NULL) {
        printf("  %-11s  %s  %s\n", who->phone, who->name, who->what);
        return person_set_phone(ctl, ring, id, who->phone);
    }
    if (!person_set_login(ctl, ring, id, &login, &secrets))
        return false;
    char secret[TOTP_SECRET_CHARS + 1];
    totp_secret_text(secrets.totp, secret);
    printf("  %-6s %s  %s  %s  %s\n", who->username, secrets.password, secret, who->name,
           who->what);
    secret_wipe(&secrets, sizeof(secrets));
    return true;
}

static bool equip_all(struct ctl *ctl, const struct secret_ring *ring, bool staff)
{
    for (size_t i = 0; i < ARRAY_LEN(people); i++)
        if ((people[i].username != NULL) == staff && !equip(ctl, ring, &people[i]))
            return false;
    return true;
}

/* The anti-fraud source: made, or given a new key when a first try was cut off. */
static bool make_source(struct ctl *ctl, const char *key_file)
{
    char public_hex[SOURCE_KEY_HEX];
    (void)unlink(key_file);
    if (!source_key_make(key_file, public_hex))
        return false;
    PGresult *result =
        ctl_run(ctl, SQL_SOURCE_ROTATE, (const char *const[]){DEMO_SOURCE, public_hex});
    if (result == NULL)
        return false;
    bool known = PQntuples(result) > 0;
    PQclear(result);
    int64_t id = 0;
    const char *values[] = {DEMO_SOURCE, "市反诈中心", public_hex, "LD", "600"};
    return known || ctl_run_id(ctl, SQL_SOURCE_CREATE, values, &id);
}

static void print_injection(const struct ctl *ctl, const char *key_file)
{
    const char *program = ctl->program;
    printf("\n反诈系统注入一条预警 (an anti-fraud system injects an alert):\n\n"
           "  %s sign %s/sql/seed/alert.json --url %s \\\n"
           "      --source " DEMO_SOURCE " --secret-file %s | curl -sS -K -\n\n"
           "or in one step:\n\n"
           "  %s inject %s/sql/seed/alert.json --url %s \\\n"
           "      --source " DEMO_SOURCE " --secret-file %s\n\n",
           program, ctl->share_dir, ctl->url, key_file, program, ctl->share_dir, ctl->url,
           key_file);
}

int ctl_demo(struct ctl *ctl)
{
    char key_file[PATH_LEN_MAX];
    bool empty = false;
    const char *folder = ctl_option(ctl, "keys", NULL);
    if (folder == NULL)
        return ctl_fail("--keys is needed: where to write the source's secret key");
    snprintf(key_file, sizeof(key_file), "%s/" DEMO_SOURCE ".key", folder);
    struct secret_ring *ring = person_open_key(ctl);
    if (ring == NULL || !town_is_empty(ctl, &empty) || (empty && !fill_town(ctl)) ||
        !ctl_begin(ctl)) {
        secret_ring_close(ring);
        return EXIT_FAILURE;
    }
    puts("居民：手机号登录，验证码显示在页面上 (residents: phone, the code is shown on the page)\n");
    bool done = equip_all(ctl, ring, false);
    puts("\n新居民用邀请码加入 (a new phone joins with a code): 柳荫 LIUYIN-2468, 和平里 HEPING-1357");
    puts("\n工作人员：用户名、密码、动态口令 (staff: username, password, and the code of\n"
         "`hallctl totp SECRET` or of an authenticator app with this secret)\n");
    done = done && equip_all(ctl, ring, true) && make_source(ctl, key_file) &&
           load_holidays(ctl) &&
           ctl_audit(ctl, "demo.fill", "town", 0, NULL) && ctl_commit(ctl);
    secret_ring_close(ring);
    if (!done)
        return ctl_fail("the town was not filled");
    print_injection(ctl, key_file);
    return EXIT_SUCCESS;
}
