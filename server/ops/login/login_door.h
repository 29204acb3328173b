/*
 * login_door: what the HTTP door tells the handlers of login and media about the asker: behind
 * call->door. Lives until the call was answered, so a handler reads it in its first step only.
 */
#ifndef OPS_LOGIN_LOGIN_DOOR_H
#define OPS_LOGIN_LOGIN_DOOR_H

struct login_door {
    const char *address;    /* of the asker; never kept, only its prefix */
    const char *user_agent; /* NULL when absent */
};

#endif
