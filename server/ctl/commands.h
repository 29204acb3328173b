/*
 * commands: what each file of a command group gives to the command table. Each returns the exit
 * code of the program.
 */
#ifndef CTL_COMMANDS_H
#define CTL_COMMANDS_H

#include "ctl/ctl.h"

int ctl_key_create(struct ctl *ctl);
int ctl_migrate(struct ctl *ctl);
int ctl_settings(struct ctl *ctl);
int ctl_app_url(struct ctl *ctl);
int ctl_place_create(struct ctl *ctl);
int ctl_place_list(struct ctl *ctl);
int ctl_calendar_hours(struct ctl *ctl);
int ctl_calendar_rota(struct ctl *ctl);
int ctl_calendar_holidays(struct ctl *ctl);
int ctl_calendar_list(struct ctl *ctl);
int ctl_account_create(struct ctl *ctl);
int ctl_account_list(struct ctl *ctl);
int ctl_account_phone(struct ctl *ctl);
int ctl_account_password(struct ctl *ctl);
int ctl_account_disable(struct ctl *ctl);
int ctl_account_enable(struct ctl *ctl);
int ctl_totp(struct ctl *ctl);
int ctl_role_grant(struct ctl *ctl);
int ctl_role_revoke(struct ctl *ctl);
int ctl_invite_create(struct ctl *ctl);
int ctl_invite_revoke(struct ctl *ctl);
int ctl_source_create(struct ctl *ctl);
int ctl_source_rotate(struct ctl *ctl);
int ctl_source_enable(struct ctl *ctl);
int ctl_source_disable(struct ctl *ctl);
int ctl_source_list(struct ctl *ctl);
int ctl_inject(struct ctl *ctl);
int ctl_sign(struct ctl *ctl);
int ctl_session_list(struct ctl *ctl);
int ctl_session_revoke(struct ctl *ctl);
int ctl_audit_verify(struct ctl *ctl);
int ctl_audit_anchor(struct ctl *ctl);
int ctl_drain(struct ctl *ctl);
int ctl_backup(struct ctl *ctl);
int ctl_restore(struct ctl *ctl);
int ctl_demo(struct ctl *ctl);

#endif
