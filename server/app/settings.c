#include "app/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define NAME_MAX_LEN 64
#define LINE_MAX_LEN 1024

enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_SWITCH };

struct setting {
    const char *name;
    const char *standard;
    const char *help;
    size_t offset;
    size_t size; /* of a text */
    int64_t min, max;
    enum setting_type type;
    bool secret;
};

#define MEMBER_SIZE(name) sizeof(((struct settings *)0)->name)
#define TEXT(name, standard, help)                                                                 \
    {#name, standard, help, offsetof(struct settings, name), MEMBER_SIZE(name), 0, 0,              \
     SETTING_TEXT, false}
#define SECRET(name, standard, help)                                                               \
    {#name, standard, help, offsetof(struct settings, name), MEMBER_SIZE(name), 0, 0,              \
     SETTING_TEXT, true}
#define NUMBER(name, standard, min, max, help)                                                     \
    {#name, standard, help, offsetof(struct settings, name), 0, min, max, SETTING_NUMBER, false}
#define SWITCH(name, standard, help)                                                               \
    {#name, standard, help, offsetof(struct settings, name), 0, 0, 1, SETTING_SWITCH, false}

static const struct setting table[] = {
    TEXT(settings_file, "", "设置文件,每行 名字 = 值"),
    TEXT(bind, "127.0.0.1", "监听的地址"),
    NUMBER(port, "8080", 0, 65535, "监听的端口,0 为任意空闲端口"),
    TEXT(public_url, "", "居民访问的网址,用于链接"),
    TEXT(origins, "", "允许的网页来源(完整,空格分隔),空为同一主机"),
    TEXT(hosts, "", "允许的 Host(完整,空格分隔),空为任意"),
    TEXT(trusted_proxies, "", "可信的前置代理地址(空格分隔)"),
    TEXT(metrics_from, "", "可读取 /metrics 的地址(空格分隔),空为仅本机"),
    SWITCH(reuse_port, "off", "多个进程共用端口"),
    NUMBER(connections, "20000", 1, 1000000, "连接总数上限"),
    NUMBER(address_connections, "256", 1, 1000000, "每个地址的连接上限"),
    NUMBER(half_open, "2000", 1, 1000000, "尚未发出请求的连接上限"),
    SECRET(database, "", "PostgreSQL 连接串(服务器角色)"),
    TEXT(data_dir, "var", "本节点自己的文件放在哪里"),
    TEXT(spool_file, "", "数据库不可用时特高危预警的暂存文件,空为 data_dir/alerts.spool"),
    TEXT(key_file, "", "32 字节主密钥文件(hallctl key create)"),
    TEXT(web_dir, "", "构建好的网页客户端目录"),
    TEXT(config_file, "", "/config.json 的内容,空为内置"),
    TEXT(image_program, "", "图片处理程序,空为本程序旁的 hall-image"),
    TEXT(voice_program, "", "语音处理程序,空为本程序旁的 hall-voice"),
    NUMBER(outbox_bytes, "1048576", 4096, 1073741824, "每个会话待发字节上限"),
    NUMBER(outbox_frames, "256", 8, 65536, "每个会话待发帧数上限"),
    NUMBER(ring_bytes, "67108864", 0, 68719476736, "全部房间近期消息缓存字节上限"),
    NUMBER(ring_frames, "1024", 0, 65536, "每个房间近期消息缓存条数上限"),
    NUMBER(slice_members, "1000", 32, 1000000, "每轮最多写给多少成员"),
    NUMBER(ping_ms, "25000", 100, 3600000, "静默多久后探测对方"),
    NUMBER(silence_ms, "60000", 200, 7200000, "静默多久后放弃对方"),
    SWITCH(io_uring, "on", "内核允许时用 io_uring 发送"),
    NUMBER(read_links, "3", 1, 16, "读数据库的连接数"),
    NUMBER(answer_timeout_ms, "2000", 100, 60000, "数据库多久不回答即报暂时不可用"),
    NUMBER(waiting_rows, "10000", 1, 1000000, "每类批量写入的等待上限"),
    NUMBER(account_rate, "20", 0, 100000, "每个账号每秒的请求额度,0 为不限"),
    NUMBER(account_burst, "200", 1, 1000000, "每个账号的突发额度"),
    NUMBER(address_rate, "50", 0, 100000, "每个地址(未登录)每秒的请求额度,0 为不限"),
    NUMBER(address_burst, "600", 1, 1000000, "每个地址的突发额度"),
    NUMBER(room_rate, "200", 0, 1000000, "每个房间每秒的发言额度,0 为不限"),
    NUMBER(room_burst, "2000", 1, 1000000, "每个房间的突发额度"),
    NUMBER(calls_max, "20000", 1, 1000000, "同时处理的请求上限"),
    NUMBER(recall_ms, "120000", 0, 86400000, "发言后多久内可撤回"),
    NUMBER(resume_max, "5000", 1, 1000000, "落后超过多少条只补最近部分"),
    NUMBER(resume_tail, "500", 1, 5000, "只补最近部分时补多少条"),
    TEXT(sms_adapter, "outbox", "验证码怎么送出:outbox 或 demo"),
    TEXT(outbox_file, "", "演示:要发往外部的内容写到这个文件,空为留给别的程序发"),
    NUMBER(session_days, "30", 1, 365, "居民登录保持多少天"),
    NUMBER(staff_session_hours, "12", 1, 168, "工作人员登录保持多少小时"),
    NUMBER(codes_per_address, "600", 1, 100000, "每个地址每小时验证码上限"),
    NUMBER(tries_per_address, "60", 1, 100000, "每个地址十五分钟内登录失败上限"),
    NUMBER(min_build, "0", 0, 1000000000, "可用的最低客户端版本"),
    NUMBER(message_days, "365", 1, 36500, "消息文字保留多少天"),
    NUMBER(security_days, "183", 183, 36500, "安全日志保留多少天,不少于 183"),
    NUMBER(alert_days, "183", 1, 36500, "预警涉及的人保留多少天"),
    NUMBER(person_days, "30", 1, 36500, "寻人结束后资料保留多少天"),
    SWITCH(demo, "off", "演示:验证码直接显示"),
    TEXT(log_level, "info", "日志级别:debug info warn error"),
    NUMBER(drain_ms, "10000", 0, 600000, "收到 SIGTERM 后最多等待多久"),
    NUMBER(drain_spread_ms, "10000", 0, 3600000, "让客户端在多长时间内分散重连"),
    SWITCH(unsafe_durability, "off", "仅供故障测试:允许数据库不落盘"),
    TEXT(plant, "", "仅供故障测试:植入的错误"),
};

/* Where a value came from, for complaints. */
struct value_source {
    const char *what; /* "flag", "environment", "file" */
    int line;         /* of the file, else 0 */
};

static enum status complain(const struct setting *setting, const char *value,
                            const struct value_source *source)
{
    fprintf(stderr, "hall-server: %s", source->what);
    if (source->line > 0)
        fprintf(stderr, ":%d", source->line);
    fprintf(stderr, ": %s = %s:", setting->name, setting->secret ? "***" : value);
    if (setting->type == SETTING_NUMBER)
        fprintf(stderr, " 须为 %lld 到 %lld 的整数\n", (long long)setting->min,
                (long long)setting->max);
    else if (setting->type == SETTING_SWITCH)
        fprintf(stderr, " 须为 on 或 off\n");
    else
        fprintf(stderr, " 最长 %zu 字节\n", setting->size - 1);
    return STATUS_INVALID_FIELD;
}

static bool parse_number(const char *value, const struct setting *setting, int64_t *out)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || number < setting->min ||
        number > setting->max)
        return false;
    *out = number;
    return true;
}

