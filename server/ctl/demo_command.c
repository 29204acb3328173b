#include "ctl/commands.h"
int ctl_demo(struct ctl *ctl)
{
    (void)ctl;
    return ctl_fail("soon");
}
