/*
 * app: puts the parts together, starts and stops them in order. Owns everything; the parts know
 * each other only through the tables of functions filled here.
 *
 * Start: keys → store → hub → operations → doors; the doors open at once, /readyz says yes when
 * the database is there. Stop: no new connections and no new requests; what is open is answered;
 * everyone is told to come back, spread over time; then the parts end in reverse order.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/settings.h"
#include "base/status.h"

struct app;

/* settings are borrowed and outlive the app. A failure is logged; nothing is left open. */
MUST_USE enum status app_create(const struct settings *settings, struct app **out);
/* Runs until SIGTERM or SIGINT has been worked off; gives the exit code. */
int app_run(struct app *app);
void app_destroy(struct app *app);

#endif