static bool parse_switch(const char *value, bool *out)
{
    static const char *const on[] = {"on", "true", "yes", "1"};
    static const char *const off[] = {"off", "false", "no", "0"};
    for (size_t i = 0; i < ARRAY_LEN(on); i++) {
        if (strcmp(value, on[i]) == 0 || strcmp(value, off[i]) == 0) {
            *out = strcmp(value, on[i]) == 0;
            return true;
        }
    }
    return false;
}

static enum status put(struct settings *settings, const struct setting *setting, const char *value,
                       const struct value_source *source)
{
    char *at = (char *)settings + setting->offset;
    const size_t len = strlen(value);
    switch (setting->type) {
    case SETTING_NUMBER:
        if (!parse_number(value, setting, (int64_t *)(void *)at))
            return complain(setting, value, source);
        break;
    case SETTING_SWITCH:
        if (!parse_switch(value, (bool *)(void *)at))
            return complain(setting, value, source);
        break;
    case SETTING_TEXT:
        if (len >= setting->size)
            return complain(setting, value, source);
        memcpy(at, value, len + 1);
        break;
    }
    return STATUS_OK;
}

/* Flags are written with '-', names with '_'; both are taken. */
static const struct setting *find_setting(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (strlen(table[i].name) != len)
            continue;
        size_t n = 0;
        while (n < len && (name[n] == table[i].name[n] ||
                           (name[n] == '-' && table[i].name[n] == '_')))
            n++;
        if (n == len)
            return &table[i];
    }
    return NULL;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    return text;
}

static enum status load_line(struct settings *settings, char *line,
                             const struct value_source *source)
{
    char *text = trim(line);
    if (text[0] == '\0' || text[0] == '#')
        return STATUS_OK;
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        fprintf(stderr, "hall-server: %s:%d: 每行须为 名字 = 值\n", source->what, source->line);
        return STATUS_INVALID_FIELD;
    }
    *equals = '\0';
    const char *name = trim(text);
    const struct setting *setting = find_setting(name, strlen(name));
    if (setting == NULL) {
        fprintf(stderr, "hall-server: %s:%d: 没有名为 %s 的设置\n", source->what, source->line,
                name);
        return STATUS_INVALID_FIELD;
    }
    return put(settings, setting, trim(equals + 1), source);
}

