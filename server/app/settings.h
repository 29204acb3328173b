/*
 * settings: everything that can be set, from one table (settings.c): name, type, default, range,
 * help. Read in this order, the later one wins: default, line `name = value` of the settings file,
 * environment HALL_NAME, flag --name value. The table prints --help and `hallctl settings`.
 */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

#define SETTING_TEXT_MAX 512

struct settings {
    char settings_file[SETTING_TEXT_MAX];
    /* doors */
    char bind[64];                      /* address to listen on */
    int64_t port;                       /* 0: any free one */
    char public_url[SETTING_TEXT_MAX];  /* how people reach it, for links */
    char origins[SETTING_TEXT_MAX];     /* exact origins for WebSockets; "": same host */
    char hosts[SETTING_TEXT_MAX];       /* exact Host values; "": any */
    char trusted_proxies[SETTING_TEXT_MAX];
    char metrics_from[SETTING_TEXT_MAX];
    bool reuse_port;
    int64_t connections;
    int64_t address_connections;
    int64_t half_open;
    /* where things are */
    char database[SETTING_TEXT_MAX];    /* libpq connection string of the server's role */
    char data_dir[SETTING_TEXT_MAX];    /* spool and other files of this node */
    char spool_file[SETTING_TEXT_MAX];  /* "": in data_dir */
    char key_file[SETTING_TEXT_MAX];    /* 32-byte master key */
    char web_dir[SETTING_TEXT_MAX];     /* built clients */
    char config_file[SETTING_TEXT_MAX]; /* of /config.json */
    char image_program[SETTING_TEXT_MAX]; /* "": hall-image beside this program */
    char voice_program[SETTING_TEXT_MAX]; /* "": hall-voice beside this program */
    /* hub */
    int64_t outbox_bytes;
    int64_t outbox_frames;
    int64_t ring_bytes;
    int64_t ring_frames;
    int64_t slice_members;
    int64_t ping_ms;
    int64_t silence_ms;
    bool io_uring;
    /* store */
    int64_t read_links;
    int64_t answer_timeout_ms;
    int64_t waiting_rows;
    /* limits of what may be asked */
    int64_t account_rate, account_burst;
    int64_t address_rate, address_burst;
    int64_t room_rate, room_burst;
    int64_t calls_max;
    int64_t recall_ms;
    int64_t resume_max, resume_tail;
    /* people */
    char outbox_file[SETTING_TEXT_MAX]; /* shows what would be sent; "": another program sends */
    char sms_adapter[16];               /* demo, outbox */
    int64_t session_days;
    int64_t staff_session_hours;
    int64_t codes_per_address;
    int64_t tries_per_address;
    int64_t min_build;
    int64_t message_days, security_days, alert_days, person_days;
    bool demo;                          /* the demo's adapters: codes are shown, not sent */
    /* life */
    char log_level[8];                  /* debug, info, warn, error */
    int64_t drain_ms;                   /* how long SIGTERM waits for open calls */
    int64_t drain_spread_ms;            /* over which time clients are told to come back */
    /* negative controls of the fault suite */
    bool unsafe_durability;
    char plant[64];
};

enum settings_want {
    SETTINGS_RUN,     /* go on */
    SETTINGS_HELP,    /* --help was asked for */
    SETTINGS_VERSION, /* --version */
    SETTINGS_LIST,    /* --settings-list */
};

/*
 * Fills all settings from the four sources. STATUS_INVALID_FIELD: what is wrong was printed to
 * stderr, naming setting, source and range. Rest arguments that are no flags are an error.
 */
MUST_USE enum status settings_load(struct settings *settings, int argc, char **argv,
                                   enum settings_want *want);
/* Table for --help: flag, environment name, default, range, help. */
void settings_print_help(FILE *out);
/* `name = value` lines of what is in force; secrets (the database string's password) masked. */
void settings_print(const struct settings *settings, FILE *out);

#endif