static enum status load_file(struct settings *settings, const char *path)
{
    char line[LINE_MAX_LEN];
    struct value_source source = {path, 0};
    enum status status = STATUS_OK;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "hall-server: 打不开设置文件 %s\n", path);
        return STATUS_INVALID_FIELD;
    }
    while (status == STATUS_OK && fgets(line, sizeof(line), file) != NULL) {
        source.line++;
        status = load_line(settings, line, &source);
    }
    fclose(file);
    return status;
}

static void environment_name(const struct setting *setting, char *out)
{
    size_t n = 0;
    memcpy(out, "HALL_", 5);
    for (; setting->name[n] != '\0'; n++)
        out[5 + n] = (char)toupper((unsigned char)setting->name[n]);
    out[5 + n] = '\0';
}

static enum status load_environment(struct settings *settings)
{
    static const struct value_source source = {"environment", 0};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char name[NAME_MAX_LEN + 6];
        environment_name(&table[i], name);
        const char *value = getenv(name);
        if (value == NULL)
            continue;
        enum status status = put(settings, &table[i], value, &source);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* `--name value`, `--name=value`; a switch may stand alone. */
static enum status load_flags(struct settings *settings, int argc, char **argv)
{
    static const struct value_source source = {"flag", 0};
    for (int i = 1; i < argc; i++) {
        const char *name = strncmp(argv[i], "--", 2) == 0 ? argv[i] + 2 : "";
        const size_t len = strcspn(name, "=");
        const struct setting *setting = find_setting(name, len);
        const char *value = NULL;
        if (setting == NULL) {
            fprintf(stderr, "hall-server: 不认识 %s(--help 列出全部设置)\n", argv[i]);
            return STATUS_INVALID_FIELD;
        }
        if (name[len] == '=')
            value = name + len + 1;
        else if (i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0)
            value = argv[++i];
        else if (setting->type == SETTING_SWITCH)
            value = "on";
        enum status status = value != NULL ? put(settings, setting, value, &source)
                                           : complain(setting, "", &source);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum settings_want read_want(int *argc, char **argv)
{
    static const struct {
        const char *flag;
        enum settings_want want;
    } wants[] = {{"--help", SETTINGS_HELP},
                 {"-h", SETTINGS_HELP},
                 {"--version", SETTINGS_VERSION},
                 {"--settings-list", SETTINGS_LIST}};
    enum settings_want want = SETTINGS_RUN;
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        bool taken = false;
        for (size_t n = 0; n < ARRAY_LEN(wants); n++) {
            if (strcmp(argv[i], wants[n].flag) != 0)
                continue;
            want = wants[n].want;
            taken = true;
        }
        if (!taken)
            argv[kept++] = argv[i];
    }
    *argc = kept;
    return want;
}

enum status settings_load(struct settings *settings, int argc, char **argv,
                          enum settings_want *want)
{
    static const struct value_source standard = {"default", 0};
    memset(settings, 0, sizeof(*settings));
    *want = read_want(&argc, argv);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(table) && status == STATUS_OK; i++)
        status = put(settings, &table[i], table[i].standard, &standard);
    /* Flags and environment first, only to learn which file; then everything in its order. */
    struct settings first = *settings;
    if (status == STATUS_OK)
        status = load_environment(&first);
    if (status == STATUS_OK)
        status = load_flags(&first, argc, argv);
    if (status == STATUS_OK && first.settings_file[0] != '\0')
        status = load_file(settings, first.settings_file);
    if (status == STATUS_OK)
        status = load_environment(settings);
    if (status == STATUS_OK)
        status = load_flags(settings, argc, argv);
    return status;
}

void settings_print_help(FILE *out)
{
    fprintf(out, "hall-server:警民议事厅服务器\n"
                 "设置来源(后者优先):默认值、设置文件、环境变量 HALL_名字、命令行 --名字\n"
                 "--help 本页;--settings-list 当前全部设置;--version 版本\n\n");
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct setting *setting = &table[i];
        char name[NAME_MAX_LEN + 6];
        environment_name(setting, name);
        fprintf(out, "  --%-20s %-26s ", setting->name, name);
        if (setting->type == SETTING_NUMBER)
            fprintf(out, "%s(%lld…%lld) ", setting->standard, (long long)setting->min,
                    (long long)setting->max);
        else
            fprintf(out, "%s ", setting->standard[0] != '\0' ? setting->standard : "-");
        fprintf(out, "%s\n", setting->help);
    }
}

void settings_print(const struct settings *settings, FILE *out)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const struct setting *setting = &table[i];
        const char *at = (const char *)settings + setting->offset;
        fprintf(out, "%s = ", setting->name);
        if (setting->type == SETTING_NUMBER)
            fprintf(out, "%lld\n", (long long)*(const int64_t *)(const void *)at);
        else if (setting->type == SETTING_SWITCH)
            fprintf(out, "%s\n", *(const bool *)(const void *)at ? "on" : "off");
        else
            fprintf(out, "%s\n", setting->secret && at[0] != '\0' ? "***" : at);
    }
}
